//! The program against the sandbox: what it sends, and that no value of an answer and no secret is in what it prints.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

use std::process::{Output, Stdio};

use payvand_harness::{Account, Input, PROVIDERS, Probe, ProviderHarness};
use payvand_sandbox::{Fault, Sandbox};
use serde_json::Value;
use tokio::process::Command;

const CANARY: &str = "q7kzw";

/// The providers that the probe knows, each with an account, and its secrets as variables.
fn cases() -> impl Iterator<
    Item = (
        &'static dyn ProviderHarness,
        Probe,
        Account,
        Vec<(&'static str, String)>,
    ),
> {
    PROVIDERS.into_iter().filter_map(|provider| {
        let (probe, account) = (provider.probe()?, provider.account());
        let value = |input: &Input| match *input {
            Input::User => account.user.clone(),
            Input::Secret(index) => account.secrets[index].value.clone(),
            Input::Text(text) => text.to_owned(),
        };
        let variables = probe.variables.iter().map(|(name, input)| (*name, value(input)));
        let variables = variables.collect();
        Some((provider, probe, account, variables))
    })
}

async fn run(sandbox: &Sandbox, variables: &[(&str, String)], arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_payvand-probe"));
    program.args(arguments).env_clear().stdin(Stdio::null());
    let mut addresses = sandbox.environment();
    addresses.retain(|(name, _)| name.ends_with("_BASE_URL"));
    program
        .envs(addresses)
        .envs(variables.iter().map(|(name, value)| (name, value)));
    program.output().await.unwrap()
}

fn printed(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().record_answers().start().await.unwrap()
}

fn requests(sandbox: &Sandbox) -> Vec<String> {
    let requests = sandbox.requests();
    let line = |method: &dyn std::fmt::Display, path: &str| format!("{method} {path}");
    requests.iter().map(|it| line(it.method(), it.path())).collect()
}

/// Every text and number that the sandbox answered with, those inside of texts too.
fn values(sandbox: &Sandbox) -> Vec<String> {
    let mut values = Vec::new();
    for request in sandbox.requests() {
        let body = String::from_utf8_lossy(request.answer().unwrap().body()).into_owned();
        let start = body.find('{').unwrap_or_default();
        collect(&serde_json::from_str(&body[start..]).unwrap(), &mut values);
    }
    // Shorter ones are in any text.
    values.retain(|it| it.chars().count() > 3);
    values
}

/// A word such as `link` may be a part of a key.
fn has(text: &str, value: &str) -> bool {
    if value.chars().all(char::is_alphanumeric) {
        return text.split(|it: char| !it.is_alphanumeric()).any(|it| it == value);
    }
    text.contains(value)
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner) if inner.is_object() || inner.is_array() => collect(&inner, into),
            _ => into.push(text.clone()),
        },
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|it| collect(it, into)),
        Value::Object(members) => members.values().for_each(|it| collect(it, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[tokio::test]
async fn every_shape_of_every_provider_is_printed_without_its_values() {
    let mut seen = 0;
    for (
        provider,
        Probe {
            name,
            requests: expected,
            ..
        },
        account,
        variables,
    ) in cases()
    {
        for (shape, set) in provider.sandbox_side().shapes() {
            let sandbox = sandbox().await;
            provider.sandbox_side().open(&sandbox, &account);
            set(&sandbox);
            let output = run(&sandbox, &variables, &[name, "--login"]).await;
            let text = printed(&output);
            assert!(output.status.success(), "{name}, {shape}: {text}");
            assert_eq!(requests(&sandbox), expected, "{name}, {shape}");
            assert!(text.contains("JSON\n") || text.contains("JSON with"), "{text}");
            assert!(text.contains("reads it as a success"), "{name}, {shape}: {text}");
            assert!(text.contains("Not an observation of the provider"), "{text}");
            let secrets = account.secrets.iter().map(|it| it.value.clone());
            for value in values(&sandbox).into_iter().chain(secrets) {
                assert!(!has(&text, &value), "{name}, {shape}: {value:?} is in {text}");
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "only {seen} values were looked for");
}

/// A canary wherever a server can put one; each takes the place of the first answer, and then of the second.
fn hostile() -> Vec<Fault> {
    let bodies = [
        CANARY.to_owned(),
        format!("<html>{CANARY}</html>"),
        format!("{{\"a\":\"{CANARY}"),
        format!("{{\"status\":\"{CANARY}\",\"message\":\"{CANARY}\",\"errorMessage\":\"{CANARY}\"}}"),
        format!("{{\"status\":false,\"error\":\"{CANARY}\",\"errors\":[{{\"code\":\"{CANARY}\"}}]}}"),
        format!("{{\"hasError\":true,\"errorCode\":\"{CANARY}\",\"message\":\"{CANARY}\"}}"),
        format!("{{\"errorCode\":401,\"errorMessage\":\"{CANARY}\"}}"),
        format!(
            "{{\"{CANARY}\":{{\"{CANARY}\":[\"{CANARY}\"]}},\"{CANARY}\u{200c}\":1,\"{}\":2}}",
            CANARY.repeat(9)
        ),
        format!("{{\"result\":\"{{\\\"{CANARY}\\\":\\\"{CANARY}\\\"}}\"}}"),
        format!("[[[{{\"data\":\"{CANARY}\"}}]], \"{CANARY}\", 1e999]"),
        format!("Warning: {CANARY}\n{{\"balance\":\"{CANARY}\"}} {CANARY}"),
    ];
    let mut faults = Vec::new();
    for (status, bodies) in [
        (200, &bodies[..]),
        (302, &bodies[..1]),
        (401, &bodies[2..5]),
        (503, &bodies[1..4]),
    ] {
        for body in bodies {
            let answer = Fault::answer(status, body.clone());
            let answer = answer.header("content-type", &format!("text/{CANARY}"));
            faults.push(answer.header("location", &format!("https://{CANARY}.example/")));
        }
    }
    faults.push(Fault::close());
    faults.push(Fault::reset());
    faults
}

#[tokio::test]
async fn hostile_answers_leave_no_value_in_the_report() {
    for (
        provider,
        Probe {
            name,
            requests: expected,
            ..
        },
        account,
        variables,
    ) in cases()
    {
        for fault in hostile() {
            for position in 0..expected.len() {
                let sandbox = sandbox().await;
                provider.sandbox_side().open(&sandbox, &account);
                for _ in 0..position {
                    sandbox.fail_next(Fault::usual());
                }
                sandbox.fail_next(fault.clone());
                let output = run(&sandbox, &variables, &[name, "--login"]).await;
                let text = printed(&output);
                assert!(text.contains("## "), "{name}, {fault:?}: {text}");
                for secret in &account.secrets {
                    assert!(!text.contains(&secret.value), "{name}, {fault:?}: {text}");
                }
                assert!(!text.to_lowercase().contains(CANARY), "{name}, {fault:?}: {text}");
                // Nothing was sent a second time.
                let sent = requests(&sandbox);
                assert!(
                    expected.starts_with(&sent.iter().map(String::as_str).collect::<Vec<_>>()),
                    "{sent:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn without_login_nothing_is_sent() {
    for (
        provider,
        Probe {
            name,
            requests: expected,
            ..
        },
        account,
        variables,
    ) in cases()
    {
        let sandbox = sandbox().await;
        provider.sandbox_side().open(&sandbox, &account);
        let output = run(&sandbox, &variables, &[name]).await;
        let needs_login = expected.len() > 1;
        assert_eq!(
            output.status.code(),
            Some(if needs_login { 2 } else { 0 }),
            "{name}"
        );
        assert_eq!(requests(&sandbox).is_empty(), needs_login, "{name}");
        assert_eq!(
            printed(&output).contains("may end the token in use"),
            needs_login,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_input_is_not_quoted() {
    let sandbox = sandbox().await;
    let secret = format!("\"{CANARY}\"");
    for (arguments, variables) in [
        (&[CANARY][..], vec![]),
        (&["aparat", CANARY], vec![]),
        (&["--token", CANARY, "aparat"], vec![]),
        (&[], vec![]),
        (&["aparat"], vec![("PAYVAND_APARAT_TOKEN", secret.clone())]),
        (&["podlink"], vec![("PAYVAND_POD_API_KEY", CANARY.to_owned())]),
        (
            &["smsafzar", "--login"],
            vec![("PAYVAND_SMSAFZAR_PASSWORD", secret)],
        ),
    ] {
        let output = run(&sandbox, &variables, arguments).await;
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(!text.contains(CANARY), "{text}");
        let says_what_to_do = text.contains("Usage: ") || text.contains("Needed: PAYVAND_");
        assert!(says_what_to_do, "{text}");
    }
    assert_eq!(requests(&sandbox), [""; 0]);
}
