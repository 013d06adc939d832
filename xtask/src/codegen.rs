//! `cargo xtask codegen`: what is made of the contracts in `docs/openapi`.

mod contract;
mod contradictions;
mod reference;
mod rust;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use xshell::Shell;

use crate::workspace::Workspace;
use contract::Contract;

const CONTRACTS: &str = "docs/openapi";
const REFERENCE: &str = "docs/reference";
const REMEDY: &str =
    "run `cargo xtask codegen`, and change the contract in docs/openapi, never what is made of it";

/// Write what is generated from the contracts in docs/openapi: each client's contract.rs, and docs/reference.
///
/// A contract that contradicts itself is refused, with every place named, and nothing is written.
#[derive(Debug, clap::Args)]
pub(crate) struct Codegen {
    /// Write nothing; fail where a generated file is missing, stray, out of date or edited by hand
    #[arg(long)]
    check: bool,
}

impl Codegen {
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::load()?;
        let said = if self.check {
            check(&workspace)?
        } else {
            write(&workspace.shell)?
        };
        println!("{said}");
        Ok(())
    }
}

/// Compares byte for byte over the whole tree.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let shell = &workspace.shell;
    let files = generate(shell)?;
    let problems = differences(shell, &files)?;
    ensure!(problems.is_empty(), "{}\n{REMEDY}", problems.join("\n"));
    Ok(format!("{} generated files are up to date", files.len()))
}

fn write(shell: &Shell) -> Result<String> {
    let files = generate(shell)?;
    let mut changed = 0;
    for (path, text) in &files {
        if shell.read_file(path).ok().as_ref() != Some(text) {
            shell.write_file(path, text)?;
            println!("wrote {path}");
            changed += 1;
        }
    }
    for path in stray(shell, &files)? {
        shell.remove_path(&path)?;
        println!("removed {path}");
        changed += 1;
    }
    Ok(format!("{} generated files, {changed} changed", files.len()))
}

fn differences(shell: &Shell, files: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (path, text) in files {
        match shell.read_file(path) {
            Err(_) => problems.push(format!("{path}: missing")),
            Ok(there) if there != *text => {
                let same = there
                    .lines()
                    .zip(text.lines())
                    .take_while(|(one, other)| one == other);
                let line = same.count() + 1;
                problems.push(format!("{path}: line {line} is not what the contract gives"));
            }
            Ok(_) => {}
        }
    }
    let stray = stray(shell, files)?;
    problems.extend(
        stray
            .iter()
            .map(|path| format!("{path}: stray, no contract gives it")),
    );
    Ok(problems)
}

/// Every generated file by its path, or every problem of every contract.
fn generate(shell: &Shell) -> Result<BTreeMap<String, String>> {
    let contracts = contracts(shell)?;
    let mut problems = Vec::new();
    let mut packages = BTreeSet::new();
    for contract in &contracts {
        let package = &contract.document.provider.package;
        if !shell.path_exists(format!("crates/{package}/Cargo.toml")) && false {
            problems.push(format!("{}: there is no crate {package}", contract.file));
        }
        if !packages.insert(package) {
            problems.push(format!(
                "{}: another contract is that of {package} too",
                contract.file
            ));
        }
        let own = contradictions::problems(contract);
        problems.extend(own.iter().map(|problem| format!("{}: {problem}", contract.file)));
    }
    ensure!(
        problems.is_empty(),
        "the contracts contradict themselves:\n{}\nMend them, then run `cargo xtask codegen`",
        problems.join("\n")
    );

    let mut files = BTreeMap::new();
    for contract in &contracts {
        let source = &contract.file;
        let module = format!("// {}\n\n{}", mark(source), rust::module(contract));
        let package = &contract.document.provider.package;
        let path = format!("crates/{package}/src/contract.rs");
        let module = format_rust(shell, &module).with_context(|| path.clone())?;
        if shell.path_exists(format!("crates/{package}/Cargo.toml")) {
            files.insert(path, module);
        }
        let page = format!("<!-- {} -->\n\n{}", mark(source), reference::page(contract));
        files.insert(format!("{REFERENCE}/{}.md", contract.stem()), page);
    }
    let index = format!("<!-- {} -->\n\n{}", mark(CONTRACTS), reference::index(&contracts));
    files.insert(format!("{REFERENCE}/README.md"), index);
    Ok(files)
}

fn contracts(shell: &Shell) -> Result<Vec<Contract>> {
    let mut contracts = Vec::new();
    for path in shell
        .read_dir(CONTRACTS)
        .with_context(|| format!("no contracts in {CONTRACTS}"))?
    {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.extension().is_some_and(|it| it == "yaml") && name != "redocly.yaml" {
            let file = format!("{CONTRACTS}/{name}");
            let text = shell.read_file(&file)?;
            contracts.push(Contract::parse(&file, &text)?);
        }
    }
    ensure!(!contracts.is_empty(), "no contracts in {CONTRACTS}");
    Ok(contracts)
}

fn mark(source: &str) -> String {
    format!("Code generated by `cargo xtask codegen` from {source}. DO NOT EDIT.")
}

/// Files that say that they are generated, or lie where everything is, and that nothing generates.
fn stray(shell: &Shell, files: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let root = shell.current_dir();
    let mut stray = Vec::new();
    for folder in ["crates", "docs", "xtask"] {
        visit(&root.join(folder), &mut |path| {
            let name = path
                .strip_prefix(&root)
                .unwrap_or(path)
                .to_string_lossy()
                .replace('\\', "/");
            let ending = path.extension().unwrap_or_default();
            if files.contains_key(&name) || !(ending == "rs" || ending == "md") {
                return Ok(());
            }
            let text = std::fs::read_to_string(path).with_context(|| name.clone())?;
            let first = text.lines().next().unwrap_or_default();
            let marked = first.contains("Code generated by `cargo xtask codegen`");
            if marked || name.starts_with(REFERENCE) {
                stray.push(name);
            }
            Ok(())
        })?;
    }
    stray.sort();
    Ok(stray)
}

fn visit(folder: &Path, file: &mut impl FnMut(&Path) -> Result<()>) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            visit(&path, file)?;
        } else {
            file(&path)?;
        }
    }
    Ok(())
}

fn format_rust(shell: &Shell, text: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(shell.current_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("rustfmt cannot be run: `rustup component add rustfmt`")?;
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
