//! A transport of the user's own: what it is told about a call, and what becomes of its errors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use common::{LOOK, READ, WRITE, build, builder, call, over};
use http::{Request, Response};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{
    CallOptions, Effect, Kind, RateLimit, RetryPolicy, Transport, TransportError, async_trait,
};
use tokio::time::Instant;

/// Fails every attempt in the same way, and notes its name and number.
#[derive(Clone)]
struct Failing {
    fail: fn() -> TransportError,
    log: Arc<Mutex<Vec<String>>>,
}

impl Failing {
    fn new(fail: fn() -> TransportError) -> Self {
        let log = Arc::default();
        Self { fail, log }
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Failing {
    async fn send(
        &self,
        _: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let line = format!("{} {}", options.operation, options.attempt);
        self.log.lock().unwrap().push(line);
        Err((self.fail)())
    }
}

#[tokio::test(start_paused = true)]
async fn each_error_has_its_kind_effect_and_retries() {
    let none = Effect::None;
    let unknown = Effect::Unknown;
    let cases: [(fn() -> TransportError, Kind, Effect, usize, usize); 6] = [
        (|| TransportError::not_sent("x"), Kind::Connect, none, 3, 3),
        (TransportError::connect_timeout, Kind::Connect, none, 3, 3),
        (|| TransportError::certificate("x"), Kind::Certificate, none, 1, 1),
        (|| TransportError::unknown("x"), Kind::Interrupted, unknown, 3, 1),
        (TransportError::timeout, Kind::Timeout, unknown, 3, 1),
        (|| TransportError::too_large(7), Kind::TooLarge, unknown, 1, 1),
    ];
    for (fail, kind, effect, reads, writes) in cases {
        for (operation, attempts) in [(&READ, reads), (&WRITE, writes)] {
            let transport = Failing::new(fail);
            let client = build(
                builder("https://provider.test")
                    .transport(transport.clone())
                    .retry(RetryPolicy::new(3).backoff(Duration::ZERO, Duration::ZERO)),
            );
            let error = call(&client, operation, None).await.unwrap_err();
            assert_eq!((error.kind(), error.effect()), (kind, effect), "{error}");
            let expected: Vec<_> = (1..=attempts)
                .map(|n| format!("{} {n}", operation.name))
                .collect();
            assert_eq!(transport.log(), expected, "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_call_numbers_its_attempts_from_one_under_a_rate_limit_too() {
    let transport = Failing::new(|| TransportError::not_sent("x"));
    let client = build(
        builder("https://provider.test")
            .transport(transport.clone())
            .rate_limit(RateLimit::new(5, Duration::from_secs(1)))
            .retry(RetryPolicy::new(2)),
    );
    for operation in [&LOOK, &WRITE] {
        call(&client, operation, None).await.unwrap_err();
    }
    let expected = [&LOOK, &WRITE].map(|it| [1, 2].map(|n| format!("{} {n}", it.name)));
    assert_eq!(transport.log(), expected.concat());
}

#[tokio::test(start_paused = true)]
async fn it_can_be_tested_without_a_client() {
    let deadline = Instant::now() + Duration::from_secs(1);
    let mut options = CallOptions::new(deadline);
    assert_eq!((options.deadline, options.attempt), (deadline, 1));
    assert_eq!((options.operation, options.max_idle_time), ("", None));
    options.max_body = 3;
    let script = ScriptedTransport::new([Step::answer(200, "fine"), Step::answer(200, "fin")]);
    script.send(Request::default(), &options).await.unwrap_err();
    script.send(Request::default(), &options).await.unwrap();
    assert_eq!(script.seen()[1].options.max_body, 3);
}

#[tokio::test(start_paused = true)]
async fn a_step_with_an_impossible_status_fails_the_call_and_names_it() {
    for status in [0, 42, 99, 1000, u16::MAX] {
        let script = ScriptedTransport::always(Step::answer(status, "fine").header("x-a", "b"));
        let error = call(&over(&script), &READ, None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Configuration, Effect::None)
        );
        assert!(error.to_string().contains(&format!(" {status} ")), "{error}");
        assert_eq!(script.requests().len(), 1);
    }
    for status in [100, 999] {
        let script = ScriptedTransport::always(Step::answer(status, "fine"));
        let answer = script
            .send(Request::default(), &CallOptions::new(Instant::now()))
            .await;
        assert_eq!(answer.unwrap().status(), status);
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_with_an_impossible_header_fails_the_call_and_names_it() {
    for (name, value, says) in [
        ("bad name", "x", "\"bad name\""),
        ("", "x", "\"\""),
        ("شناسه", "x", "شناسه"),
        ("x-a", "line\r\nbreak", "x-a"),
        ("x-a", "nul\0", "x-a"),
    ] {
        let step = Step::answer(200, "fine").header(name, value).header("x-b", "c");
        let script = ScriptedTransport::always(step);
        let error = call(&over(&script), &READ, None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Configuration, Effect::None),
            "{name:?}"
        );
        let text = error.to_string();
        assert!(text.contains("Step::header") && text.contains(says), "{text}");
        assert!(!text.contains("break"), "{text}");
    }
    let script = ScriptedTransport::always(Step::answer(200, "").header("Retry-AFTER", "نه"));
    let answer = script
        .send(Request::default(), &CallOptions::new(Instant::now()))
        .await;
    assert_eq!(answer.unwrap().headers()["retry-after"], "نه");
}

#[tokio::test(start_paused = true)]
async fn a_script_answers_by_the_request() {
    let script = ScriptedTransport::from_fn(|request| match request.uri().path() {
        "/fine" => Step::answer(200, "fine"),
        _ => Step::unknown(),
    });
    // Asked inside the script, what it has seen is no deadlock.
    let own = script.clone();
    let counting = ScriptedTransport::from_fn(move |_| Step::answer(200, own.requests().len().to_string()));
    let options = CallOptions::new(Instant::now());
    let send = async |script: &ScriptedTransport, path: &str| {
        let request = Request::get(path).body(Bytes::new()).unwrap();
        script.send(request, &options).await
    };
    assert_eq!(send(&script, "/fine").await.unwrap().status(), 200);
    send(&script, "/other").await.unwrap_err();
    assert_eq!(send(&script, "/fine").await.unwrap().body(), "fine");
    assert_eq!(send(&counting, "/").await.unwrap().body(), "3");
    script.push(Step::answer(503, ""));
    assert_eq!(
        send(&script, "/fine").await.unwrap().status(),
        503,
        "a step comes first"
    );
    assert_eq!(script.requests().len(), 4);
}
