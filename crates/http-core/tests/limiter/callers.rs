//! Callers that are dropped, not polled any more, or on a runtime that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Request, Response};
use payvand_http_core::{
    CallOptions, Effect, HttpClient, Instant, Kind, RateLimit, Transport, TransportError, async_trait,
};
use proptest::prelude::*;
use tokio::time::sleep;

use crate::{LONG, LONG_MS, SECOND, Server, call, ms, poll_once, start, unpolled};

#[tokio::test(start_paused = true)]
async fn a_call_under_way_that_is_not_polled_any_more_frees_its_slot() {
    // The answer comes, or never does: then it is over at its own deadline.
    for (latency, timeout, departure) in [(200, None, 1200), (LONG_MS, Some(5 * SECOND), 6000)] {
        let server = Server::default();
        let client = server.client(RateLimit::per_second(1));
        let begin = Instant::now();
        let mut kept = unpolled(&client, 0, latency, timeout).await;
        for (id, at) in (1..=3).zip([departure, departure + 1000, departure + 2000]) {
            call(client.clone(), id, 0, Some(10 * SECOND)).await.unwrap();
            assert_eq!(begin.elapsed(), ms(at));
        }
        // An answer that is there is not lost, however late its caller asks for it.
        assert_eq!(poll_once(&mut kept).await.unwrap().is_ok(), timeout.is_none());
        assert_eq!(server.seen().len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_of_the_queue_that_is_not_polled_is_passed_over_and_keeps_its_place() {
    for kept in [1, 3, 50] {
        let server = Server::default();
        let client = server.client(RateLimit::per_second(5));
        for id in 0..5 {
            start(&client, id, 0, None).await;
        }
        let mut waiting = Vec::new();
        for id in 10..10 + kept {
            waiting.push(unpolled(&client, id, 0, None).await);
        }
        let mut others = Vec::new();
        for id in 100..110 {
            others.push(start(&client, id, 0, Some(20 * SECOND)).await);
        }
        for other in others {
            other.await.unwrap().unwrap();
        }
        let late = start(&client, 200, 0, None).await;
        for (id, call) in (10..).zip(&mut waiting) {
            assert!(poll_once(call).await.is_none(), "{id}");
        }
        for call in waiting {
            call.await.unwrap();
        }
        late.await.unwrap().unwrap();
        let order: Vec<_> = server.seen()[5..].iter().map(|it| it.id).collect();
        let expected: Vec<_> = (100..110).chain(10..10 + kept).chain([200]).collect();
        assert_eq!(order, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_between_the_items_of_a_stream_is_not_held_up_by_the_stream() {
    let server = Server::default();
    let client = server.client(RateLimit::per_second(5));
    let calls = (0..20).map(|id| call(client.clone(), id, 50, Some(60 * SECOND)));
    let mut answers = futures_util::stream::iter(calls).buffer_unordered(10);
    let mut id = 100;
    while let Some(answer) = answers.next().await {
        answer.unwrap();
        call(client.clone(), id, 50, Some(10 * SECOND)).await.unwrap();
        id += 1;
    }
    assert_eq!(server.seen().len(), 40);
    never_six_in_a_second(&server);
}

/// By departures: each is an arrival as early as possible.
fn never_six_in_a_second(server: &Server) {
    let mut departures: Vec<_> = server.seen().iter().map(|it| it.departure).collect();
    departures.sort();
    for window in departures.windows(6) {
        assert!(window[5] - window[0] >= SECOND);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Callers are dropped, not polled for a while, or run out of time: the others still leave, and the server sees no
    /// sixth request in a second.
    #[test]
    fn the_limit_holds_whatever_callers_do(
        callers in prop::collection::vec((0_u64..1500, 0_u64..4000, 0_u8..4), 6..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let server = Server::default();
            let client = server.client(RateLimit::per_second(5));
            let mut tasks = Vec::new();
            for (id, (latency, time, kind)) in (0..).zip(&callers) {
                let (client, latency, time, kind) = (client.clone(), *latency, ms(*time), *kind);
                tasks.push(tokio::spawn(async move {
                    match kind {
                        0 => drop(tokio::time::timeout(time, call(client, id, latency, None)).await),
                        1 => drop(call(client, id, latency, Some(time)).await),
                        2 => {
                            let mut call = Box::pin(call(client, id, latency, None));
                            if poll_once(&mut call).await.is_none() {
                                sleep(time).await;
                                call.await.unwrap();
                            }
                        }
                        _ => call(client, id, latency, None).await.unwrap(),
                    }
                }));
            }
            for task in tasks {
                task.await.unwrap();
            }
            never_six_in_a_second(&server);
        });
    }
}

/// A caller's runtime may stop, between two calls of `block_on`: its permit ends with its guard or at its deadline, by
/// another thread's clock.
#[test]
fn a_stopped_runtime_delays_nobody() {
    for is_dropped in [true, false] {
        let (still, other) = (real_runtime(), real_runtime());
        let server = Server::default();
        let client = server.client(RateLimit::new(1, ms(10)));
        let timeout = if is_dropped { LONG } else { ms(300) };
        let kept = still.block_on(unpolled(&client, 0, LONG_MS, Some(timeout)));
        assert_eq!(server.seen().len(), 1);
        let mut kept = Some(kept);
        if is_dropped {
            kept = None;
        }
        other.block_on(call(client, 1, 0, Some(20 * SECOND))).unwrap();
        assert_eq!(server.seen().len(), 2);
        drop((still, kept));
    }
}

fn real_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

/// Connects for a second, and then sends.
#[derive(Clone, Default)]
struct Slow(Arc<AtomicUsize>);

#[async_trait]
impl Transport for Slow {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        sleep(SECOND).await;
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Response::new(Bytes::new()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_or_polled_after_its_deadline_sends_nothing_any_more() {
    for limit in [RateLimit::unlimited(), RateLimit::per_second(5)] {
        let slow = Slow::default();
        let client = HttpClient::builder("http://127.0.0.1", "test")
            .transport(slow.clone())
            .rate_limit(limit)
            .build([])
            .unwrap();
        let mut late = unpolled(&client, 0, 0, Some(ms(900))).await;
        tokio::time::advance(10 * SECOND).await;
        let error = poll_once(&mut late).await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::Unknown));
        assert_eq!(slow.0.load(Ordering::SeqCst), 0, "{limit:?}");

        let dropped = unpolled(&client, 0, 0, None).await;
        sleep(ms(500)).await;
        drop(dropped);
        sleep(10 * SECOND).await;
        assert_eq!(slow.0.load(Ordering::SeqCst), 0, "{limit:?}");
    }
}
