//! The development commands of this repository. `cargo xtask --help` lists them.

mod codegen;
mod graph;
mod release;
mod server;
mod steps;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use workspace::Workspace;

/// Development commands of the Payvand repository.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
enum Command {
    Check(steps::Check),
    Codegen(codegen::Codegen),
    Graph(graph::Graph),
    #[command(subcommand)]
    Release(release::Release),
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Check(check) => check.run(),
        Command::Codegen(codegen) => codegen.run(),
        Command::Graph(_) => Workspace::load().and_then(|it| graph::check(&it).map(drop)),
        Command::Release(release) => release.run(),
    };
    // Not `main() -> Result`: with RUST_BACKTRACE set, a backtrace would hide the message.
    if let Err(error) = done {
        eprintln!("\nerror: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
