//! What git says of the tree.

use anyhow::{Context, Result, ensure};
use cargo_metadata::semver::Version;
use xshell::cmd;

use crate::workspace::Workspace;

/// Fails when something is not committed.
pub(crate) fn clean(workspace: &Workspace) -> Result<String> {
    let changes = cmd!(workspace.shell, "git status --porcelain").quiet().read()?;
    ensure!(changes.is_empty(), "not committed:\n{changes}");
    let commit = cmd!(workspace.shell, "git rev-parse --short HEAD")
        .quiet()
        .read()?;
    Ok(format!("at {commit}"))
}

/// The last release that the current commit stands on: its tag is `v` and the version.
pub(crate) fn last_release(workspace: &Workspace) -> Result<Option<(String, Version)>> {
    let tags = cmd!(workspace.shell, "git tag --list v* --merged HEAD")
        .quiet()
        .read()?;
    let versions = tags.lines().filter_map(|tag| Some((tag, tag.strip_prefix('v')?)));
    let versions = versions.filter_map(|(tag, version)| Some((tag.to_owned(), version.parse().ok()?)));
    Ok(versions.max_by(|one: &(String, Version), other| one.1.cmp(&other.1)))
}

/// A file as it was at a tag; `None` when there was none.
pub(crate) fn file_at(workspace: &Workspace, tag: &str, path: &str) -> Result<Option<String>> {
    let shell = &workspace.shell;
    let listed = cmd!(shell, "git ls-tree --name-only {tag} -- {path}")
        .quiet()
        .read()?;
    if listed.is_empty() {
        return Ok(None);
    }
    let file = format!("{tag}:{path}");
    let text = cmd!(shell, "git show {file}").quiet().read();
    Ok(Some(text.with_context(|| file.clone())?))
}
