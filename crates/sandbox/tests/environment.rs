//! Settings from the environment as files, shells and containers really set them: used as they were meant, or an error
//! that names the variable, and then nothing is sent.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

use std::process::Command;
use std::time::Duration;

use payvand_harness::{FromEnv, PROVIDERS};
use payvand_sandbox::Sandbox;

/// Names the client with which a child process makes one call.
const CHILD: &str = "PAYVAND_TEST_CLIENT";

/// Run by the tests below in processes of their own: variables cannot be changed safely while a process runs.
#[tokio::test]
#[ignore = "a part of the other tests"]
async fn one_call_of_a_client_from_the_environment() {
    let told = (client(&std::env::var(CHILD).unwrap()).ask)().await;
    println!("\ntold: {told}");
}

/// The client whose variables have this name.
fn client(name: &str) -> FromEnv {
    let mut clients = PROVIDERS.iter().filter_map(|it| it.client_of_env());
    clients.find(|it| it.prefix == name).unwrap()
}

fn name_of(variable: &str) -> &str {
    variable.split('_').nth(1).unwrap()
}

/// The result of a call in this environment, with another value of one variable.
fn with(sandbox: &Sandbox, variable: &str, value: &str) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([
            "--ignored",
            "--exact",
            "one_call_of_a_client_from_the_environment",
            "--nocapture",
        ])
        .env(CHILD, name_of(variable))
        .envs(sandbox.environment())
        .env(variable, value);
    let output = tokio::task::block_in_place(|| child.output().unwrap());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}");
    printed
        .lines()
        .find_map(|line| line.strip_prefix("told: "))
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_end_of_a_file_does_not_belong_to_a_value() {
    let sandbox = Sandbox::start().await.unwrap();
    for (variable, value) in sandbox.environment() {
        for end in ["", "\n", "\r\n", "\r"] {
            // SMSAfzar takes five requests a second.
            sandbox.advance(Duration::from_secs(1));
            let before = sandbox.request_count();
            let told = with(&sandbox, variable, &format!("{value}{end}"));
            assert_eq!(told, "answered", "{variable} ends in {end:?}");
            assert_eq!(sandbox.request_count() - before, 1, "{variable} ends in {end:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused_by_the_name_of_the_variable() {
    let sandbox = Sandbox::start().await.unwrap();
    for (variable, value) in sandbox.environment() {
        let mut bad = vec![
            String::new(),
            "\n".to_owned(),
            format!("\"{value}\""),
            format!("'{value}'\n"),
            format!("{value}\n\n"),
            format!("\n{value}"),
            format!("{value}\t"),
            format!("{value}\r\n{value}"),
        ];
        if variable.ends_with("_BASE_URL") {
            let path = client(name_of(variable)).path;
            bad.extend([
                format!(" {value}"),
                format!("{value} "),
                format!("{value}\u{200F}"),
                format!("{value}{path}"),
                format!("{value}/gateway{path}/"),
                format!("{value}?a=b"),
                value.replace("127.0.0.1", "panel.localhost"),
                value.replace("http://", ""),
            ]);
        }
        if variable.ends_with("_TOKEN") || variable.ends_with("_API_KEY") {
            bad.extend([
                format!(" {value}"),
                format!("{value}\u{200F}"),
                format!("\u{FEFF}{value}"),
                format!("{value}\u{200C}{value}"),
            ]);
        }
        for bad in bad {
            let told = with(&sandbox, variable, &bad);
            assert!(
                told.starts_with("Configuration: ") && told.contains(variable),
                "{bad:?}: {told}"
            );
            assert!(!told.contains(&value), "{told}");
        }
    }
    assert_eq!((sandbox.request_count(), sandbox.connections()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_that_belong_to_a_password_go_through_the_builder() {
    let quoted = "\"not-a-real-password\"";
    sabapayamak_auth::Credentials::builder()
        .username("user")
        .password(quoted)
        .virtual_number("3000")
        .build()
        .unwrap();
    smsafzar_auth::Credentials::builder()
        .username("user")
        .password(quoted)
        .build()
        .unwrap();
}
