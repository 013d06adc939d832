//! What a tool that knows nothing of us says about the contracts.

use anyhow::Result;
use xshell::cmd;

use crate::codegen::{CONTRACTS, contract_files};
use crate::tools::{Registry, Tool};
use crate::workspace::{Workspace, without_credentials};

const LINTER: Tool = Tool {
    registry: Registry::Npm,
    package: "@redocly/cli",
    version: "2.77.0",
    program: "redocly",
};

/// For machines without Node: it knows the specification, and no rules beyond it.
const VALIDATOR: Tool = Tool {
    registry: Registry::Pypi,
    package: "openapi-spec-validator",
    version: "0.9.0",
    program: "openapi-spec-validator",
};

pub(crate) fn lint(workspace: &Workspace) -> Result<String> {
    let shell = &workspace.shell;
    let files = &contract_files(shell)?;
    let done = |tool: Tool| Ok(format!("{} contracts, {tool}", files.len()));
    if LINTER.can_run(workspace) {
        let program = LINTER.install(workspace)?;
        let lint = cmd!(
            shell,
            "{program} lint --config {CONTRACTS}/redocly.yaml {files...}"
        );
        without_credentials(lint)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .run()?;
        return done(LINTER);
    }
    if VALIDATOR.can_run(workspace) {
        let program = VALIDATOR.install(workspace)?;
        without_credentials(cmd!(shell, "{program} {files...}")).run()?;
        return done(VALIDATOR);
    }
    Ok("skipped: neither Node 20 with npm nor Python 3 with venv is on this machine".to_owned())
}
