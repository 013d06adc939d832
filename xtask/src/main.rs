//! The chores of this repository. `cargo xtask --help` lists them; each command is one file.

mod check;
mod codegen;
mod cost;
mod graph;
mod release;
mod steps;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of the Payvand repository.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Codegen(codegen::Codegen),
    Cost(cost::Cost),
    Graph(graph::Graph),
    Release(release::Release),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(check) => check.run(),
        Command::Codegen(codegen) => codegen.run(),
        Command::Cost(cost) => cost.run(),
        Command::Graph(graph) => graph.run(),
        Command::Release(release) => release.run(),
    };
    // Not `main() -> Result`: with RUST_BACKTRACE set, a backtrace would bury the message.
    done.map_or_else(
        |error| {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
