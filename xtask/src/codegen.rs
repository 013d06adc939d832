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

pub(crate) const CONTRACTS: &str = "docs/openapi";
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
        if !has_crate(shell, package) {
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
        files.insert(path, module);
        let page = format!("<!-- {} -->\n\n{}", mark(source), reference::page(contract));
        files.insert(format!("{REFERENCE}/{}.md", contract.stem()), page);
    }
    let index = format!("<!-- {} -->\n\n{}", mark(CONTRACTS), reference::index(&contracts));
    files.insert(format!("{REFERENCE}/README.md"), index);
    Ok(files)
}

fn has_crate(shell: &Shell, package: &str) -> bool {
    shell.path_exists(format!("crates/{package}/Cargo.toml"))
}

/// The documents, without the linter's own settings.
pub(crate) fn contract_files(shell: &Shell) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for path in shell
        .read_dir(CONTRACTS)
        .with_context(|| format!("no contracts in {CONTRACTS}"))?
    {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|it| it == "yaml") && name != "redocly.yaml" {
            files.push(format!("{CONTRACTS}/{name}"));
        }
    }
    ensure!(!files.is_empty(), "no contracts in {CONTRACTS}");
    Ok(files)
}

fn contracts(shell: &Shell) -> Result<Vec<Contract>> {
    let read = |file: &String| Contract::parse(file, &shell.read_file(file)?);
    contract_files(shell)?.iter().map(read).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with one contract and everything that is made of it.
    fn tree() -> (Shell, xshell::TempDir) {
        let shell = Shell::new().unwrap();
        let root = shell.create_temp_dir().unwrap();
        shell.change_dir(root.path());
        let contract = include_str!("codegen/fixture.yaml");
        shell.write_file("docs/openapi/tea.yaml", contract).unwrap();
        shell.write_file("crates/tea-api/Cargo.toml", "").unwrap();
        assert_eq!(write(&shell).unwrap(), "3 generated files, 3 changed");
        (shell, root)
    }

    const FILES: [&str; 3] = [
        "crates/tea-api/src/contract.rs",
        "docs/reference/README.md",
        "docs/reference/tea.md",
    ];

    fn found(shell: &Shell) -> Vec<String> {
        differences(shell, &generate(shell).unwrap()).unwrap()
    }

    fn all(shell: &Shell) -> Vec<String> {
        FILES.iter().map(|file| shell.read_file(file).unwrap()).collect()
    }

    #[test]
    fn a_second_run_changes_nothing() {
        let (shell, _root) = tree();
        assert_eq!(found(&shell), [""; 0]);
        assert_eq!(write(&shell).unwrap(), "3 generated files, 0 changed");
        for text in all(&shell) {
            let first = text.lines().next().unwrap();
            assert!(first.contains("DO NOT EDIT"), "{first}");
            assert!(first.contains("docs/openapi"), "{first}");
        }
    }

    /// A limit, a code's number and name, a text in each language: each goes into code and reference, and comes out again.
    #[test]
    fn an_edit_of_the_contract_is_drift_until_it_is_carried_over_and_back() {
        let (shell, _root) = tree();
        let before = all(&shell);
        let contract = shell.read_file("docs/openapi/tea.yaml").unwrap();
        for (from, to, expected) in [
            ("maximum: 12", "maximum: 24", "1..=24"),
            ("value: 20000", "value: 30000", "30_000"),
            ("number: 119, text", "number: 120, text", "120"),
            ("en: No tea.", "en: Out of tea.", "Out of tea."),
            ("fa: چای نداریم.", "fa: چای تمام شد.", "چای تمام شد."),
            ("semantics: safe", "semantics: idempotent", "dempotent"),
            ("product: 7\n", "product: 9\n", "9"),
        ] {
            let mut edited = contract.replacen(from, to, 1);
            if from.starts_with("product") {
                edited = edited.replace("const: 7", "const: 9");
            }
            shell.write_file("docs/openapi/tea.yaml", &edited).unwrap();
            let drift = found(&shell);
            for file in [
                "crates/tea-api/src/contract.rs: line ",
                "docs/reference/tea.md: line ",
            ] {
                assert!(drift.iter().any(|it| it.starts_with(file)), "{from}: {drift:?}");
            }
            write(&shell).unwrap();
            assert!(all(&shell)[0].contains(expected), "{from}");
            assert_eq!(found(&shell), [""; 0]);
            shell.write_file("docs/openapi/tea.yaml", &contract).unwrap();
            write(&shell).unwrap();
            assert_eq!(all(&shell), before, "{from}");
        }
    }

    #[test]
    fn hand_edits_missing_and_stray_files_are_named_and_mended() {
        let (shell, _root) = tree();
        let before = all(&shell);
        for file in FILES {
            let text = shell.read_file(file).unwrap();
            for edited in [
                format!("{text}\n"),
                text.replacen("tea", "coffee", 1),
                text.replace('\n', "\r\n"),
            ] {
                shell.write_file(file, edited).unwrap();
                let found = found(&shell);
                assert!(
                    found.len() == 1 && found[0].starts_with(&format!("{file}: line ")),
                    "{found:?}"
                );
                write(&shell).unwrap();
            }
            shell.remove_path(file).unwrap();
            assert_eq!(found(&shell), [format!("{file}: missing")]);
            write(&shell).unwrap();
        }
        assert_eq!(all(&shell), before);

        let header = "// Code generated by `cargo xtask codegen` from nothing. DO NOT EDIT.\n";
        shell
            .write_file("crates/tea-api/src/old/contract.rs", header)
            .unwrap();
        shell.write_file("docs/reference/coffee.md", "# Coffee").unwrap();
        shell.write_file("docs/tea.md", "# Written by hand").unwrap();
        let stray = ["crates/tea-api/src/old/contract.rs", "docs/reference/coffee.md"];
        assert_eq!(
            found(&shell),
            stray.map(|file| format!("{file}: stray, no contract gives it"))
        );
        write(&shell).unwrap();
        assert_eq!(found(&shell), [""; 0]);
        assert!(shell.path_exists("docs/tea.md"));
    }

    #[test]
    fn a_contract_is_refused_as_a_whole_with_every_problem() {
        let (shell, _root) = tree();
        let before = all(&shell);
        let contract = shell.read_file("docs/openapi/tea.yaml").unwrap();
        let edited = contract
            .replace("maximum: 12", "maximum: 0")
            .replace("en: No tea.", "en: No tea");
        shell.write_file("docs/openapi/tea.yaml", edited).unwrap();
        let other = contract.replace("crate: tea-api", "crate: coffee-api");
        shell.write_file("docs/openapi/coffee.yaml", other).unwrap();
        shell.write_file("docs/openapi/green.yaml", &contract).unwrap();

        let error = write(&shell).unwrap_err().to_string();
        for expected in [
            "docs/openapi/coffee.yaml: there is no crate coffee-api",
            "docs/openapi/tea.yaml: another contract is that of tea-api too",
            "docs/openapi/tea.yaml: schema Brew, cups: 1 to 0 is empty",
            "docs/openapi/tea.yaml: code NoTea: \"No tea\" is no English sentence",
            "cargo xtask codegen",
        ] {
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(all(&shell), before);
    }
}
