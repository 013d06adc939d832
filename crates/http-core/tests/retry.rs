//! The table of `RetryPolicy`, cell by cell, under a paused clock.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{LOOK, READ, Refused, WRITE, build, builder, call, over};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{Effect, Error, Kind, Operation, RetryPolicy};
use tokio::time::Instant;

const MAY_BE_RETRIED: [u16; 6] = [408, 429, 500, 502, 503, 504];

async fn fail(script: &ScriptedTransport, operation: &'static Operation) -> Error<Refused> {
    call(&over(script), operation, None).await.unwrap_err()
}

/// `step` happens first, then an answer would come: was it asked for, and what did the caller get?
async fn answered_after(
    step: Step,
    operation: &'static Operation,
) -> (usize, Result<String, Error<Refused>>) {
    let script = ScriptedTransport::new([step, Step::answer(200, "fine")]);
    let outcome = call(&over(&script), operation, None).await;
    (script.requests().len(), outcome)
}

#[tokio::test(start_paused = true)]
async fn a_failure_without_an_answer() {
    for (step, operation, sent, effect) in [
        (Step::not_sent(), &READ, 2, None),
        (Step::not_sent(), &WRITE, 2, None),
        (Step::unknown(), &READ, 2, None),
        (Step::unknown(), &WRITE, 1, Some(Effect::Unknown)),
    ] {
        let (count, outcome) = answered_after(step.clone(), operation).await;
        assert_eq!(count, sent, "{step:?} {}", operation.name);
        assert_eq!(
            outcome.err().map(|e| e.effect()),
            effect,
            "{step:?} {}",
            operation.name
        );
    }
}

/// The last attempt may be certain. If one before it was in doubt, the call is, unless it only reads.
#[tokio::test(start_paused = true)]
async fn the_effect_is_that_of_all_attempts() {
    let surely_not = || {
        [
            Step::not_sent(),
            Step::answer(403, "<html>"),
            Step::answer(200, "refused why"),
        ]
    };
    for last in surely_not() {
        for (operation, effect) in [(&READ, Effect::Unknown), (&LOOK, Effect::None)] {
            let script = ScriptedTransport::new([Step::unknown(), last.clone(), last.clone()]);
            let error = call(&over(&script), operation, None).await.unwrap_err();
            assert!(error.attempts() > 1, "{} {last:?}", operation.name);
            assert_eq!(error.effect(), effect, "{} {last:?}", operation.name);
        }
    }
    for step in [
        Step::unknown(),
        Step::answer(502, ""),
        Step::answer(200, "broken one"),
    ] {
        let script = ScriptedTransport::always(step.clone());
        let error = call(&over(&script), &LOOK, None).await.unwrap_err();
        assert_eq!(error.effect(), Effect::None, "{step:?}");
        assert!(!error.to_string().contains("unknown"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_status_that_there_is() {
    for status in (200..600).filter(|status| !(200..300).contains(status)) {
        for operation in [&READ, &WRITE] {
            let again = operation.semantics == payvand_http_core::Semantics::Idempotent
                && MAY_BE_RETRIED.contains(&status);
            let (count, outcome) = answered_after(Step::answer(status, "<html>"), operation).await;
            assert_eq!(count, if again { 2 } else { 1 }, "{status} {}", operation.name);
            if !again {
                let error = outcome.unwrap_err();
                assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
                assert_eq!(error.http_status().unwrap().as_u16(), status);
                assert!(!error.is_retryable(), "{status} {}", operation.name);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_providers_own_words() {
    for (body, operation, sent) in [
        ("refused you", &READ, 1),
        ("refused you", &WRITE, 1),
        ("again please", &READ, 2),
        ("again please", &WRITE, 1),
        ("broken answer", &READ, 1),
        ("broken answer", &WRITE, 1),
    ] {
        let (count, _) = answered_after(Step::answer(200, body), operation).await;
        assert_eq!(count, sent, "{body} {}", operation.name);
    }
    // A refusal under one of those statuses is an answer with that status.
    assert_eq!(answered_after(Step::answer(503, "refused you"), &READ).await.0, 2);
    assert_eq!(
        answered_after(Step::answer(503, "refused you"), &WRITE).await.0,
        1
    );
}

#[tokio::test(start_paused = true)]
async fn three_attempts_with_growing_random_pauses_by_default() {
    let mut pauses = [Vec::new(), Vec::new()];
    for _ in 0..40 {
        let script = ScriptedTransport::always(Step::answer(503, ""));
        let error = fail(&script, &READ).await;
        assert_eq!(error.attempts(), 3);
        assert!(error.is_retryable());
        let seen = script.seen();
        assert_eq!(seen.len(), 3);
        for (n, pair) in seen.windows(2).enumerate() {
            pauses[n].push(pair[1].at - pair[0].at);
        }
    }
    for (pauses, bound) in pauses.iter().zip([200, 400]) {
        // Tokio's clock counts whole milliseconds, rounding up.
        assert!(
            pauses.iter().all(|p| *p <= Duration::from_millis(bound + 1)),
            "{pauses:?}"
        );
        assert!(
            pauses.iter().any(|p| *p < Duration::from_millis(bound / 2)),
            "full jitter: {pauses:?}"
        );
        assert!(
            pauses.iter().any(|p| *p > Duration::from_millis(bound / 2)),
            "full jitter: {pauses:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn as_often_as_the_policy_says() {
    for attempts in [1, 2, 7] {
        for (step, operation) in [(Step::unknown(), &READ), (Step::not_sent(), &WRITE)] {
            let script = ScriptedTransport::always(step);
            let client = build(
                builder("https://provider.test")
                    .transport(script.clone())
                    .retry(RetryPolicy::new(attempts)),
            );
            let error = call(&client, operation, None).await.unwrap_err();
            assert_eq!(script.requests().len(), attempts as usize);
            assert_eq!(error.attempts(), attempts);
        }
    }
    let script = ScriptedTransport::always(Step::not_sent());
    let client = build(
        builder("https://provider.test")
            .transport(script.clone())
            .retry(RetryPolicy::new(0)),
    );
    call(&client, &READ, None).await.unwrap_err();
    assert_eq!(script.requests().len(), 1, "no attempts would be no call");
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_the_same_request() {
    let script = ScriptedTransport::always(Step::unknown());
    fail(&script, &READ).await;
    let requests = script.requests();
    for request in &requests {
        assert_eq!(request.method(), "GET");
        assert_eq!(
            request.uri().to_string(),
            format!("https://provider.test/read.php?token={}", common::TOKEN)
        );
        assert_eq!(request.headers()["user-agent"], "test/1.0");
        assert_eq!(request.headers().len(), 1);
        assert!(request.body().is_empty());
    }
    assert_eq!(requests.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn only_calls_that_are_not_idempotent_ask_for_a_connection_that_was_not_idle_for_long() {
    let brief = Some(Duration::from_millis(250));
    for (operation, fresh, idle) in [
        (&READ, false, None),
        (&READ, true, None),
        (&WRITE, false, brief),
        (&WRITE, true, Some(Duration::ZERO)),
    ] {
        let script = ScriptedTransport::always(Step::not_sent());
        let builder = builder("https://provider.test").transport(script.clone());
        let client = build(builder.fresh_connections(fresh));
        call(&client, operation, None).await.unwrap_err();
        assert_eq!(script.seen().len(), 3);
        assert!(script.seen().iter().all(|s| s.options.max_idle_time == idle));
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for() {
    let date = |step: Step, after| {
        step.header("date", "Wed, 21 Oct 2015 07:28:00 GMT")
            .header("retry-after", after)
    };
    for (step, least) in [
        (Step::answer(429, "").header("retry-after", "7"), 7),
        (date(Step::answer(503, ""), "Wed, 21 Oct 2015 07:28:20 GMT"), 20),
        (
            date(Step::answer(503, ""), "Wednesday, 21-Oct-15 07:28:05 GMT"),
            5,
        ),
    ] {
        let script = ScriptedTransport::new([step.clone(), Step::answer(200, "fine")]);
        let before = Instant::now();
        call(&over(&script), &READ, None).await.unwrap();
        assert_eq!(
            before.elapsed(),
            Duration::from_secs(least),
            "{step:?}: longer than any pause of ours"
        );
    }
    // In the past, or no time at all: the pause is our own.
    for after in ["0", "Wed, 21 Oct 2015 07:27:00 GMT", "soon", "-5", ""] {
        let step = date(Step::answer(503, ""), after);
        let before = Instant::now();
        assert_eq!(answered_after(step, &READ).await.0, 2, "{after:?}");
        assert!(before.elapsed() <= Duration::from_millis(201), "{after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_deadline_fails_at_once_and_is_told() {
    for (after, seconds) in [
        ("30", 30),
        ("3600", 3600),
        ("99999999999999999999999999", u64::MAX),
    ] {
        let script = ScriptedTransport::always(Step::answer(503, "").header("retry-after", after));
        let before = Instant::now();
        let error = fail(&script, &READ).await;
        assert_eq!(before.elapsed(), Duration::ZERO, "{after}");
        assert_eq!(script.requests().len(), 1);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert!(error.is_retryable());
    }
}

#[tokio::test(start_paused = true)]
async fn an_earlier_attempt_that_may_have_arrived_is_not_forgotten() {
    for (last, kind) in [
        (Step::not_sent(), Kind::Connect),
        (Step::answer(200, "refused you"), Kind::Api),
    ] {
        for first in [Step::unknown(), Step::answer(502, "<html>")] {
            let script = ScriptedTransport::new([first, last.clone()]);
            let client = build(
                builder("https://provider.test")
                    .transport(script)
                    .retry(RetryPolicy::new(2)),
            );
            let error = call(&client, &READ, None).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (kind, 2));
            assert_eq!(error.effect(), Effect::Unknown, "{error}");
        }
    }
    let script = ScriptedTransport::new([Step::not_sent(), Step::answer(200, "refused you")]);
    assert_eq!(fail(&script, &READ).await.effect(), Effect::None);
}

#[tokio::test(start_paused = true)]
async fn what_is_permanent_is_not_tried_again() {
    let script = ScriptedTransport::default();
    let error = fail(&script, &READ).await;
    assert_eq!(script.requests().len(), 1);
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));

    let script = ScriptedTransport::always(Step::answer(200, vec![b'x'; 11]));
    let client = build(
        builder("https://provider.test")
            .transport(script.clone())
            .max_body_size(10),
    );
    let error = call(&client, &READ, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::TooLarge, Effect::Unknown));
    assert_eq!(script.requests().len(), 1);
}
