//! What others' crates may be among ours.

use anyhow::Result;
use xshell::cmd;

use super::tools;
use crate::workspace::Workspace;

/// Licences, bans, duplicates and sources, by `deny.toml`.
pub(crate) fn deny(workspace: &Workspace) -> Result<String> {
    let program = tools::DENY.find(workspace)?;
    cmd!(workspace.shell, "{program} --locked check licenses bans sources").run()?;
    Ok(String::new())
}

/// Dependencies that no code names.
pub(crate) fn unused(workspace: &Workspace) -> Result<String> {
    let program = tools::SHEAR.find(workspace)?;
    cmd!(workspace.shell, "{program} shear --locked").run()?;
    Ok(String::new())
}
