//! Tokens that the provider refuses.

use std::time::Duration;

use payvand_http_core::http::{Method, StatusCode};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{Effect, Instant, Kind, RetryPolicy};
use tokio::time::{advance, sleep};

use crate::planned::{
    Gate, HOUR, Plan, SECOND, builder, lives, ms, poll_once, post, source, source_of, source_over, token,
};

#[tokio::test(start_paused = true)]
async fn a_token_without_an_expiry_is_kept_until_it_is_refused() {
    let endless = Plan {
        takes: Duration::ZERO,
        outcome: Ok(None),
    };
    let (tokens, counts) = source(&[], endless);
    let first = tokens.authorization().await.unwrap();
    advance(1000 * 24 * HOUR).await;
    assert_eq!(tokens.authorization().await.unwrap(), first);
    assert_eq!(counts.begun(), 1);
    tokens.refused(&first);
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    tokens.refused(&first);
    assert_eq!(
        tokens.authorization().await.unwrap(),
        token(2),
        "only the one that was refused"
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_refusals_at_once_cost_one_login() {
    let gate = Gate::default();
    gate.state.lock().unwrap().latency = SECOND;
    let (tokens, counts) = source_over(gate.clone(), &[], lives(SECOND, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    gate.revoke_to(1);
    for answer in post(&tokens, 1000).await {
        assert_eq!(answer.unwrap().status(), 200);
    }
    assert_eq!(counts.begun(), 2);
    let state = gate.state.lock().unwrap();
    assert_eq!(state.requests[&token(1)], 1001);
    assert_eq!(
        state.requests[&token(2)],
        1000,
        "each was made once more, and once"
    );
    assert_eq!(state.accepted.len(), 1001);
}

#[tokio::test(start_paused = true)]
async fn a_late_refusal_of_an_old_token_does_not_touch_the_new_one() {
    let gate = Gate::default();
    let (tokens, counts) = source_over(gate.clone(), &[], lives(SECOND, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    gate.revoke_to(1);
    gate.state.lock().unwrap().latency = 10 * SECOND;
    let late = tokio::spawn(tokens.authorized().get("sms").send());
    sleep(SECOND).await;
    gate.state.lock().unwrap().latency = Duration::ZERO;
    assert!(post(&tokens, 1).await[0].is_ok());
    assert_eq!(counts.begun(), 2);
    assert!(late.await.unwrap().is_ok());
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn where_fresh_tokens_are_refused_too_logins_stay_few() {
    let gate = Gate::default();
    gate.revoke_to(u64::MAX);
    let (tokens, counts) = source_over(gate.clone(), &[], lives(Duration::ZERO, 100 * HOUR));
    for answer in post(&tokens, 1000).await {
        let error = answer.unwrap_err();
        assert_eq!(error.http_status(), Some(StatusCode::UNAUTHORIZED));
    }
    assert_eq!(counts.begun(), 2, "the first one, and a fresh one");
    let begin = Instant::now();
    while begin.elapsed() < HOUR {
        advance(ms(137)).await;
        assert!(post(&tokens, 1).await[0].is_err());
    }
    assert!(
        (50..80).contains(&counts.begun()),
        "about one a minute: {}",
        counts.begun()
    );
    // The account may make the call after all: everything works at once.
    gate.revoke_to(0);
    assert!(post(&tokens, 100).await.iter().all(Result::is_ok));
}

/// The first attempt may have taken effect, whatever the last answer says.
#[tokio::test(start_paused = true)]
async fn a_refusal_on_the_way_does_not_settle_an_attempt_that_was_in_doubt() {
    let refused = || Step::answer(401, "");
    for (steps, effect) in [
        (
            vec![Step::unknown(), refused(), Step::not_sent()],
            Effect::Unknown,
        ),
        (
            vec![refused(), Step::not_sent(), Step::not_sent(), Step::not_sent()],
            Effect::None,
        ),
    ] {
        let script = ScriptedTransport::new(steps);
        let (tokens, counts) = source_of(builder(), script, &[], lives(Duration::ZERO, HOUR));
        let error = tokens.authorized().get("x").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect(), counts.begun()),
            (Kind::Connect, effect, 2)
        );
    }
}

/// The call is not made again with a fresh token; the next one gets it.
#[tokio::test(start_paused = true)]
async fn a_refusal_that_says_more_than_that_leaves_the_call_in_doubt() {
    for method in [Method::POST, Method::GET] {
        let script = ScriptedTransport::new([
            Step::answer(401, r#"{"message":"no","messageId":77}"#),
            Step::answer(200, "{}"),
        ]);
        let (tokens, counts) = source_of(builder(), script.clone(), &[], lives(Duration::ZERO, HOUR));
        let error = tokens.authorized().request(method, "x").await.unwrap_err();
        assert_eq!(error.http_status(), Some(StatusCode::UNAUTHORIZED));
        assert_eq!(error.effect(), Effect::Unknown);
        assert_eq!((script.requests().len(), counts.begun()), (1, 1));
        assert!(tokens.authorized().get("x").await.is_ok());
        assert_eq!(counts.begun(), 2);
    }
}

/// A caller that only uses the header never reports that a token worked.
#[tokio::test(start_paused = true)]
async fn a_token_that_lasted_two_minutes_is_no_failure() {
    let (tokens, counts) = source(&[], lives(Duration::ZERO, HOUR));
    for number in 1..=10 {
        let header = tokens.authorization().await.unwrap();
        assert_eq!(header, token(number));
        // Every other one is refused at once.
        if number % 2 == 0 {
            advance(121 * SECOND).await;
        }
        tokens.refused(&header);
    }
    assert_eq!(counts.begun(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_late_caller_does_not_get_a_token_that_was_refused_meanwhile() {
    let (tokens, counts) = source(&[], lives(5 * SECOND, HOUR));
    let mut late = Box::pin(tokens.authorization());
    assert!(poll_once(&mut late).is_none());
    let first = tokens.authorization().await.unwrap();
    tokens.refused(&first);
    assert_eq!(late.await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

/// Between two attempts of a call its token may be refused to another call. The call keeps its token, and its doubt.
#[tokio::test(start_paused = true)]
async fn a_call_keeps_its_token_for_all_its_attempts() {
    let first_attempt = Step::unknown().after(SECOND);
    let script = ScriptedTransport::new([first_attempt, Step::not_sent(), Step::not_sent()]);
    let builder = builder().retry(RetryPolicy::new(3).backoff(SECOND, SECOND));
    let (tokens, counts) = source_of(builder, script.clone(), &[], lives(Duration::ZERO, HOUR));
    let first = tokens.authorization().await.unwrap();
    let call = tokio::spawn(tokens.authorized().get("x").send());
    sleep(ms(100)).await;
    assert_eq!(script.requests().len(), 1);
    tokens.refused(&first);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.attempts(), error.effect()), (3, Effect::Unknown));
    assert_eq!((counts.begun(), script.requests().len()), (1, 3));
}
