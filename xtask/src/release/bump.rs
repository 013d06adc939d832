//! `cargo xtask release bump`: the next version, everywhere it stands.

use anyhow::{Context, Result, ensure};
use cargo_metadata::semver::Version;
use xshell::cmd;

use super::{api, changelog, compatibility, supply, tree_state, versions};
use crate::workspace::Workspace;

/// Set the version of all crates, and close their changelogs.
///
/// Without VERSION it takes the least one that fits what changed in the public API since the last release; for the
/// first release it keeps the version that is there. Commits nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Bump {
    /// The version, not lower than what the change of the API asks for
    version: Option<Version>,
}

impl Bump {
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::load()?;
        tree_state::clean(&workspace)?;
        api::check(&workspace)
            .context("`cargo xtask release api` writes what changed; look at it and commit it")?;

        let current = versions::current(&workspace)?;
        let required = compatibility::required(&workspace)?;
        let least = required
            .as_ref()
            .map_or(current.clone(), compatibility::Required::least);
        if let Some(required) = &required {
            println!("{:?} since {}: at least {least}", required.change, required.last);
            print!("{}", required.reasons.join("\n"));
        }
        let version = self.version.clone().unwrap_or_else(|| least.clone());
        ensure!(
            version >= least,
            "{version} is too low for what changed: at least {least}"
        );

        if version != current {
            supply::set_version(&workspace, &version)?;
        }
        versions::write_pages(&workspace, &version)?;
        // The day of the last commit: a release has nothing that is newer.
        let date = cmd!(workspace.shell, "git show --no-patch --format=%cs HEAD")
            .quiet()
            .read()?;
        changelog::close_all(&workspace, &version, &date)?;

        cmd!(workspace.shell, "git diff --stat").run()?;
        println!("\nLook at it, commit it as \"Release {version}\", then: cargo xtask release publish");
        Ok(())
    }
}
