//! A long storm, with a seed of its own each time: what no seed has found yet may be found today.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::workspace::Workspace;

const CALLS: &str = "100000";

pub(crate) fn run(workspace: &Workspace) -> Result<String> {
    let seed = SystemTime::now()
        .duration_since(UNIX_EPOCH)?
        .as_secs()
        .to_string();
    let storm = [
        "run",
        "--release",
        "--package",
        "payvand-storm",
        "--",
        "--calls",
        CALLS,
    ];
    let arguments = storm.into_iter().chain(["--seed", seed.as_str()]);
    workspace.cargo(arguments).run()?;
    Ok(format!("{CALLS} calls, seed {seed}"))
}
