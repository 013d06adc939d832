//! One login for all callers, and the pauses after one that failed.

use std::time::Duration;

use payvand_http_core::http::StatusCode;
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{Effect, Instant, Kind};
use tokio::time::{advance, sleep};

use crate::planned::{
    Gate, HOUR, SECOND, TestCode, Trouble, ask, fails, lives, ms, poll_once, source, source_over, token,
};

#[tokio::test(start_paused = true)]
async fn ten_thousand_ask_at_once_and_one_logs_in() {
    let (tokens, counts) = source(&[], lives(SECOND, HOUR));
    let begin = Instant::now();
    for answer in ask(&tokens, 10_000).await {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!(counts.begun(), 1);
    assert_eq!(begin.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_failed_login_fails_all_who_wait_and_a_pause_follows() {
    let (tokens, counts) = source(&[fails(SECOND, Trouble::WrongPassword)], lives(SECOND, HOUR));
    for answer in ask(&tokens, 10_000).await {
        let error = answer.unwrap_err();
        assert_eq!(error.code(), Some(&TestCode::WrongPassword));
        assert_eq!(error.message(), Some("wrong, says login 1"));
    }
    // A wrong password stays wrong: a pause of a minute, in which all get the same error.
    advance(59 * SECOND).await;
    let begin = Instant::now();
    for answer in ask(&tokens, 100).await {
        assert_eq!(answer.unwrap_err().message(), Some("wrong, says login 1"));
    }
    assert_eq!((counts.begun(), begin.elapsed()), (1, Duration::ZERO));
    advance(SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

#[tokio::test(start_paused = true)]
async fn who_waited_for_a_login_shares_its_failure_however_late() {
    let (tokens, counts) = source(&[fails(SECOND, Trouble::WrongPassword)], lives(SECOND, HOUR));
    let (mut leader, mut waiter) = (Box::pin(tokens.authorization()), Box::pin(tokens.authorization()));
    assert!(poll_once(&mut leader).is_none() && poll_once(&mut waiter).is_none());
    assert!(leader.await.is_err());
    // The pause is over before the waiter gets to run again.
    advance(100 * SECOND).await;
    assert_eq!(waiter.await.unwrap_err().message(), Some("wrong, says login 1"));
    assert_eq!(counts.begun(), 1);
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

/// A page can ask for a minute, the provider itself for an hour. A caller in the pause is told how long it is.
#[tokio::test(start_paused = true)]
async fn a_server_may_ask_for_a_longer_pause_after_a_failed_login() {
    const PAGE: bool = false;
    const PROVIDER: bool = true;
    for (asked_for, own, pause) in [
        ("0.5", PAGE, SECOND),
        ("1.5", PAGE, ms(1500)),
        ("40", PAGE, 40 * SECOND),
        ("120", PAGE, 60 * SECOND),
        ("86400", PAGE, 60 * SECOND),
        ("120", PROVIDER, 120 * SECOND),
        ("86400", PROVIDER, HOUR),
        ("99999999999999999999999999", PROVIDER, HOUR),
    ] {
        let busy = fails(Duration::ZERO, Trouble::Busy(asked_for, own));
        let (tokens, counts) = source(&[busy], lives(Duration::ZERO, HOUR));
        let error = tokens.authorization().await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        if asked_for == "120" {
            assert_eq!(error.retry_after(), Some(120 * SECOND), "as the server said it");
        }
        for part in 1..=4 {
            let error = tokens.authorization().await.unwrap_err();
            assert_eq!(error.http_status(), Some(StatusCode::TOO_MANY_REQUESTS));
            assert_eq!(error.attempts(), 0, "this call has sent nothing");
            assert_eq!(error.retry_after(), Some(pause * (5 - part) / 4), "{asked_for}");
            advance(pause / 4).await;
        }
        assert!(tokens.authorization().await.is_ok(), "{asked_for}");
        assert_eq!(counts.begun(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_a_failed_login_learns_how_long_its_pause_is() {
    let (tokens, _) = source(&[], fails(SECOND, Trouble::WrongPassword));
    for answer in ask(&tokens, 10).await {
        assert_eq!(answer.unwrap_err().retry_after(), None, "they shared it");
    }
    for left in [60, 59, 1] {
        let error = tokens.authorization().await.unwrap_err();
        assert_eq!(error.message(), Some("wrong, says login 1"));
        assert_eq!((error.attempts(), error.is_retryable()), (0, false));
        assert_eq!(error.retry_after(), Some(left * SECOND));
        let error = tokens.authorized().get("a").await.unwrap_err();
        assert_eq!((error.attempts(), error.retry_after()), (0, Some(left * SECOND)));
        advance(if left == 59 { 58 * SECOND } else { SECOND }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_resets_the_count_of_failures() {
    let no = fails(Duration::ZERO, Trouble::Broken);
    let yes = lives(Duration::ZERO, HOUR);
    let (tokens, counts) = source(&[no, no, yes, no], yes);
    for (pause, begun) in [(ms(1000), 1), (ms(2000), 2)] {
        assert!(tokens.authorization().await.is_err());
        advance(pause.saturating_sub(ms(1))).await;
        assert!(tokens.authorization().await.is_err());
        assert_eq!(counts.begun(), begun);
        advance(ms(1)).await;
    }
    let token = tokens.authorization().await.unwrap();
    tokens.refused(&token);
    assert!(tokens.authorization().await.is_err());
    assert_eq!(counts.begun(), 4);
    advance(SECOND).await;
    assert!(
        tokens.authorization().await.is_ok(),
        "a second's pause, as after the first"
    );
}

#[tokio::test(start_paused = true)]
async fn a_login_that_panics_is_a_failure_for_all_who_wait() {
    let (tokens, counts) = source(&[fails(SECOND, Trouble::Panic)], lives(SECOND, HOUR));
    for answer in ask(&tokens, 10).await {
        let error = answer.unwrap_err();
        assert_eq!(
            error.to_string(),
            "test.authorized: the connection broke: the login panicked (effect unknown)"
        );
    }
    assert_eq!(counts.begun(), 1);
    advance(SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

#[tokio::test(start_paused = true)]
async fn a_login_goes_on_when_the_caller_who_began_it_is_dropped() {
    let (tokens, counts) = source(&[], lives(10 * SECOND, HOUR));
    let leader = tokio::spawn({
        let tokens = tokens.clone();
        async move { tokens.authorization().await }
    });
    tokio::task::yield_now().await;
    let waiters = tokio::spawn({
        let tokens = tokens.clone();
        async move { ask(&tokens, 1000).await }
    });
    sleep(5 * SECOND).await;
    leader.abort();
    for answer in waiters.await.unwrap() {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!((counts.begun(), counts.ended()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_no_longer_polled_delays_no_login() {
    let (tokens, counts) = source(&[], lives(5 * SECOND, HOUR));
    let mut kept = Box::pin(tokens.authorization());
    assert!(poll_once(&mut kept).is_none());
    for answer in ask(&tokens, 50).await {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!(kept.await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_times_out_is_no_failure_for_the_others() {
    let script = ScriptedTransport::always(Step::answer(200, ""));
    let (tokens, counts) = source_over(script.clone(), &[], lives(10 * SECOND, HOUR));
    let begin = Instant::now();
    let call = tokens.authorized().post("sms").timeout(4 * SECOND);
    let leader = tokio::spawn(call.send());
    tokio::task::yield_now().await;
    let patient = tokio::spawn(tokens.authorized().post("sms").send());
    let error = leader.await.unwrap().unwrap_err();
    assert_eq!(begin.elapsed(), 4 * SECOND);
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (Kind::Timeout, Effect::None, 0)
    );
    assert!(patient.await.unwrap().is_ok());
    assert_eq!((counts.begun(), script.requests().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_login_failed_was_never_sent() {
    let gate = Gate::default();
    let (tokens, _) = source_over(gate.clone(), &[], fails(SECOND, Trouble::Status(502)));
    let error = tokens.authorized().post("sms").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::None));
    assert!(error.to_string().starts_with("test.login: "), "{error}");
    assert!(!error.to_string().contains("unknown"), "{error}");
    assert_eq!(
        tokens.authorization().await.unwrap_err().effect(),
        Effect::Unknown,
        "as a login it is"
    );
    assert!(gate.state.lock().unwrap().requests.is_empty());
}

#[tokio::test(start_paused = true)]
async fn tokens_that_expire_at_once_cost_only_a_few_logins() {
    let (tokens, counts) = source(&[], lives(Duration::ZERO, Duration::ZERO));
    let error = tokens.authorized().post("sms").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
    assert!(error.to_string().contains("no token lasted"), "{error}");
    assert_eq!(error.attempts(), 0);
    assert_eq!(counts.ended(), 4);
}
