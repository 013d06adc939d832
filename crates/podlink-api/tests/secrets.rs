//! No token, key or one-time token in anything that prints or logs, whatever happens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Client, Content, Error, Language, RetryPolicy, Service};
use support::{gateway, live, refusal, service};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const TOKEN: &str = "canary-token-4f1b9c7e2a";
const KEY: &str = "canary-key-8d3e6a0b5c";
const OWN_KEY: &str = "canary-own-key-1c2d3e4f";
const OTT: &str = "canary-ott-77aa66bb55";
const SECRETS: [&str; 4] = [TOKEN, KEY, OWN_KEY, OTT];

/// Keeps everything that any crate logs, at every level.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for &Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut &*self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn assert_clean(text: &str, what: &str) {
    for secret in SECRETS {
        for start in 0..=secret.len() - 8 {
            let part = &secret[start..start + 8];
            // "canary-" is common to them all; what follows is the secret's own.
            assert!(
                start < 4 || !text.contains(part),
                "{part} of {secret} in {what}: {text}"
            );
        }
    }
}

fn shown(error: &Error) -> String {
    let mut text = format!(
        "{error} {error:?} {error:#?} {:?} {:?} {:?} {:?}",
        error.message(),
        error.details(),
        error.excerpt(),
        error.json_path()
    );
    for language in [Language::English, Language::Persian] {
        text.push_str(&error.describe(language));
    }
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, "{error} {error:?}");
        source = error.source();
    }
    text
}

/// Makes every call, and prints whatever comes of it.
async fn every_call(pod: &Client) -> String {
    let mut text = format!("{pod:?} {pod:#?}");
    let mut show = |outcome: Result<String, Error>| match outcome {
        Ok(answer) => text.push_str(&answer),
        Err(error) => text.push_str(&shown(&error)),
    };
    let call = pod
        .add_link(Content::link("https://example.com"))
        .hash("h")
        .tags(["t"]);
    show(Ok(format!("{call:?}")));
    show(
        call.await
            .map(|it| format!("{it:?} {}", serde_json::to_string(&it).unwrap())),
    );
    show(pod.visit("h").await.map(|it| format!("{it:?}")));
    show(
        pod.list_links()
            .await
            .map(|it| format!("{it:?} {}", serde_json::to_string(&it).unwrap())),
    );
    show(pod.activate("h").await.map(|()| String::new()));
    show(pod.deactivate("h").await.map(|()| String::new()));
    show(
        pod.click_stats("h")
            .await
            .map(|it| format!("{it:?} {}", serde_json::to_string(&it).unwrap())),
    );
    let mut links = pod.list_links().stream();
    show(Ok(format!("{links:?}")));
    if let Some(link) = links.next().await {
        show(link.map(|it| format!("{it:?}")));
    }
    show(Ok(format!("{links:?}")));
    text
}

fn steps() -> Vec<Step> {
    let with_ott = |body: String| body.replace("one-time-secret-0987", OTT);
    let answer = |body: String| Step::answer(200, with_ott(body));
    let echo = format!("{TOKEN} {KEY} {OWN_KEY}");
    let page = r#"{"totalCount":1,"linkVos":[{"hash":"a","owner":{"token":"ECHO","ott":"OTT"},"ott":"OTT"}],"totalCountX":"ECHO","hash":"a","total":"ECHO"}"#;
    let success = service(&page.replace("ECHO", &echo).replace("OTT", OTT));
    vec![
        // successes that repeat secrets in undocumented fields
        answer(live(&success)),
        answer(gateway(&success)),
        answer(live(&service("true"))),
        answer(live(&service(r#"{"totalCount":1}"#))),
        answer(live(&service("\"text\""))),
        Step::answer(302, "").header("location", "https://example.com/"),
        // refusals that repeat what they were sent
        answer(live(&refusal(401, &format!("bad token {echo}")))),
        answer(gateway(&refusal(999, &echo))),
        answer(format!(
            r#"{{"hasError":true,"errorCode":21,"ott":"{OTT}","message":"{echo} {OTT}","referenceNumber":"{echo}"}}"#
        )),
        answer(format!(
            r#"{{"hasError":false,"ott":"{OTT}","result":{{"result":"{echo} {OTT}","statusCode":500}}}}"#
        )),
        // answers that cannot be understood
        answer(format!(
            r#"{{"ott":"{OTT}","hasError":false,"result":{{"result":{{"token":"{echo}"#
        )),
        answer(format!(
            r#"{{"ott":"{OTT}","result":{{"hash":["{echo}"],"linkVos":"{echo}","totalCount":"{echo}"}}}}"#
        )),
        answer(format!("<html>{echo} <ott>{OTT}</ott></html>")),
        Step::answer(502, format!("{echo} ott={OTT}")),
        Step::answer(302, format!("{echo} ott={OTT}")).header("location", "/login"),
        Step::answer(
            200,
            Vec::from(format!("\u{feff}{echo} ott:{OTT}"))
                .into_iter()
                .chain([0xff])
                .collect::<Vec<_>>(),
        ),
        // no answer
        Step::not_sent(),
        Step::unknown(),
        Step::hang(),
    ]
}

#[test]
fn nothing_that_prints_or_logs_holds_a_secret() {
    let log = Everything::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    for step in steps() {
        let script = ScriptedTransport::always(step.clone());
        let builder = Client::builder(TOKEN)
            .api_key(KEY)
            .api_key_for(Service::Visit, OWN_KEY)
            .retry(RetryPolicy::new(2))
            .transport(script.clone());
        assert_clean(&format!("{builder:?} {builder:#?}"), "the builder");
        let pod = builder.build().unwrap();
        let text = runtime.block_on(every_call(&pod));
        assert_clean(&text, &format!("what {step:?} printed"));
        // they really were sent
        let sent = script.requests();
        assert!(sent.iter().all(|request| request.headers()["_token_"] == TOKEN));
        assert!(
            sent.iter()
                .all(|request| format!("{:?}", request.headers()).contains("Sensitive"))
        );
    }
    let log = log.0.lock().unwrap();
    assert!(
        log.contains("podlink.add_link") && log.contains("podlink.click_stats"),
        "{log}"
    );
    assert_clean(&log, "the log");
}

/// The search finds a secret that is there.
#[test]
#[should_panic(expected = "in a planted leak")]
fn a_planted_leak_is_found() {
    assert_clean(&format!("x{}x", &KEY[6..15]), "a planted leak");
}

#[test]
fn a_bad_configuration_does_not_quote_what_was_given() {
    for (token, key) in [
        ("canary-token-4f1b9c7e2a ", KEY),
        (TOKEN, "canary-key-8d3e6a0b5c\n"),
    ] {
        let error = Client::builder(token)
            .api_key(key)
            .transport(ScriptedTransport::default())
            .build()
            .unwrap_err();
        assert_clean(&shown(&error), "a configuration error");
    }
}
