//! Several runtimes, and real threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use payvand_http_core::http::StatusCode;

use crate::planned::{Gate, HOUR, ask, lives, ms, poll_once, source, source_over, token};

/// A login runs only on its own runtime. If that runtime stops, the others are not delayed.
#[test]
fn a_stopped_runtime_delays_no_login() {
    let (tokens, counts) = source(&[], lives(ms(20), HOUR));
    let still = real_runtime();
    let mut kept = Box::pin(tokens.authorization());
    still.block_on(async { assert!(poll_once(&mut kept).is_none()) });
    let answers: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| real_runtime().block_on(ask(&tokens, 20))))
            .collect();
        others
            .into_iter()
            .flat_map(|other| other.join().unwrap())
            .collect()
    });
    assert!(answers.iter().all(Result::is_ok));
    // When that runtime runs again, its caller gets its token.
    assert!(still.block_on(kept).is_ok());
    let begun = counts.begun();
    assert!((2..=4).contains(&begun), "one for each runtime at most: {begun}");
}

/// A login that nobody waits for is kept for its own runtime, until that has ended or there is a token.
#[test]
fn a_login_that_nobody_goes_on_with_is_dropped() {
    for (has_ended, most_at_once) in [(true, 1), (false, 2)] {
        let (tokens, counts) = source(&[], lives(ms(20), HOUR));
        let first = real_runtime();
        let mut left = Box::pin(tokens.authorization());
        first.block_on(async { assert!(poll_once(&mut left).is_none()) });
        drop(left);
        let first = (!has_ended).then_some(first);
        let other = real_runtime();
        assert_eq!(other.block_on(tokens.authorization()).unwrap(), token(2));
        assert_eq!(counts.most_at_once.load(Ordering::SeqCst), most_at_once);
        assert_eq!(counts.at_once.load(Ordering::SeqCst), 0);
        drop(first);
    }
}

/// Real threads, real races: tokens are revoked at any time, and callers are dropped at any time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn holds_on_real_threads() {
    for _ in 0..20 {
        let gate = Gate::default();
        let (tokens, counts) = source_over(gate.clone(), &[], lives(Duration::ZERO, HOUR));
        let revoked = Arc::new(AtomicU64::new(0));
        let tasks: Vec<_> = (0..64_u64)
            .map(|id| {
                let (tokens, gate, revoked) = (tokens.clone(), gate.clone(), Arc::clone(&revoked));
                tokio::spawn(async move {
                    for step in 0..50_u64 {
                        let call = tokens.authorized().post("sms");
                        if (id + step) % 7 == 6 {
                            let _ = tokio::time::timeout(Duration::from_micros(20 * step), call).await;
                            continue;
                        }
                        match call.await {
                            Ok(answer) if id == 0 && step % 10 == 9 => {
                                let text = std::str::from_utf8(answer.body()).unwrap();
                                gate.revoke_to(text.rsplit('-').next().unwrap().parse().unwrap());
                                revoked.fetch_add(1, Ordering::SeqCst);
                            }
                            Ok(_) => {}
                            // Revoked again between its fresh login and its second try.
                            Err(error) => assert_eq!(error.http_status(), Some(StatusCode::UNAUTHORIZED)),
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            counts.most_at_once.load(Ordering::SeqCst),
            1,
            "never two logins at once"
        );
        let revoked = revoked.load(Ordering::SeqCst);
        assert!(
            revoked > 0 && counts.ended() <= 1 + revoked,
            "{} logins, {revoked} revoked",
            counts.ended()
        );
        assert!(gate.state.lock().unwrap().accepted.len() > 2000);
        let answers = ask(&tokens, 100).await;
        let first = answers[0].as_ref().unwrap();
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first));
    }
}

fn real_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}
