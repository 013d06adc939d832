//! Logins that take longer than the client's timeout.

use std::time::Duration;

use payvand_http_core::{Effect, Instant, Kind, TokenSource};
use tokio::time::advance;

use crate::planned::{HOUR, PlannedLogin, SECOND, TestError, lives, ms, poll_once, source, token};

#[tokio::test(start_paused = true)]
async fn a_stalled_login_is_one_login_for_all_and_no_failure_if_nobody_waits() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR)], lives(SECOND, HOUR));
    let begin = Instant::now();
    while begin.elapsed() < 29 * SECOND {
        for error in post_within(&tokens, 500, ms(500)).await {
            assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
        }
    }
    assert_eq!(counts.begun(), 1);
    // Its time is over, and nobody waits: the next one logs in, and nothing pauses.
    advance(SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_login_is_a_failure_for_those_who_wait_to_its_end() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR), lives(HOUR, HOUR)], lives(SECOND, HOUR));
    for (login, pause) in [(1, ms(1000)), (2, ms(2000))] {
        let begin = Instant::now();
        for error in post_within(&tokens, 500, 60 * SECOND).await {
            assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
            assert!(error.to_string().contains("the login took longer"), "{error}");
        }
        assert_eq!(begin.elapsed(), 30 * SECOND);
        // Callers in the pause get the same error.
        advance(pause.saturating_sub(ms(1))).await;
        let error = tokens.authorization().await.unwrap_err();
        assert_eq!((error.effect(), error.is_retryable()), (Effect::Unknown, true));
        assert_eq!(counts.begun(), login);
        advance(ms(1)).await;
    }
    assert_eq!(tokens.authorization().await.unwrap(), token(3));
}

/// The login had time, but its caller was not polled: that is no failure of the login.
#[tokio::test(start_paused = true)]
async fn a_late_caller_of_a_stalled_login_fails_alone() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR)], lives(SECOND, HOUR));
    let mut late = Box::pin(tokens.authorization());
    assert!(poll_once(&mut late).is_none());
    advance(100 * SECOND).await;
    assert_eq!(late.await.unwrap_err().effect(), Effect::None);
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

/// The abandoned login ends after all, when another one has begun.
#[tokio::test(start_paused = true)]
async fn what_a_login_brings_after_its_time_is_ignored() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR)], lives(SECOND, HOUR));
    let mut late = Box::pin(tokens.authorized().post("sms").timeout(2 * HOUR).send());
    assert!(poll_once(&mut late).is_none());
    advance(30 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    advance(ms(3_560_000)).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(3));
    assert_eq!((counts.begun(), counts.ended()), (3, 2));
}

/// Calls with this timeout, from this many callers at once.
async fn post_within(tokens: &TokenSource<PlannedLogin>, calls: usize, timeout: Duration) -> Vec<TestError> {
    let calls: Vec<_> = (0..calls)
        .map(|_| tokio::spawn(tokens.authorized().post("sms").timeout(timeout).send()))
        .collect();
    let mut errors = Vec::new();
    for call in calls {
        errors.push(call.await.unwrap().unwrap_err());
    }
    errors
}
