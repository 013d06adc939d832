//! `cargo xtask release check`: what must hold before anything is published.

use anyhow::{Context, Result};
use clap::builder::PossibleValuesParser;

use super::{api, changelog, compatibility, package, supply, tree_state, versions};
use crate::check;
use crate::steps::{self, Step};
use crate::workspace::Workspace;

/// Check everything that a release must have, beyond what `cargo xtask check` tests.
///
/// Stops at the first failure and says what to run. Tools that are missing are fetched into the target folder where
/// python3 is there; if not, it is said how to install them.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Run only these steps (see --list)
    #[arg(value_name = "STEP", value_parser = PossibleValuesParser::new(STEPS.iter().map(Entry::name)))]
    #[arg(hide_possible_values = true)]
    steps: Vec<String>,

    /// Print the steps and run none
    #[arg(long)]
    list: bool,
}

/// A step of this command, or one of `cargo xtask check` by its name.
enum Entry {
    Own(Step),
    Shared(&'static str),
}

/// Fast ones first.
const STEPS: &[Entry] = &[
    Entry::Own(Step {
        name: "clean",
        about: "what is published is what is committed",
        remedy: "`git status`; commit it or put it aside",
        long: false,
        run: tree_state::clean,
    }),
    Entry::Shared("tidy"),
    Entry::Shared("codegen"),
    Entry::Shared("graph"),
    Entry::Own(Step {
        name: "versions",
        about: "the crates, their requirements on one another and the pages agree on one version",
        remedy: "`cargo xtask release bump <version>` sets all of them",
        long: false,
        run: versions::check,
    }),
    Entry::Own(Step {
        name: "changelog",
        about: "each crate says what is new",
        remedy: "a line under `## [Unreleased]` of the CHANGELOG.md that is named above",
        long: false,
        run: changelog::check,
    }),
    Entry::Own(Step {
        name: "deny",
        about: "licences, banned and duplicate crates, sources (deny.toml)",
        remedy: "`cargo deny --locked check licenses bans sources`",
        long: false,
        run: supply::deny,
    }),
    Entry::Own(Step {
        name: "advisories",
        about: "no dependency with a known vulnerability, where the database can be reached",
        remedy: "`cargo deny check advisories`; `cargo update -p <crate>` if a mended version is there",
        long: false,
        run: supply::advisories,
    }),
    Entry::Own(Step {
        name: "unused",
        about: "no dependency that nothing uses",
        remedy: "`cargo shear`; remove what it names",
        long: false,
        run: supply::unused,
    }),
    Entry::Own(Step {
        name: "api",
        about: "each crate's public API is the one in its public-api.txt",
        remedy: "`cargo xtask release api` writes it anew: a removed or changed line there breaks users",
        long: false,
        run: api::check,
    }),
    Entry::Own(Step {
        name: "compatibility",
        about: "what changed in the API since the last release fits the version",
        remedy: "`cargo xtask release bump` takes the least version that fits",
        long: false,
        run: compatibility::check,
    }),
    Entry::Shared("docs"),
    Entry::Shared("docs-rs"),
    Entry::Shared("feature-pairs"),
    Entry::Own(Step {
        name: "package",
        about: "each package builds from its own files, and holds no others",
        remedy: "`cargo package --list -p <crate>`; `include` in its manifest chooses the files",
        long: false,
        run: package::check,
    }),
];

impl Entry {
    fn name(&self) -> &'static str {
        match self {
            Self::Own(step) => step.name,
            Self::Shared(name) => name,
        }
    }

    fn step(&self) -> Result<&Step> {
        match self {
            Self::Own(step) => Ok(step),
            Self::Shared(name) => {
                check::step(name).with_context(|| format!("`cargo xtask check` has no step `{name}`"))
            }
        }
    }
}

impl Check {
    pub(crate) fn run(&self) -> Result<()> {
        let chosen = |entry: &&Entry| self.steps.is_empty() || self.steps.iter().any(|it| it == entry.name());
        let steps = STEPS.iter().filter(chosen).map(Entry::step);
        let steps = steps.collect::<Result<Vec<_>>>()?;
        if self.list {
            for step in steps {
                println!("{:<14} {}", step.name, step.about);
            }
            return Ok(());
        }
        steps::run(&Workspace::load()?, &steps)
    }
}

/// All of it.
pub(crate) fn everything(workspace: &Workspace) -> Result<()> {
    let steps = STEPS.iter().map(Entry::step).collect::<Result<Vec<_>>>()?;
    steps::run(workspace, &steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shared_step_exists() {
        for entry in STEPS {
            assert_eq!(entry.step().unwrap().name, entry.name());
        }
    }
}
