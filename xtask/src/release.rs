//! `cargo xtask release`: from a clean tree to crates on the registry. `docs/RELEASING.md` tells the order.

mod api;
mod bump;
mod changelog;
mod check;
mod compatibility;
mod index;
mod package;
mod publish;
mod registry;
mod rehearse;
mod supply;
mod tree_state;
mod versions;

use anyhow::Result;
use clap::Subcommand;

/// Check, rehearse, version and publish the crates.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Release {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Api(api::Api),
    Bump(bump::Bump),
    Rehearse(rehearse::Rehearse),
    Publish(publish::Publish),
}

impl Release {
    pub(crate) fn run(&self) -> Result<()> {
        match &self.command {
            Command::Check(check) => check.run(),
            Command::Api(api) => api.run(),
            Command::Bump(bump) => bump.run(),
            Command::Rehearse(rehearse) => rehearse.run(),
            Command::Publish(publish) => publish.run(),
        }
    }
}
