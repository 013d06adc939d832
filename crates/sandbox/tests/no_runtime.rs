//! Each call of each client, awaited where it cannot work: without a runtime, or in one that lacks what calls need.

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use aparat_api::testing::ScriptedTransport;
use payvand_sandbox::Sandbox;
use payvand_sandbox::smsafzar::Smsafzar;
use tokio::runtime::{Builder, Runtime};

type Outcome = Pin<Box<dyn Future<Output = String>>>;

/// How a call ended.
macro_rules! outcome {
    ($call:expr) => {{
        let call = $call;
        Box::pin(async move {
            match call.await {
                Ok(_) => "it worked".to_owned(),
                Err(error) => {
                    let (kind, effect) = (error.kind(), error.effect());
                    format!("{kind:?}, {effect:?}, {} attempts: {error}", error.attempts())
                }
            }
        }) as Outcome
    }};
}

type Calls = Vec<(&'static str, Outcome)>;

struct Observer;

#[aparat_api::async_trait]
impl aparat_api::OrderObserver for Observer {
    async fn intent(&self, _: &aparat_api::OrderIntent) -> Result<(), Box<dyn StdError + Send + Sync>> {
        Ok(())
    }

    fn outcome(&self, _: &aparat_api::OrderIntent, _: &aparat_api::OrderOutcome) {}
}

/// Over this transport, or over the default one to this address.
fn calls(script: Option<&ScriptedTransport>, address: &str) -> Calls {
    macro_rules! build {
        ($builder:expr) => {{
            let builder = $builder.base_url(address);
            match script {
                Some(script) => builder.transport(script.clone()).build().unwrap(),
                None => builder.build().unwrap(),
            }
        }};
    }
    let mut calls = aparat(&build!(aparat_api::Client::builder("not-a-real-token")));
    let observed = aparat_api::Client::builder("not-a-real-token").observer(Observer);
    calls.extend(aparat(&build!(observed)));
    calls.extend(podlink(&build!(
        podlink_api::Client::builder("not-a-real-token").api_key("not-a-real-key")
    )));
    calls.extend(sabapayamak(&build!(sabapayamak_auth::Client::builder())));
    calls.extend(smsafzar(&build!(smsafzar_auth::Client::builder())));
    calls
}

fn aparat(client: &aparat_api::Client) -> Calls {
    let link = "https://www.aparat.com/v/abcd";
    vec![
        ("aparat account", outcome!(client.account())),
        ("aparat order status", outcome!(client.order_status("5f00"))),
        (
            "aparat order",
            outcome!(client.order(aparat_api::OrderKind::Like, link, 100)),
        ),
    ]
}

fn podlink(client: &podlink_api::Client) -> Calls {
    let content = podlink_api::Content::link("https://example.com");
    vec![
        ("podlink add link", outcome!(client.add_link(content))),
        ("podlink visit", outcome!(client.visit("abc"))),
        ("podlink list", outcome!(client.list_links())),
        ("podlink clicks", outcome!(client.click_stats("abc"))),
        ("podlink deactivate", outcome!(client.deactivate("abc"))),
        ("podlink activate", outcome!(client.activate("abc"))),
    ]
}

fn sabapayamak(client: &sabapayamak_auth::Client) -> Calls {
    use sabapayamak_auth::{Credentials, TokenDays};

    let parts = Credentials::builder()
        .username("username")
        .password("not-a-real-password");
    let credentials = parts.virtual_number("3000").build().unwrap();
    let days = TokenDays::new(15).unwrap();
    let tokens = client.token_source(credentials.clone(), days);
    vec![
        (
            "sabapayamak authenticate",
            outcome!(client.authenticate(&credentials, days)),
        ),
        (
            "sabapayamak authorized",
            outcome!(tokens.authorized().get("api/v1/credit")),
        ),
        (
            "sabapayamak authorization",
            outcome!(async move { tokens.authorization().await }),
        ),
    ]
}

fn smsafzar(client: &smsafzar_auth::Client) -> Calls {
    let credentials = smsafzar_credentials();
    let tokens = client.token_source(credentials.clone());
    vec![
        (
            "smsafzar authenticate",
            outcome!(client.authenticate(&credentials)),
        ),
        (
            "smsafzar authorized",
            outcome!(tokens.authorized().get("api/v1/credit")),
        ),
        (
            "smsafzar authorization",
            outcome!(async move { tokens.authorization().await }),
        ),
    ]
}

fn smsafzar_credentials() -> smsafzar_auth::Credentials {
    let parts = smsafzar_auth::Credentials::builder().username("username");
    let parts = parts.password("not-a-real-password").domain(Smsafzar::DOMAIN);
    parts.build().unwrap()
}

fn poll_once(mut outcome: Outcome) -> Poll<String> {
    outcome.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn runtimes(set: impl Fn(&mut Builder) -> &mut Builder) -> [Runtime; 2] {
    [
        set(&mut Builder::new_current_thread()).build().unwrap(),
        set(Builder::new_multi_thread().worker_threads(1))
            .build()
            .unwrap(),
    ]
}

fn assert_says(outcome: &str, call: &str, words: &[&str]) {
    assert!(outcome.starts_with("Configuration, None, "), "{call}: {outcome}");
    for word in words {
        assert!(outcome.contains(word), "{call}: {outcome}");
    }
}

#[test]
fn without_a_runtime_every_call_says_what_is_missing() {
    let script = ScriptedTransport::default();
    for script in [Some(&script), None] {
        for (name, call) in calls(script, "http://127.0.0.1:9") {
            let Poll::Ready(outcome) = poll_once(call) else {
                panic!("{name} waits");
            };
            assert_says(
                &outcome,
                name,
                &["0 attempts", "no Tokio runtime", "#[tokio::main]"],
            );
        }
    }
    assert_eq!(script.requests().len(), 0);
}

#[test]
fn without_timers_every_call_says_what_is_missing() {
    let script = ScriptedTransport::default();
    for runtime in runtimes(|builder| builder)
        .iter()
        .chain(&runtimes(Builder::enable_io))
    {
        for script in [Some(&script), None] {
            for (name, call) in calls(script, "http://127.0.0.1:9") {
                let outcome = runtime.block_on(call);
                assert_says(&outcome, name, &["0 attempts", "no timers", "enable_all()"]);
            }
        }
    }
    assert_eq!(script.requests().len(), 0);
}

#[test]
fn without_io_every_call_over_the_default_transport_says_what_is_missing() {
    for runtime in runtimes(Builder::enable_time) {
        for address in ["http://127.0.0.1:9", "http://localhost:9"] {
            for (name, call) in calls(None, address) {
                let outcome = runtime.block_on(call);
                assert_says(&outcome, name, &["no I/O", "enable_all()"]);
            }
        }
    }
}

/// What was wrong with a runtime is no failure of the account: the next one logs in at once.
#[test]
fn the_same_clients_work_in_a_runtime_that_has_everything() {
    let good = Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = good.block_on(Sandbox::start()).unwrap();
    sandbox
        .smsafzar()
        .add_account("username", "not-a-real-password", Smsafzar::DOMAIN);
    let client = smsafzar_auth::Client::builder().base_url(sandbox.url());
    let client = client.build().unwrap();
    for runtime in runtimes(Builder::enable_time) {
        let outcome = runtime.block_on(outcome!(client.authenticate(&smsafzar_credentials())));
        assert_says(&outcome, "authenticate", &["no I/O"]);
    }
    let tokens = client.token_source(smsafzar_credentials());
    let ask = || {
        let tokens = tokens.clone();
        outcome!(async move { tokens.authorization().await })
    };
    assert!(poll_once(ask()).is_ready());
    for runtime in runtimes(|builder| builder)
        .iter()
        .chain(&runtimes(Builder::enable_time))
    {
        runtime.block_on(ask());
    }
    assert_eq!(good.block_on(ask()), "it worked");
}
