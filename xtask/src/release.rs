//! `cargo xtask release`: from a clean tree to crates on the registry. `docs/RELEASING.md` has the order.

pub(crate) mod api;
pub(crate) mod publish;
pub(crate) mod publisher;
mod registry;
pub(crate) mod rehearse;
pub(crate) mod versions;

use anyhow::Result;
use clap::Subcommand;

use crate::steps::Chosen;
use crate::workspace::Workspace;

/// Check, rehearse and publish the crates.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub(crate) enum Release {
    /// Check everything that a release needs beyond `cargo xtask check`.
    ///
    /// The steps are those of xtask/steps.toml. Stops at the first failure and says what to run.
    Check(Chosen),
    /// Write each published crate's public API to its public-api.txt.
    ///
    /// With all features; the features' names and the versions of the crates that appear in signatures are part of it.
    Api,
    /// Publish every crate that the registry does not have yet. A dry run, unless --execute is given.
    ///
    /// Runs `cargo xtask release check` first. The core and the four clients come before all others. If it fails in the
    /// middle, run it again: it reads from the index what is published, publishes the rest, and compares everything in
    /// the index with what was packaged here.
    Publish {
        /// Really publish. A published version can be yanked, but never deleted
        #[arg(long)]
        execute: bool,
    },
}

impl Release {
    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::Check(chosen) => chosen.run(&["release"]),
            Self::Api => api::write(&Workspace::load()?),
            Self::Publish { execute } => {
                Chosen::default().run(&["release"])?;
                publish::run(&Workspace::load()?, *execute)
            }
        }
    }
}
