//! Runs the steps of steps.toml in order. A failed step ends the run and says what to run; else there is a summary.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use cargo_metadata::Package;
use serde::Deserialize;
use xshell::Cmd;

use crate::release::{api, publish, publisher, rehearse, versions};
use crate::server::Server;
use crate::tools::{self, succeeds};
use crate::workspace::Workspace;
use crate::{codegen, graph, tidy};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Steps {
    tools: BTreeMap<String, String>,
    step: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    name: String,
    about: String,
    r#in: Vec<String>,
    needs: Option<String>,
    each: Option<String>,
    server: Option<String>,
    #[serde(default)]
    ready: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    run: Vec<String>,
    fix: Option<String>,
}

/// Check the whole workspace: format, manifests, contracts, lints, quickstart, docs, features, tests.
///
/// The steps are those of xtask/steps.toml. Stops at the first failure and says what to run. Variables that start with
/// PAYVAND_ are removed first, so no check calls a live service.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    chosen: Chosen,

    /// Run the slow steps too
    #[arg(long, conflicts_with = "steps")]
    long: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Result<()> {
        self.chosen.run(&["check", "long"][..=usize::from(self.long)])
    }
}

/// Which steps to run.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Chosen {
    /// Run only these steps, in this order (see --list)
    #[arg(value_name = "STEP")]
    steps: Vec<String>,

    /// Print the steps and run none
    #[arg(long)]
    list: bool,
}

impl Chosen {
    /// Runs or lists the named steps, or if none are named all steps of these commands.
    pub(crate) fn run(&self, commands: &[&str]) -> Result<()> {
        let all = Steps::read()?;
        let find = |name: &String| {
            let step = all.step.iter().find(|it| it.name == *name);
            step.with_context(|| format!("no step `{name}`; --list names them"))
        };
        let mut steps = self.steps.iter().map(find).collect::<Result<Vec<_>>>()?;
        if steps.is_empty() {
            steps = all.of(commands);
        }
        if !self.list {
            return all.run(&Workspace::load()?, &steps);
        }
        for step in steps {
            let commands = step.r#in.join(", ");
            println!("{:<14} {} ({commands})", step.name, step.about);
        }
        Ok(())
    }
}

/// The steps that are written in Rust.
fn in_rust(step: &str) -> Option<fn(&Workspace) -> Result<String>> {
    Some(match step {
        "tidy" => tidy::check,
        "codegen" => codegen::check,
        "graph" => graph::check,
        "versions" => versions::check,
        "api" => api::check,
        "package" => publish::verify,
        "rehearse" => rehearse::run,
        "publisher" => publisher::check,
        _ => return None,
    })
}

impl Steps {
    fn read() -> Result<Self> {
        toml::from_str(include_str!("../steps.toml")).context("xtask/steps.toml")
    }

    fn of(&self, commands: &[&str]) -> Vec<&Step> {
        let is_in = |step: &&Step| step.r#in.iter().any(|it| commands.contains(&it.as_str()));
        self.step.iter().filter(is_in).collect()
    }

    fn run(&self, workspace: &Workspace, steps: &[&Step]) -> Result<()> {
        let mut summary = Vec::new();
        for step in steps {
            let (name, start) = (&step.name, Instant::now());
            println!("\n== {name}: {}", step.about);
            let result = self.run_one(workspace, step);
            let took = format!("{:.1} s", start.elapsed().as_secs_f64());
            let fix = step.fix.as_deref().unwrap_or("the last command above");
            let failed = format!("== {name}: FAILED after {took}\nWhat to run: {fix}");
            let remark = result.map_err(|error| anyhow!("{error:#}\n\n{failed}"))?;
            println!("== {name}: ok, {took}");
            summary.push(format!("{name:<14} {took:>8}  {remark}"));
        }
        println!("\n{}\nall ok", summary.join("\n"));
        Ok(())
    }

    fn run_one(&self, workspace: &Workspace, step: &Step) -> Result<String> {
        let chosen = |it: &Package| format!("-p {} ", it.name);
        let clients = workspace.clients().map(chosen).collect();
        let packages = workspace.to_publish().map(chosen).collect();
        let mut values = BTreeMap::from([("clients", clients), ("packages", packages)]);
        if let Some(needs) = &step.needs {
            let needs = self.command(workspace, needs, &values)?;
            let skipped = format!("SKIPPED: `{needs}` fails on this machine");
            if !succeeds(needs) {
                return Ok(skipped);
            }
        }
        for each in each(workspace, step.each.as_deref())? {
            values.insert("each", each);
            let mut server = None;
            if let Some(line) = &step.server {
                let mut command = Command::from(self.command(workspace, line, &values)?);
                let server = server.insert(Server::start(&mut command, &step.ready)?);
                values.insert("url", server.url.clone());
            }
            for line in &step.run {
                let mut command = self.command(workspace, line, &values)?;
                for (name, value) in &step.env {
                    command = command.env(name, self.fill(workspace, value, &values)?);
                }
                let accounts = server.iter().flat_map(|it| &it.environment);
                command.envs(accounts).run()?;
            }
        }
        in_rust(&step.name).map_or(Ok(String::new()), |run| run(workspace))
    }

    fn command<'a>(&self, workspace: &'a Workspace, line: &str, values: &Values) -> Result<Cmd<'a>> {
        let line = match line.strip_prefix("README: ") {
            Some(start) => from_readme(&workspace.shell.read_file("README.md")?, start)?,
            None => self.fill(workspace, line, values)?,
        };
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or_default();
        Ok(workspace.command(program).args(words))
    }

    /// Replaces the placeholders of the tools and of these values.
    fn fill(&self, workspace: &Workspace, text: &str, values: &Values) -> Result<String> {
        let mut text = text.to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        for (name, pin) in &self.tools {
            let place = format!("{{{name}}}");
            if text.contains(&place) {
                text = text.replace(&place, &tools::program(workspace, name, pin)?);
            }
        }
        Ok(text)
    }
}

type Values = BTreeMap<&'static str, String>;

/// The values of `{each}`: one empty value if the step does not say what they are.
fn each(workspace: &Workspace, what: Option<&str>) -> Result<Vec<String>> {
    match what {
        None => return Ok(vec![String::new()]),
        Some("contract") => return codegen::contract_names(&workspace.shell),
        Some(_) => {}
    }
    let package = workspace.packages.iter().find(|it| it.name == "payvand-fuzz");
    let targets = package.context("no package `payvand-fuzz`")?.targets.iter();
    let programs = targets.filter(|it| it.is_bin()).map(|it| it.name.clone());
    Ok(programs.collect())
}

/// The first command in a fenced block that starts with these words: we run what a reader runs.
fn from_readme(readme: &str, start: &str) -> Result<String> {
    let mut lines = readme.split("```").skip(1).step_by(2).flat_map(str::lines);
    let line = lines.find_map(|line| {
        let line = line.split(" #").next()?.trim().trim_start_matches("$ ");
        let is_it = format!("{line} ").starts_with(&format!("{start} "));
        is_it.then_some(line)
    });
    let line = line.with_context(|| format!("README.md has no command `{start} …`"))?;
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_does_something_in_some_command() {
        let steps = Steps::read().unwrap();
        for step in &steps.step {
            assert_eq!(
                step.run.is_empty(),
                in_rust(&step.name).is_some(),
                "{}",
                step.name
            );
            assert!(!step.r#in.is_empty(), "{}", step.name);
            for command in &step.r#in {
                assert!(
                    ["check", "long", "release"].contains(&command.as_str()),
                    "{command}"
                );
            }
            assert!([None, Some("contract"), Some("fuzz target")].contains(&step.each.as_deref()));
        }
        let names: Vec<_> = steps.step.iter().map(|it| it.name.as_str()).collect();
        for step in [
            "tidy",
            "codegen",
            "graph",
            "versions",
            "api",
            "package",
            "rehearse",
            "publisher",
        ] {
            assert!(names.contains(&step), "{step}");
        }
    }

    #[test]
    fn finds_the_fenced_command_without_its_comment() {
        let readme =
            "cargo test --outside\n\n```sh\ncargo tester\n$ cargo test --workspace   # all of them\n```\n";
        assert_eq!(
            from_readme(readme, "cargo test").unwrap(),
            "cargo test --workspace"
        );
        assert!(from_readme(readme, "cargo run").is_err());
    }
}
