//! The rate limit: exact departures under a paused clock, and what is true under any clock.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt as _;
use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Method, Request, Response};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{
    CallOptions, Effect, Error, ErrorBuilder, HttpClient, Instant, Kind, Language, Operation, Outgoing,
    RateLimit, RetryPolicy, Semantics, Transport, TransportError, async_trait,
};
use proptest::prelude::*;
use tokio::task::JoinHandle;
use tokio::time::sleep;

#[derive(Debug, Clone, PartialEq)]
struct NoCode;

impl payvand_http_core::Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "".into()
    }
}

static ONCE: Operation = Operation::new("test.once", Method::POST, "once", Semantics::NonIdempotent);
static AGAIN: Operation = Operation::new("test.again", Method::GET, "again", Semantics::Idempotent);

const SECOND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(100_000);
const LONG_MS: u64 = 100_000_000;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Answers after the time that the request's body names, and notes who left when and was answered when.
#[derive(Clone, Default)]
struct Server {
    seen: Arc<Mutex<Vec<Passed>>>,
}

#[derive(Debug, Clone, Copy)]
struct Passed {
    id: u64,
    departure: Instant,
    completion: Option<Instant>,
}

#[async_trait]
impl Transport for Server {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let [id, latency] = numbers(request.body());
        let place = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(Passed {
                id,
                departure: Instant::now(),
                completion: None,
            });
            seen.len() - 1
        };
        if latency > 0 {
            sleep(ms(latency)).await;
        }
        self.seen.lock().unwrap()[place].completion = Some(Instant::now());
        Ok(Response::new(Bytes::new()))
    }
}

fn numbers(body: &[u8]) -> [u64; 2] {
    let text = std::str::from_utf8(body).unwrap();
    let (id, latency) = text.split_once(' ').unwrap();
    [id.parse().unwrap(), latency.parse().unwrap()]
}

impl Server {
    fn client(&self, limit: RateLimit) -> HttpClient {
        HttpClient::builder("http://127.0.0.1", "test")
            .transport(self.clone())
            .rate_limit(limit)
            .timeout(LONG)
            .build([])
            .unwrap()
    }

    fn seen(&self) -> Vec<Passed> {
        self.seen.lock().unwrap().clone()
    }
}

fn to(client: &HttpClient, operation: &Operation) -> Outgoing {
    Outgoing::new(operation.method.clone(), client.url(operation)).unwrap()
}

async fn call(
    client: HttpClient,
    id: u64,
    latency: u64,
    timeout: Option<Duration>,
) -> Result<(), Error<NoCode>> {
    let request = to(&client, &ONCE).with_body(Bytes::from(format!("{id} {latency}")));
    let deadline = client.deadline(timeout);
    client.call(&ONCE, request, deadline, |_| Ok(())).await
}

/// Starts a call and lets it join the queue before the next one.
async fn start(
    client: &HttpClient,
    id: u64,
    latency: u64,
    timeout: Option<Duration>,
) -> JoinHandle<Result<(), Error<NoCode>>> {
    let task = tokio::spawn(call(client.clone(), id, latency, timeout));
    tokio::task::yield_now().await;
    task
}

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
async fn retry_after_delays_everybody() {
    let script = ScriptedTransport::new([Step::answer(429, "").header("retry-after", "7").after(ms(100))]);
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(1))
        .build([])
        .unwrap();
    let send = |timeout| {
        let client = client.clone();
        async move {
            let deadline = client.deadline(Some(timeout));
            let refuse = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("refused"));
            client.call(&ONCE, to(&client, &ONCE), deadline, refuse).await
        }
    };
    let begin = Instant::now();
    let refused = tokio::spawn(send(LONG));
    tokio::task::yield_now().await;
    let impatient = tokio::spawn(send(Duration::from_secs(5)));
    let patient = tokio::spawn(send(LONG));
    assert_eq!(
        refused.await.unwrap().unwrap_err().retry_after(),
        Some(7 * SECOND)
    );
    assert_eq!(impatient.await.unwrap().unwrap_err().effect(), Effect::None);
    assert_eq!(
        begin.elapsed(),
        ms(100),
        "it fails as soon as its turn is too late"
    );
    let _ = patient.await.unwrap();
    assert_eq!(begin.elapsed(), ms(7100));
    assert_eq!(script.requests().len(), 2);
}

/// A page can ask for a minute, the provider itself for an hour. A delayed caller is told why and for how long.
#[tokio::test(start_paused = true)]
async fn a_provider_may_ask_for_a_longer_pause_than_a_page() {
    let page: fn() -> ErrorBuilder<NoCode> = || ErrorBuilder::status("a page");
    let provider: fn() -> ErrorBuilder<NoCode> = || ErrorBuilder::api(NoCode, "busy");
    for (status, failure, asked_for, pause) in [
        (503, page, "86400", Some(60.0)),
        (429, page, "86400", Some(60.0)),
        (503, page, "99999999999999999999999999", Some(60.0)),
        (503, page, "30", Some(30.0)),
        (503, provider, "86400", Some(3600.0)),
        (429, provider, "86400", Some(3600.0)),
        (429, provider, "1800", Some(1800.0)),
        (429, provider, "1.2", Some(1.2)),
        (429, provider, "0", None),
        (500, provider, "30", None),
        (403, page, "30", None),
    ] {
        let script = ScriptedTransport::new([
            Step::answer(status, "").header("retry-after", asked_for),
            Step::answer(200, ""),
        ]);
        let client = HttpClient::builder("http://127.0.0.1", "test")
            .transport(script.clone())
            .rate_limit(RateLimit::per_second(5))
            .build([])
            .unwrap();
        let send = async |timeout| {
            let decode = |response: &Response<Bytes>| {
                if response.status() == 200 {
                    Ok(())
                } else {
                    Err(failure())
                }
            };
            let deadline = client.deadline(Some(timeout));
            client.call(&ONCE, to(&client, &ONCE), deadline, decode).await
        };
        let begin = Instant::now();
        send(LONG).await.unwrap_err();
        if let Some(pause) = pause.map(Duration::from_secs_f64) {
            sleep(pause / 4).await;
            let error = send(pause / 2).await.unwrap_err();
            assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
            assert_eq!((error.attempts(), error.is_retryable()), (0, true));
            assert_eq!(error.retry_after(), Some(pause * 3 / 4), "{status} {asked_for}");
            assert!(error.to_string().contains("Retry-After"), "{error}");
        }
        send(LONG).await.unwrap();
        let departures: Vec<_> = script
            .seen()
            .iter()
            .map(|it| (it.at - begin).as_secs_f64())
            .collect();
        assert_eq!(
            departures,
            [0.0, pause.unwrap_or_default()],
            "{status} {asked_for}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_shorter_pause_does_not_end_a_longer_one() {
    let busy = |seconds, after| {
        Step::answer(429, "")
            .header("retry-after", seconds)
            .after(ms(after))
    };
    let script = ScriptedTransport::new([busy("50", 100), busy("5", 200), Step::answer(200, "")]);
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(5))
        .build([])
        .unwrap();
    let send = || {
        let client = client.clone();
        tokio::spawn(async move {
            let refuse = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("refused"));
            let deadline = client.deadline(Some(LONG));
            client.call(&ONCE, to(&client, &ONCE), deadline, refuse).await
        })
    };
    let begin = Instant::now();
    for busy in [send(), send()] {
        assert!(busy.await.unwrap().is_err());
    }
    assert!(send().await.unwrap().is_err());
    assert_eq!(script.seen()[2].at - begin, ms(50_100));
}

#[tokio::test(start_paused = true)]
async fn retries_wait_for_their_turn() {
    let script = ScriptedTransport::always(Step::answer(503, ""));
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(5))
        .retry(RetryPolicy::new(12).backoff(Duration::ZERO, Duration::ZERO))
        .build([])
        .unwrap();
    let begin = Instant::now();
    let refuse = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("503"));
    let request = to(&client, &AGAIN);
    let error = client
        .call(&AGAIN, request.clone(), client.deadline(None), refuse)
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 12);
    let left: Vec<_> = script.seen().iter().map(|it| (it.at - begin).as_secs()).collect();
    assert_eq!(left, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]);

    // A retry that cannot leave before the deadline returns the error of the attempt before it.
    sleep(10 * SECOND).await;
    let deadline = client.deadline(Some(ms(900)));
    let error = client.call(&AGAIN, request, deadline, refuse).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (Kind::Status, Effect::Unknown, 5)
    );
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

type Call = Pin<Box<dyn Future<Output = Result<(), Error<NoCode>>> + Send>>;

/// A call that was polled and then is kept without being polled, as in a `select!` or between two items of a
/// `buffer_unordered`.
async fn unpolled(client: &HttpClient, id: u64, latency: u64, timeout: Option<Duration>) -> Call {
    let mut call: Call = Box::pin(call(client.clone(), id, latency, timeout));
    assert!(poll_once(&mut call).await.is_none());
    call
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut future = Pin::new(future);
    let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
    // What it started gets to run.
    tokio::task::yield_now().await;
    match polled {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

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

/// Counts how often a future is polled.
struct Counted<F>(Pin<Box<F>>, Arc<AtomicUsize>);

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.as_mut().poll(cx)
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_server_asks_for_wakes_nobody_before_its_end() {
    let pause = |after| Step::answer(429, "").header("retry-after", "60").after(ms(after));
    let script = ScriptedTransport::always(Step::answer(200, ""));
    for after in 100..105 {
        script.push(pause(after));
    }
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(5))
        .retry(RetryPolicy::never())
        .timeout(LONG)
        .build([])
        .unwrap();
    let polls = Arc::new(AtomicUsize::new(0));
    let send = || {
        let client = client.clone();
        async move {
            let deadline = client.deadline(None);
            client.call(&ONCE, to(&client, &ONCE), deadline, read).await
        }
    };
    let tasks: Vec<_> = (0..1005)
        .map(|_| tokio::spawn(Counted(Box::pin(send()), Arc::clone(&polls))))
        .collect();
    sleep(ms(50)).await;
    let before = polls.load(Ordering::SeqCst);
    sleep(ms(100)).await;
    let woken = polls.load(Ordering::SeqCst) - before;
    // Five get their answer; the first of the queue looks after each.
    assert!((5..=15).contains(&woken), "{woken}");
    sleep(59 * SECOND).await;
    assert_eq!(script.requests().len(), 5);
    sleep(2 * SECOND).await;
    assert_eq!(script.requests().len(), 15);
    let mut answered = 0;
    for task in tasks {
        answered += usize::from(task.await.unwrap().is_ok());
    }
    assert_eq!((script.requests().len(), answered), (1005, 1000));
}

fn read(response: &Response<Bytes>) -> Result<(), ErrorBuilder<NoCode>> {
    match response.status().as_u16() {
        200 => Ok(()),
        _ => Err(ErrorBuilder::status("no success")),
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_frees_its_slot_before_the_pause_that_follows_it() {
    let script = ScriptedTransport::new([
        Step::answer(503, ""),
        Step::answer(200, ""),
        Step::answer(200, ""),
    ]);
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::new(1, ms(1)))
        .retry(RetryPolicy::new(2).backoff(10 * SECOND, 10 * SECOND))
        .build([])
        .unwrap();
    let retried = client.call(&AGAIN, to(&client, &AGAIN), client.deadline(None), read);
    let mut retried = Box::pin(retried);
    assert!(poll_once(&mut retried).await.is_none());
    tokio::select! {
        biased;
        _ = &mut retried => panic!("the pause is long"),
        done = call(client.clone(), 1, 0, Some(SECOND)) => done.unwrap(),
    }
    assert_eq!(script.requests().len(), 2);
    retried.await.unwrap();
}
