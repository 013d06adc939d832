//! The life of a token, and the login that replaces it in time.

use std::time::Duration;

use payvand_http_core::http::HeaderMap;
use payvand_http_core::{Instant, jwt};
use tokio::time::{advance, sleep};

use crate::planned::{
    Gate, HOUR, Plan, SECOND, Trouble, ask, fails, header_of, lives, ms, post, source, source_over, token,
};

#[tokio::test(start_paused = true)]
async fn while_the_old_token_is_valid_only_the_refresher_waits_and_for_a_second() {
    let (tokens, counts) = source(&[lives(SECOND, HOUR)], lives(20 * SECOND, HOUR));
    tokens.authorization().await.unwrap();
    advance(3200 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1, "not before the last five minutes");

    advance(200 * SECOND).await;
    let begin = Instant::now();
    let refresher = tokio::spawn({
        let tokens = tokens.clone();
        async move { (tokens.authorization().await, Instant::now()) }
    });
    tokio::task::yield_now().await;
    assert_eq!(counts.begun(), 2);
    for answer in ask(&tokens, 1000).await {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!((begin.elapsed(), counts.begun()), (Duration::ZERO, 2));
    let (answer, at) = refresher.await.unwrap();
    assert_eq!((answer.unwrap(), at - begin), (header_of(1), SECOND));
    // Nobody waits, so the login stops; the next caller continues it.
    advance(18 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    advance(SECOND).await;
    for answer in ask(&tokens, 1000).await {
        assert_eq!(answer.unwrap(), token(2));
    }
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_keeps_the_valid_token_and_a_pause_follows() {
    let (tokens, counts) = source(
        &[lives(SECOND, HOUR), fails(SECOND, Trouble::WrongPassword)],
        lives(SECOND, HOUR),
    );
    tokens.authorization().await.unwrap();
    advance(3400 * SECOND).await;
    assert_eq!(
        tokens.authorization().await.unwrap(),
        token(1),
        "the refresher itself too"
    );
    assert_eq!(counts.begun(), 2);
    for _ in 0..50 {
        advance(SECOND).await;
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
    }
    assert_eq!(counts.begun(), 2, "it rests");
    advance(10 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(3));
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_never_given_out() {
    let (tokens, counts) = source(
        &[lives(SECOND, HOUR), fails(25 * SECOND, Trouble::WrongPassword)],
        lives(SECOND, HOUR),
    );
    tokens.authorization().await.unwrap();
    // The refresh takes longer than the old token's life, and fails: nobody may get the old token now.
    advance(3579 * SECOND).await;
    let begin = Instant::now();
    let refresher = tokens.clone();
    let refresher = tokio::spawn(async move { refresher.authorization().await });
    tokio::task::yield_now().await;
    advance(19 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    advance(SECOND).await;
    assert_eq!(
        tokens.authorization().await.unwrap_err().message(),
        Some("wrong, says login 2")
    );
    assert_eq!(begin.elapsed(), 25 * SECOND, "it waited for the refresher");
    assert!(refresher.await.unwrap().is_err());
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresher_out_of_time_goes_on_with_the_old_token() {
    let (tokens, counts) = source(&[lives(SECOND, HOUR)], lives(HOUR, HOUR));
    tokens.authorization().await.unwrap();
    advance(3500 * SECOND).await;
    let begin = Instant::now();
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!((begin.elapsed(), counts.begun(), counts.ended()), (SECOND, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stalled_refresh_costs_no_call_with_a_valid_token() {
    let gate = Gate::default();
    gate.state.lock().unwrap().latency = SECOND;
    let (tokens, counts) = source_over(gate.clone(), &[lives(SECOND, HOUR)], lives(HOUR, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    advance(3400 * SECOND).await;
    let begin = Instant::now();
    for _ in 0..53 {
        let call = tokens.authorized().post("sms").timeout(2 * SECOND);
        assert!(call.await.is_ok());
    }
    assert_eq!(begin.elapsed(), 53 * SECOND);
    assert_eq!(counts.begun(), 3, "one, and one each half a minute");

    // If the caller only wants the header, it costs at most a second.
    let begin = Instant::now();
    for _ in 0..60 {
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
        sleep(ms(500)).await;
    }
    assert!(begin.elapsed() <= 32 * SECOND, "{:?}", begin.elapsed());
    assert!(counts.begun() <= 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_beside_the_calls_that_are_made_with_it() {
    let gate = Gate::default();
    gate.state.lock().unwrap().latency = SECOND;
    let (tokens, counts) = source_over(gate.clone(), &[], lives(3 * SECOND, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    advance(3400 * SECOND).await;
    for used in [1, 1, 1, 2] {
        let before = gate.state.lock().unwrap().requests.get(&token(used)).copied();
        assert!(post(&tokens, 1).await[0].is_ok());
        let after = gate.state.lock().unwrap().requests[&token(used)];
        assert_eq!(after, before.unwrap_or(0) + 1, "token {used}");
    }
    assert_eq!((counts.begun(), counts.ended()), (2, 2));
}

/// If its refresh fails as well, there is no token to return.
#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_during_its_refresh_is_not_given_out() {
    for (outcome, expected) in [
        (fails(ms(500), Trouble::WrongPassword), None),
        (lives(ms(500), HOUR), Some(2)),
        (lives(5 * SECOND, HOUR), Some(2)),
    ] {
        let (tokens, counts) = source(&[lives(SECOND, HOUR), outcome], lives(SECOND, HOUR));
        let first = tokens.authorization().await.unwrap();
        advance(3400 * SECOND).await;
        let refresher = tokio::spawn({
            let tokens = tokens.clone();
            async move { tokens.authorization().await }
        });
        sleep(ms(200)).await;
        tokens.refused(&first);
        let answer = refresher.await.unwrap();
        assert_eq!(answer.ok(), expected.map(header_of));
        assert_eq!(counts.begun(), 2);
    }
}

/// The claims are of 1970, the local clock is not: only their difference counts.
#[tokio::test(start_paused = true)]
async fn a_wrong_local_clock_does_not_shorten_a_tokens_life() {
    // {"iat":1000,"exp":4600}
    let text = "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDYwMH0.c2lnbmVk";
    let life = jwt::lifetime(text, &HeaderMap::new());
    assert_eq!(life, Some(HOUR));
    let (tokens, counts) = source(
        &[Plan {
            takes: SECOND,
            outcome: Ok(life),
        }],
        lives(SECOND, HOUR),
    );
    tokens.authorization().await.unwrap();
    for _ in 0..(3600 - 300 - 2) {
        advance(SECOND).await;
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
    }
    assert_eq!(counts.begun(), 1);
    advance(2 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

/// Tokio's clock stands still here and the wall clock does not, as when the machine is suspended.
#[tokio::test(start_paused = true)]
async fn a_token_that_expired_while_the_machine_was_suspended_is_not_given_out() {
    let (tokens, counts) = source(&[], lives(Duration::ZERO, ms(1500)));
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    std::thread::sleep(ms(1600));
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}
