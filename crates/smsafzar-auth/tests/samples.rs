//! The eight client samples of the provider's document. Three run as they are printed, with nothing but the base URL
//! changed, against the sandbox; the requests of the other five are recorded, with the reason, and sent as they are.
//! All of them and this crate must send the same login.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use payvand_sandbox::{RecordedRequest, Sandbox};
use serde::Deserialize;
use serde_json::{Value, json};
use smsafzar_auth::{Client, Credentials};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

/// As the samples have it.
const BASE_URL: &str = "https://api.smsafzar.ir";
const USERNAME: &str = "YourUserName";
const PASSWORD: &str = "YourPassword";
const DOMAIN: &str = "sms.smsafzar";

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.smsafzar().add_account(USERNAME, PASSWORD, DOMAIN);
    sandbox
}

fn assert_is_the_login(request: &RecordedRequest, who: &str) {
    assert_eq!(
        (request.method().as_str(), request.target()),
        ("POST", "/auth/token"),
        "{who}"
    );
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        body,
        json!({"userName": USERNAME, "password": PASSWORD, "domain": DOMAIN}),
        "{who}"
    );
    assert_eq!(request.header("accept"), Some("application/json"), "{who}");
    assert_eq!(request.header("content-type"), Some("application/json"), "{who}");
    assert_eq!(request.header("cache-control"), Some("no-cache"), "{who}");
    assert_eq!(request.status().map(|status| status.as_u16()), Some(200), "{who}");
}

/// Runs a sample; its output. `None`, and the reason in words, if what it needs is not on this machine.
async fn run(sandbox: &Sandbox, sample: &str, needs: &[&str], run: &[&str]) -> Option<String> {
    let [program, arguments @ ..] = needs else {
        panic!("a command")
    };
    let there = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("not run: {sample} needs `{}` to succeed", needs.join(" "));
        return None;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(sample);
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text.matches(BASE_URL).count(), 1);
    let [program, arguments @ ..] = run else {
        panic!("a command")
    };
    let output = Command::new(program)
        .args(arguments)
        .arg(text.replace(BASE_URL, sandbox.url()))
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .await
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{sample}: {error}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn curl_python_and_node_run_as_they_are_printed() {
    for (sample, needs, command) in [
        ("curl.sh", &["curl", "--version"][..], &["sh", "-c"][..]),
        (
            "python.py",
            &["python3", "-c", "import requests"],
            &["python3", "-c"],
        ),
        ("node.cjs", &["node", "-e", "require('axios')"], &["node", "-e"]),
    ] {
        let sandbox = sandbox().await;
        let Some(output) = run(&sandbox, sample, needs, command).await else {
            continue;
        };
        assert!(output.contains("token"), "{sample}: {output}");
        let [request] = &sandbox.requests()[..] else {
            panic!("{sample}: {:?}", sandbox.requests())
        };
        assert_is_the_login(request, sample);
        assert_eq!(sandbox.smsafzar().logins(), 1);
        eprintln!("run: {sample}");
    }
}

#[derive(Deserialize)]
struct Recorded {
    sample: String,
    reason: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[tokio::test]
async fn the_other_samples_send_the_same() {
    let recorded: Vec<Recorded> = serde_json::from_str(include_str!("samples/others.json")).unwrap();
    assert_eq!(recorded.len(), 5);
    let sandbox = sandbox().await;
    for (logins, it) in (1..).zip(recorded) {
        assert!(!it.reason.is_empty());
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        let headers: Vec<_> = it
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let headers = headers.concat();
        let length = it.body.len();
        let request = format!(
            "POST /auth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{}",
            it.body
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("\"token\""),
            "{}: {answer}",
            it.sample
        );
        assert_is_the_login(sandbox.requests().last().unwrap(), &it.sample);
        assert_eq!(sandbox.smsafzar().logins(), logins);
    }
}

#[tokio::test]
async fn this_crate_sends_the_same() {
    let sandbox = sandbox().await;
    let smsafzar = Client::builder().base_url(sandbox.url()).build().unwrap();
    let credentials = Credentials::builder()
        .username(USERNAME)
        .password(PASSWORD)
        .build()
        .unwrap();
    smsafzar.authenticate(&credentials).await.unwrap();
    assert_is_the_login(&sandbox.requests()[0], "smsafzar-auth");
}
