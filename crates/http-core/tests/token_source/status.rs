//! What is known of a token, a fresh one on demand, and one that is there from the beginning.

use std::time::{Duration, SystemTime};

use payvand_http_core::{Instant, Kind, Scheme, Secret, Timestamp, Token};
use tokio::time::{advance, sleep};

use crate::planned::{
    Gate, HOUR, Plan, SECOND, Trouble, ask, fails, header_of, lives, post, source, source_over, token,
};

/// Seconds from now by the wall clock, which goes on while tokio's stands still.
fn seconds_until(at: Option<Timestamp>) -> Option<u64> {
    let now = SystemTime::now();
    let left = at?
        .to_system_time()
        .unwrap()
        .duration_since(now)
        .unwrap_or_default();
    Some((left + Duration::from_millis(500)).as_secs())
}

#[tokio::test(start_paused = true)]
async fn status_tells_of_the_token_and_of_the_pause_and_never_logs_in() {
    let (tokens, counts) = source(
        &[fails(SECOND, Trouble::WrongPassword), lives(SECOND, HOUR)],
        fails(SECOND, Trouble::Broken),
    );
    assert!(tokens.status().is_none());
    assert_eq!(counts.begun(), 0);

    tokens.authorization().await.unwrap_err();
    advance(20 * SECOND).await;
    let status = tokens.status().unwrap();
    assert!(!status.has_token());
    assert_eq!((status.expires_at(), status.refreshes_at()), (None, None));
    let failure = status.failure().unwrap();
    assert_eq!(failure.message(), Some("wrong, says login 1"));
    assert_eq!(failure.retry_after(), Some(40 * SECOND));
    advance(41 * SECOND).await;
    assert!(tokens.status().is_none(), "the pause is over");

    tokens.authorization().await.unwrap();
    advance(600 * SECOND).await;
    let status = tokens.status().unwrap();
    assert!(status.has_token() && status.failure().is_none());
    assert_eq!(seconds_until(status.expires_at()), Some(2999));
    assert_eq!(seconds_until(status.refreshes_at()), Some(2699));

    // A refresh that failed, beside a token that is still good.
    advance(2800 * SECOND).await;
    tokens.authorization().await.unwrap();
    let status = tokens.status().unwrap();
    assert!(status.has_token());
    assert_eq!(
        status.failure().map(payvand_http_core::Error::kind),
        Some(Kind::Interrupted)
    );
    advance(400 * SECOND).await;
    assert!(tokens.status().is_none(), "it has expired");
    assert_eq!(counts.begun(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_without_an_expiry_has_none_in_its_status() {
    let forever = Plan {
        takes: SECOND,
        outcome: Ok(None),
    };
    let (tokens, _) = source(&[], forever);
    let header = tokens.authorization().await.unwrap();
    let status = tokens.status().unwrap();
    assert!(status.has_token());
    assert_eq!((status.expires_at(), status.refreshes_at()), (None, None));
    tokens.refused(&header);
    assert!(tokens.status().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_on_demand_is_one_login_for_all_who_ask() {
    let (tokens, counts) = source(
        &[
            lives(SECOND, HOUR),
            lives(SECOND, HOUR),
            fails(SECOND, Trouble::WrongPassword),
        ],
        lives(SECOND, HOUR),
    );
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    let refreshes = (0..50).map(|_| {
        let tokens = tokens.clone();
        tokio::spawn(async move { tokens.refresh().await })
    });
    let refreshes: Vec<_> = refreshes.collect();
    // The old one serves until the new one is there.
    assert_eq!(ask(&tokens, 1).await.remove(0).unwrap(), token(1));
    for refresh in refreshes {
        refresh.await.unwrap().unwrap();
    }
    assert_eq!(
        (tokens.authorization().await.unwrap(), counts.begun()),
        (header_of(2), 2)
    );

    assert_eq!(tokens.refresh().await.unwrap_err().attempts(), 1);
    let in_pause = tokens.refresh().await.unwrap_err();
    assert_eq!(
        (in_pause.attempts(), in_pause.retry_after()),
        (0, Some(60 * SECOND))
    );
    assert_eq!(
        (tokens.authorization().await.unwrap(), counts.begun()),
        (header_of(2), 3)
    );
    sleep(60 * SECOND).await;
    tokens.refresh().await.unwrap();
    assert_eq!(
        (tokens.authorization().await.unwrap(), counts.begun()),
        (header_of(4), 4)
    );
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_comes_within_the_clients_timeout_or_not_at_all() {
    let (tokens, _) = source(&[lives(SECOND, HOUR)], lives(HOUR, HOUR));
    tokens.authorization().await.unwrap();
    let begin = Instant::now();
    assert_eq!(tokens.refresh().await.unwrap_err().kind(), Kind::Timeout);
    assert_eq!(begin.elapsed(), 30 * SECOND);
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_there_from_the_beginning_needs_no_login_until_it_is_refused_or_over() {
    let seeded = |life| {
        let secret = Secret::from("not-a-real-token-0");
        Token::new(secret, Scheme::Bearer, Instant::now(), life).unwrap()
    };
    let gate = Gate::default();
    let (tokens, counts) = source_over(gate.clone(), &[], lives(SECOND, HOUR));
    let tokens = tokens.with_token(seeded(None));
    assert!(tokens.status().unwrap().has_token());
    for answer in post(&tokens, 3).await {
        answer.unwrap();
    }
    assert_eq!(
        (tokens.authorization().await.unwrap(), counts.begun()),
        (header_of(1), 1)
    );

    let (tokens, counts) = source(&[], lives(SECOND, HOUR));
    let tokens = tokens.with_token(seeded(Some(HOUR)));
    assert_eq!(tokens.authorization().await.unwrap(), token(0));
    advance(HOUR).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1);
}
