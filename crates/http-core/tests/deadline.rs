//! One deadline around all attempts and pauses of a call, under a paused clock.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{READ, WRITE, build, builder, call, over};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{Effect, HttpClient, Kind, RetryPolicy, within};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

fn patient(script: &ScriptedTransport) -> HttpClient {
    build(
        builder("https://provider.test")
            .transport(script.clone())
            .timeout(10 * SECOND)
            .retry(RetryPolicy::new(100).backoff(Duration::ZERO, Duration::ZERO)),
    )
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes() {
    for operation in [&READ, &WRITE] {
        let script = ScriptedTransport::always(Step::hang());
        let before = Instant::now();
        let error = call(&over(&script), operation, None).await.unwrap_err();
        assert_eq!(before.elapsed(), 30 * SECOND, "the default");
        assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::Unknown));
        assert_eq!((error.attempts(), error.http_status()), (1, None));
        assert_eq!(
            error.is_retryable(),
            operation.semantics == payvand_http_core::Semantics::Idempotent
        );
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn is_one_for_all_attempts() {
    let script = ScriptedTransport::always(Step::answer(503, "").after(3 * SECOND));
    let before = Instant::now();
    let error = call(&patient(&script), &READ, None).await.unwrap_err();
    assert_eq!(before.elapsed(), 10 * SECOND);
    assert_eq!((error.kind(), error.attempts()), (Kind::Timeout, 4));
    let seen = script.seen();
    assert!(seen.iter().all(|s| s.options.deadline == before + 10 * SECOND));
    assert_eq!(seen.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_calls_own_overrides_the_clients() {
    for (own, least) in [(2, 2), (25, 25)] {
        let script = ScriptedTransport::always(Step::hang());
        let before = Instant::now();
        call(&patient(&script), &WRITE, Some(own * SECOND))
            .await
            .unwrap_err();
        assert_eq!(before.elapsed(), least * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn no_time_at_all_sends_nothing() {
    for operation in [&READ, &WRITE] {
        let script = ScriptedTransport::always(Step::answer(200, "fine"));
        let error = call(&over(&script), operation, Some(Duration::ZERO))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
        assert_eq!(error.attempts(), 0);
        assert_eq!(script.requests().len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn all_the_time_there_is_is_no_overflow() {
    let script = ScriptedTransport::always(Step::answer(200, "fine").after(3600 * SECOND));
    let client = build(
        builder("https://provider.test")
            .transport(script.clone())
            .timeout(Duration::MAX)
            .connect_timeout(Duration::MAX),
    );
    for own in [None, Some(Duration::MAX), Some(Duration::from_secs(u64::MAX / 2))] {
        assert_eq!(call(&client, &READ, own).await.unwrap(), "fine");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_would_pass_it_is_not_begun() {
    let script = ScriptedTransport::always(Step::answer(503, "").header("retry-after", "4"));
    let before = Instant::now();
    let error = call(&patient(&script), &READ, None).await.unwrap_err();
    assert_eq!(
        before.elapsed(),
        8 * SECOND,
        "two pauses; the third would end at 12"
    );
    assert_eq!(script.requests().len(), 3);
    assert_eq!(error.kind(), Kind::Status, "the reason, and no bare timeout");
    assert_eq!(error.http_status().unwrap(), 503);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_overslept_leaves_the_reason_standing() {
    // Tokio's clock wakes at whole milliseconds, so this pause ends past the deadline.
    let script = ScriptedTransport::always(Step::answer(503, "<html>"));
    let client = build(
        builder("https://provider.test")
            .transport(script.clone())
            .retry(RetryPolicy::new(100).backoff(Duration::from_micros(300), Duration::from_micros(300))),
    );
    let error = call(&client, &READ, Some(Duration::from_micros(900)))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
    assert_eq!(error.attempts() as usize, script.requests().len());
}

#[tokio::test(start_paused = true)]
async fn work_of_the_calls_own_shares_it() {
    let client = over(&ScriptedTransport::default());
    let deadline = client.deadline(Some(SECOND));
    assert_eq!(within(deadline, async { 1 }).await, Some(1));
    assert_eq!(within(deadline, tokio::time::sleep(2 * SECOND)).await, None);
    assert_eq!(Instant::now(), deadline);
}
