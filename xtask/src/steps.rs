//! A command made of steps: runs them in order, stops at the first failure, says what to do, sums up.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::workspace::Workspace;

pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// What to run or do when it fails.
    pub(crate) remedy: &'static str,
    pub(crate) long: bool,
    /// Does it, and answers with a remark for the summary.
    pub(crate) run: fn(&Workspace) -> Result<String>,
}

pub(crate) fn list(steps: &[&Step]) {
    for step in steps {
        let long = if step.long { " (--long)" } else { "" };
        println!("{:<14} {}{long}", step.name, step.about);
    }
}

pub(crate) fn run(workspace: &Workspace, steps: &[&Step]) -> Result<()> {
    let start = Instant::now();
    let mut summary = Vec::new();
    for step in steps {
        println!("\n== {}: {}", step.name, step.about);
        let start = Instant::now();
        let remark = (step.run)(workspace).map_err(|error| failure(step, start.elapsed(), &error))?;
        summary.push(line(step.name, start.elapsed(), &remark));
        println!("== {}: ok, {}", step.name, seconds(start.elapsed()));
    }
    println!(
        "\n{}\n{}",
        summary.join("\n"),
        line("all ok", start.elapsed(), "")
    );
    Ok(())
}

fn failure(step: &Step, took: Duration, error: &anyhow::Error) -> anyhow::Error {
    anyhow!(
        "{error:#}\n\n== {}: FAILED after {}\nWhat to run: {}",
        step.name,
        seconds(took),
        step.remedy
    )
}

fn line(name: &str, took: Duration, remark: &str) -> String {
    format!("{name:<14} {:>8}  {remark}", seconds(took))
        .trim_end()
        .to_owned()
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
