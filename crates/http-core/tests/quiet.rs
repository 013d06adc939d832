//! Nothing in a call logs a secret, at any level, or reads a proxy from the environment.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fmt::{Debug, Write as _};
use std::process::Command;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use common::server::{Play, Server};
use common::{READ, TOKEN, WRITE, build, builder, call};
use payvand_http_core::RetryPolicy;

/// Everything that was logged or traced, by anyone.
static WRITTEN: LazyLock<Mutex<String>> = LazyLock::new(Mutex::default);

struct Everything;

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(
            WRITTEN.lock().unwrap(),
            "log {} {}",
            record.target(),
            record.args()
        )
        .unwrap();
    }

    fn flush(&self) {}
}

impl tracing::Subscriber for Everything {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        write(span.metadata().target(), |fields| span.record(fields));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        write("span", |fields| values.record(fields));
    }

    fn event(&self, event: &tracing::Event<'_>) {
        write(event.metadata().target(), |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

struct Fields(String);

impl tracing::field::Visit for Fields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

fn write(target: &str, record: impl FnOnce(&mut Fields)) {
    let mut fields = Fields(String::new());
    record(&mut fields);
    writeln!(WRITTEN.lock().unwrap(), "trace {target}{}", fields.0).unwrap();
}

#[tokio::test]
async fn no_level_of_any_crate_writes_a_secret() {
    const PASSWORD: &str = "not-a-real-password";
    log::set_boxed_logger(Box::new(Everything)).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Everything).unwrap();

    let echo = format!("refused {TOKEN} and {}", &TOKEN[..10]);
    let location = format!("location: /?token={TOKEN}\r\n");
    let plays = [
        Play::ok("fine"),
        Play::ok(&echo),
        Play::answer("502 Bad Gateway", "", &format!("<html>{TOKEN}")),
        Play::answer("302 Found", &location, ""),
        Play::Close,
        Play::Reset,
        Play::last("garbage\r\n\r\n"),
        Play::last("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
        Play::Hang,
    ];
    let server = Server::start(plays.clone()).await;
    let client = build(
        builder(&server.url())
            .timeout(Duration::from_millis(300))
            .retry(RetryPolicy::never()),
    );
    for _ in &plays {
        let _ = call(&client, &WRITE, None).await;
    }
    assert_eq!(server.requests().len(), plays.len());
    let _ = call(&client, &READ, None).await;

    // Through a proxy with a password: to a plain address, and as a tunnel that is refused.
    let proxy = Server::start([Play::ok("fine"), Play::answer("407 No", "", PASSWORD)]).await;
    let proxy_url = format!("http://user:{PASSWORD}@{}", proxy.host());
    for base in ["http://127.0.0.1:9", "https://127.0.0.1:9"] {
        let client = build(
            builder(base)
                .proxy(proxy_url.as_str())
                .retry(RetryPolicy::never()),
        );
        let outcome = call(&client, &WRITE, None).await;
        let printed = format!("{client:?} {outcome:?}");
        assert!(!printed.contains("real-password"), "{printed}");
    }
    assert_eq!(proxy.requests().len(), 2);
    assert!(proxy.requests()[0].contains("proxy-authorization: Basic"));
    let _ = builder("https://127.0.0.1")
        .proxy("http://user:not-a-real-password@[")
        .build([]);

    let written = WRITTEN.lock().unwrap();
    for target in ["trace payvand", "log reqwest", "trace hyper_util"] {
        assert!(written.contains(target), "{target} is not heard: {written}");
    }
    let encoded = "bm90LWEtcmVhbC1wYXNzd29yZA";
    for secret in [&TOKEN[..8], "real-password", encoded, "dXNlcjpub3QtYS1yZWFs"] {
        for line in written.lines() {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

/// Run by the test below in a process whose environment names a proxy.
#[tokio::test]
#[ignore = "a part of another test"]
async fn one_call_with_a_proxy_in_the_environment() {
    let target = std::env::var("TEST_TARGET").unwrap();
    let mut builder = builder(&target).dangerously_allow_plain_http();
    if std::env::var("TEST_FROM_ENV").is_ok() {
        builder = builder.proxy_from_env();
    }
    call(&build(builder), &READ, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies_of_the_environment_are_asked_only_on_request() {
    let proxy = Server::start([Play::ok("by proxy")]).await;
    let server = Server::start([Play::ok("direct")]).await;
    let run = |from_env: bool| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--ignored", "--exact", "one_call_with_a_proxy_in_the_environment"])
            .env("TEST_TARGET", server.url())
            .env_remove("REQUEST_METHOD")
            .env_remove("NO_PROXY")
            .env_remove("no_proxy");
        for name in [
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
        ] {
            command.env(name, proxy.url());
        }
        if from_env {
            command.env("TEST_FROM_ENV", "1");
        }
        let output = tokio::task::block_in_place(|| command.output().unwrap());
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && printed.contains("1 passed"),
            "{printed}"
        );
        (server.requests().len(), proxy.requests().len())
    };
    assert_eq!(run(false), (1, 0));
    assert_eq!(run(true), (1, 1));
}
