//! Programs that know nothing of us, against what we have: a mock server made from each contract, asked by our
//! clients, and a property-based tester that asks our sandbox.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use xshell::cmd;

use crate::codegen::contract_files;
use crate::tools::{Registry, Tool};
use crate::workspace::{SANDBOX, Workspace, without_credentials};

const MOCK: Tool = Tool {
    registry: Registry::Npm,
    package: "@stoplight/prism-cli",
    version: "5.16.0",
    program: "prism",
};

const TESTER: Tool = Tool {
    registry: Registry::Pypi,
    package: "schemathesis",
    version: "4.32.5",
    program: "schemathesis",
};

/// The providers refuse with HTTP 200, so whether a request was refused does not show in the status.
const NOT_CHECKED: &str = "ignored_auth,negative_data_rejection,positive_data_acceptance,missing_required_header,\
                           unsupported_method";

/// JSON that is labelled as HTML or text is still to be looked at, and made-up credentials would be refused before
/// anything else is.
const HOOKS: &str = r#"import json
import schemathesis

@schemathesis.deserializer("text/html", "text/plain")
def json_or_text(ctx, response):
    text = response.content.decode("utf-8")
    try:
        return json.loads(text)
    except ValueError:
        return text

@schemathesis.hook
def map_body(ctx, body):
    known = {
        "scApiKey": "sandbox-pod-api-key",
        "Username": "sandbox-saba",
        "Password": "sandbox-saba-password",
        "VirtualNumber": "30000000",
        "userName": "sandbox-afzar",
        "password": "sandbox-afzar-password",
        "domain": "sms.smsafzar",
    }
    if isinstance(body, dict):
        body = {name: known.get(name, value) for name, value in body.items()}
    return body
"#;

pub(crate) fn mock(workspace: &Workspace) -> Result<String> {
    if !MOCK.can_run(workspace) {
        return Ok("skipped: Node 20 with npm is not on this machine".to_owned());
    }
    let program = MOCK.install(workspace)?;
    let files = contract_files(&workspace.shell)?;
    for file in &files {
        let port = free_port()?;
        let mut server = Command::new(&program);
        server.args(["mock", "--host", "127.0.0.1", "--port", &port.to_string(), file]);
        let server = Running::start(workspace, server)?;
        server.wait_for(port)?;
        let name = stem(file);
        workspace
            .cargo([
                "test",
                "--package",
                SANDBOX,
                "--test",
                "mock_server",
                "--",
                "--ignored",
                "--nocapture",
            ])
            .env("MOCK_SERVER", format!("http://127.0.0.1:{port}"))
            .env("MOCK_CONTRACT", name)
            .run()?;
    }
    Ok(format!("{} contracts, {MOCK}", files.len()))
}

pub(crate) fn fuzz(workspace: &Workspace) -> Result<String> {
    if !TESTER.can_run(workspace) {
        return Ok("skipped: Python 3 with venv is not on this machine".to_owned());
    }
    let program = TESTER.install(workspace)?;
    let folder = workspace.target.join("tools").join("fuzz");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("hooks.py"), HOOKS)?;

    workspace.cargo(["build", "--package", SANDBOX]).run()?;
    let port = free_port()?;
    let mut sandbox = Command::new(workspace.target.join("debug").join(SANDBOX));
    sandbox.args(["--listen", &format!("127.0.0.1:{port}")]);
    let sandbox = Running::start(workspace, sandbox)?;
    sandbox.wait_for(port)?;

    let shell = &workspace.shell;
    let files = contract_files(shell)?;
    let contracts: Vec<_> = files.iter().map(|file| shell.current_dir().join(file)).collect();
    // It leaves what it found in the folder in which it stands.
    let _there = shell.push_dir(&folder);
    for (file, contract) in files.iter().zip(&contracts) {
        let settings = folder.join("schemathesis.toml");
        std::fs::write(&settings, settings_for(stem(file)))?;
        let url = format!("http://127.0.0.1:{port}");
        let command = cmd!(
            shell,
            "{program} --config-file {settings} run {contract} --url {url} --no-color --seed 1 --max-examples 200
             --phases examples,coverage,fuzzing --exclude-checks {NOT_CHECKED} --continue-on-failure"
        );
        without_credentials(command)
            .env("PYTHONPATH", &folder)
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .run()?;
    }
    Ok(format!("{} contracts, {TESTER}", files.len()))
}

/// The sandbox's own accounts: fake, and printed by it when it starts.
fn settings_for(contract: &str) -> String {
    let token = match contract {
        "aparat" => "sandbox-aparat-token",
        "podlink" => "sandbox-pod-token",
        // Any faster, and its limit is all that would be tested.
        "smsafzar" => return "rate-limit = \"5/s\"\n".to_owned(),
        _ => return String::new(),
    };
    format!("[auth.openapi.token]\napi_key = \"{token}\"\n")
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".yaml").unwrap_or(name)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A server that ends when this does.
struct Running {
    child: Child,
    name: String,
}

impl Running {
    fn start(workspace: &Workspace, mut command: Command) -> Result<Self> {
        let name = format!("{command:?}");
        let child = command
            .current_dir(workspace.shell.current_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| name.clone())?;
        Ok(Self { child, name })
    }

    fn wait_for(&self, port: u16) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        bail!("nobody listens on port {port} after a minute: {}", self.name)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
