//! The programs of `docs/sandbox-api.md` run.

use std::process::{Command, Stdio};

use payvand_sandbox::Sandbox;

const PAGE: &str = include_str!("../../../../docs/sandbox-api.md");

fn program(language: &str) -> &str {
    let (_, rest) = PAGE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

async fn runs(language: &str, interpreter: &str, arguments: &[&str]) {
    let sandbox = Sandbox::start().await.unwrap();
    let mut command = Command::new(interpreter);
    command
        .args(arguments)
        .arg(program(language))
        .env("SANDBOX_URL", sandbox.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    let Ok(child) = command.spawn() else {
        println!("{interpreter} is not there: the program was not run");
        return;
    };
    let output = tokio::task::spawn_blocking(|| child.wait_with_output());
    let output = output.await.unwrap().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "ok\n", "{errors}");
}

#[tokio::test]
async fn python() {
    runs("python", "python3", &["-c"]).await;
}

/// Older versions lack what the program uses.
#[tokio::test]
async fn node() {
    let version = Command::new("node").arg("--version").output();
    let version = version.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let major = version
        .as_deref()
        .unwrap_or_default()
        .trim_start_matches('v')
        .split('.')
        .next();
    if major
        .and_then(|it| it.parse::<u32>().ok())
        .is_none_or(|major| major < 20)
    {
        println!("Node 20 is not there: the program was not run");
        return;
    }
    runs("js", "node", &["--input-type=module", "-e"]).await;
}
