//! Who leaves when, and what is too late.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use payvand_http_core::{Effect, Instant, Kind, RateLimit};
use proptest::prelude::*;
use tokio::time::sleep;

use crate::{SECOND, Server, call, ms, start};

/// All start at once. Returns when each left, in milliseconds, in the order of departure.
fn departures(latencies: &[u64], limit: RateLimit) -> Vec<(u64, u64)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = Server::default();
        let client = server.client(limit);
        let begin = Instant::now();
        let mut tasks = Vec::new();
        for (id, latency) in (0..).zip(latencies) {
            tasks.push(start(&client, id, *latency, None).await);
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let millis = |at: Instant| u64::try_from((at - begin).as_millis()).unwrap();
        server
            .seen()
            .iter()
            .map(|it| (it.id, millis(it.departure)))
            .collect()
    })
}

/// What the rule says, worked out with no code of the limiter: each leaves when one of the `count` slots is free, and
/// a slot is free again one period after the request that it let through was completed.
fn expected(latencies: &[u64], count: usize, per: u64) -> Vec<(u64, u64)> {
    let mut slots: BinaryHeap<Reverse<u64>> = std::iter::repeat_n(Reverse(0), count).collect();
    (0..)
        .zip(latencies)
        .map(|(id, latency)| {
            let Reverse(departure) = slots.pop().unwrap();
            slots.push(Reverse(departure + latency + per));
            (id, departure)
        })
        .collect()
}

#[test]
fn exact_departures_whatever_the_latency() {
    for latency in [0, 1, 50, 200, 999, 1000, 1001, 2000] {
        let latencies = [latency; 23];
        let departures = departures(&latencies, RateLimit::per_second(5));
        assert_eq!(departures, expected(&latencies, 5, 1000), "{latency} ms");
        for (id, at) in departures {
            assert_eq!(at, id / 5 * (latency + 1000), "call {id} at {latency} ms");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn exact_departures_and_never_six_in_a_second(
        calls in prop::collection::vec((0_u64..=2000, 0.0..=1.0_f64), 1..40),
    ) {
        let latencies: Vec<u64> = calls.iter().map(|call| call.0).collect();
        let departures = departures(&latencies, RateLimit::per_second(5));
        prop_assert_eq!(&departures, &expected(&latencies, 5, 1000));

        // The server sees a request somewhere between its departure and its completion.
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let mut arrivals: Vec<f64> = departures
            .iter()
            .zip(&calls)
            .map(|((_, at), (latency, part))| *at as f64 + *latency as f64 * part)
            .collect();
        arrivals.sort_by(f64::total_cmp);
        for window in arrivals.windows(6) {
            prop_assert!(window[5] - window[0] >= 1000.0, "{:?}", window);
        }
    }

    #[test]
    fn any_limit_is_kept(count in 1_usize..8, per in 1_u64..3000, latencies in prop::collection::vec(0_u64..2000, 1..30)) {
        let limit = RateLimit::new(u32::try_from(count).unwrap(), ms(per));
        prop_assert_eq!(departures(&latencies, limit), expected(&latencies, count, per));
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_does_not_stop_the_others() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(5));
    let begin = Instant::now();
    let hanging = start(&client, 0, 60_000, None).await;
    for id in 1..=12 {
        call(client.clone(), id, 0, None).await.unwrap();
    }
    assert_eq!(begin.elapsed(), 2 * SECOND);
    assert!(!hanging.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_turn_after_the_deadline_fails_at_once_and_is_not_sent() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(5));
    for id in 0..5 {
        start(&client, id, 0, None).await;
    }
    // Five can leave after one second, the next five after two.
    let begin = Instant::now();
    let mut later = Vec::new();
    for id in 5..10 {
        later.push(start(&client, id, 0, Some(ms(1500))).await);
    }
    for timeout in [ms(500), SECOND, ms(1999), 2 * SECOND] {
        let error = call(client.clone(), 99, 0, Some(timeout)).await.unwrap_err();
        assert_eq!(begin.elapsed(), Duration::ZERO);
        assert_eq!(
            (error.kind(), error.effect(), error.attempts()),
            (Kind::Withheld, Effect::None, 0)
        );
        assert!(error.is_retryable());
        assert_eq!(
            error.to_string(),
            "test.once: held back, not sent: its turn under the rate limit would come after its deadline"
        );
    }
    call(client.clone(), 10, 0, Some(ms(2001))).await.unwrap();
    assert_eq!(begin.elapsed(), 2 * SECOND);
    for task in later {
        task.await.unwrap().unwrap();
    }
    assert!(server.seen().iter().all(|it| it.id != 99));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_turns_out_too_long_ends_before_its_deadline() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(5));
    for id in 0..5 {
        start(&client, id, 10_000, None).await;
    }
    let begin = Instant::now();
    let error = call(client.clone(), 5, 0, Some(ms(3500))).await.unwrap_err();
    assert_eq!(error.effect(), Effect::None);
    // Once less than a second is left, and none of the five is back, the turn cannot come in time.
    assert!(begin.elapsed() < ms(3500), "{:?}", begin.elapsed());
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_leaves_no_gap_and_takes_no_slot() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(5));
    for id in 0..5 {
        start(&client, id, 0, None).await;
    }
    let begin = Instant::now();
    let mut waiting = Vec::new();
    for id in 5..25 {
        waiting.push(start(&client, id, 0, None).await);
    }
    for (id, task) in (5..).zip(&waiting) {
        if id % 2 == 0 {
            task.abort();
        }
    }
    for task in waiting {
        let _ = task.await;
    }
    let seen: Vec<_> = server.seen()[5..]
        .iter()
        .map(|it| (it.id, it.departure - begin))
        .collect();
    let expected: Vec<_> = (0..10_u32)
        .map(|n| (u64::from(5 + 2 * n), (n / 5 + 1) * SECOND))
        .collect();
    assert_eq!(seen, expected);
}

/// A caller that comes at the moment at which a slot gets free is behind those that wait.
#[tokio::test(start_paused = true)]
async fn a_newcomer_does_not_jump_the_queue() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(1));
    let newcomer = |id| {
        let client = client.clone();
        tokio::spawn(async move {
            sleep(SECOND).await;
            call(client, id, 0, None).await
        })
    };
    let before = newcomer(10);
    tokio::task::yield_now().await;
    start(&client, 0, 0, None).await;
    let waiter = start(&client, 1, 0, None).await;
    let after = newcomer(11);
    for task in [waiter, before, after] {
        task.await.unwrap().unwrap();
    }
    let order: Vec<_> = server.seen().iter().map(|it| it.id).collect();
    assert_eq!(order[..2], [0, 1], "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_on_its_way_counts_as_completed_then() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(1));
    let begin = Instant::now();
    let task = start(&client, 0, 60_000, None).await;
    sleep(ms(300)).await;
    task.abort();
    call(client, 1, 0, None).await.unwrap();
    assert_eq!(begin.elapsed(), ms(1300));
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_nobody_waits() {
    let server = Server::default();
    let client = server.client(RateLimit::unlimited());
    let begin = Instant::now();
    for id in 0..100 {
        call(client.clone(), id, 0, None).await.unwrap();
    }
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[test]
fn limits_of_any_size_are_taken() {
    assert_eq!(RateLimit::new(0, SECOND), RateLimit::per_second(1));
    let latencies = [0; 3];
    assert_eq!(
        departures(&latencies, RateLimit::new(u32::MAX, Duration::MAX)),
        [(0, 0), (1, 0), (2, 0)]
    );
    assert_eq!(
        departures(&latencies, RateLimit::new(1, Duration::ZERO)),
        [(0, 0), (1, 0), (2, 0)]
    );
}
