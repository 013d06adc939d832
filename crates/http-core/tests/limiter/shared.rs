//! A limit that several clients keep together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::Response;
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{
    Effect, ErrorBuilder, HttpClient, Instant, Kind, MemoryRateLimit, RateLimit, RetryPolicy,
    SharedLimitError, SharedPermit, SharedRateLimit, Transport, async_trait,
};
use tokio::time::sleep;

use crate::{LONG, NoCode, ONCE, SECOND, Server, call, ms, start, to, unpolled};

fn client(transport: impl Transport, own: RateLimit, shared: impl SharedRateLimit) -> HttpClient {
    let mut builder = HttpClient::builder("http://127.0.0.1", "test")
        .transport(transport)
        .rate_limit(own)
        .retry(RetryPolicy::never())
        .timeout(LONG);
    builder.sending.shared_rate_limit = Some(Arc::new(shared));
    builder.build([]).unwrap()
}

#[tokio::test(start_paused = true)]
async fn clients_that_share_a_limit_keep_it_at_the_server() {
    let server = Server::default();
    let shared = MemoryRateLimit::new(RateLimit::per_second(5));
    let own = [
        RateLimit::unlimited(),
        RateLimit::per_second(5),
        RateLimit::per_second(2),
    ];
    let clients = own.map(|own| client(server.clone(), own, shared.clone()));
    let mut calls = Vec::new();
    for id in 0..60 {
        let client = &clients[usize::try_from(id % 3).unwrap()];
        calls.push(start(client, id, id * 137 % 900, None).await);
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let seen = server.seen();
    for (place, one) in seen.iter().enumerate() {
        let counts = |other: &&crate::Passed| other.completion.unwrap() + SECOND > one.departure;
        let before = seen[..place].iter().filter(counts).count();
        assert!(before <= 4, "{before} before {}", one.id);
    }
    assert_eq!(seen.len(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_one_client_is_asked_for_is_kept_by_all() {
    let busy = Step::answer(429, "").header("retry-after", "7");
    let script = ScriptedTransport::new([busy, Step::answer(200, "")]);
    let shared = MemoryRateLimit::new(RateLimit::per_second(5));
    let [one, other] = [(); 2].map(|()| client(script.clone(), RateLimit::unlimited(), shared.clone()));
    let begin = Instant::now();
    let busy = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("busy"));
    let refused = one.call(&ONCE, to(&one, &ONCE), one.deadline(None), busy).await;
    assert_eq!(refused.unwrap_err().retry_after(), Some(7 * SECOND));
    let late = call(other.clone(), 1, 0, Some(5 * SECOND)).await.unwrap_err();
    assert_eq!(
        (late.kind(), late.effect(), begin.elapsed()),
        (Kind::Withheld, Effect::None, Duration::ZERO)
    );
    assert_eq!(late.retry_after(), Some(7 * SECOND));
    call(other, 2, 0, None).await.unwrap();
    assert_eq!((begin.elapsed(), script.requests().len()), (7 * SECOND, 2));
}

/// Counts the requests under way; cannot be asked, or does not answer.
#[derive(Clone, Default)]
struct Broken {
    fails: bool,
    takes: Duration,
    under_way: Arc<AtomicUsize>,
}

struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl SharedRateLimit for Broken {
    async fn acquire(&self, _: Instant) -> Result<SharedPermit, SharedLimitError> {
        if self.fails {
            return Err(SharedLimitError::unavailable("connection refused"));
        }
        sleep(self.takes).await;
        self.under_way.fetch_add(1, Ordering::SeqCst);
        Ok(SharedPermit::new(Guard(Arc::clone(&self.under_way))))
    }

    async fn pause(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_an_answer_of_the_limit_nothing_is_sent() {
    let (fails, takes) = (true, 10 * SECOND);
    let refusing = Broken {
        fails,
        ..Broken::default()
    };
    let silent = Broken {
        takes,
        ..Broken::default()
    };
    for (limit, after, why) in [
        (refusing, Duration::ZERO, "cannot be asked"),
        (silent, 5 * SECOND, "after its deadline"),
    ] {
        let server = Server::default();
        let begin = Instant::now();
        let client = client(server.clone(), RateLimit::per_second(5), limit);
        let error = call(client, 1, 0, Some(5 * SECOND)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
        assert!(error.is_retryable() && error.to_string().contains(why), "{error}");
        assert_eq!((server.seen().len(), begin.elapsed()), (0, after));
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_is_under_way_until_it_ends_or_its_caller_leaves() {
    let server = Server::default();
    let limit = Broken {
        takes: ms(100),
        ..Broken::default()
    };
    let under_way = || limit.under_way.load(Ordering::SeqCst);
    let client = client(server.clone(), RateLimit::unlimited(), limit.clone());
    // It goes on while nobody polls it.
    let kept = unpolled(&client, 1, 1000, None).await;
    sleep(ms(500)).await;
    assert_eq!((server.seen().len(), under_way()), (1, 1));
    sleep(ms(700)).await;
    assert_eq!(under_way(), 0);
    kept.await.unwrap();
    let left = unpolled(&client, 2, 1000, None).await;
    sleep(ms(500)).await;
    assert_eq!(under_way(), 1);
    // Before anything else runs.
    drop(left);
    assert_eq!(under_way(), 0);
}

/// Nobody waits for longer than the call has.
#[tokio::test(start_paused = true)]
async fn a_pause_that_cannot_be_told_costs_no_more_than_the_calls_time() {
    let script = ScriptedTransport::new([Step::answer(429, "").header("retry-after", "7")]);
    let client = client(script, RateLimit::unlimited(), Broken::default());
    let busy = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("busy"));
    let begin = Instant::now();
    let deadline = client.deadline(Some(5 * SECOND));
    let error = client
        .call(&ONCE, to(&client, &ONCE), deadline, busy)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), begin.elapsed()), (Kind::Status, 5 * SECOND));
}

/// Tells others of a completion, which takes this long; its permits are for a request that leaves by then.
struct Telling {
    takes: Duration,
    send_by: Instant,
    completed: Arc<AtomicUsize>,
}

#[async_trait]
impl SharedRateLimit for Telling {
    async fn acquire(&self, _: Instant) -> Result<SharedPermit, SharedLimitError> {
        Ok(SharedPermit::new(()).send_by(self.send_by))
    }

    async fn complete(&self, _: SharedPermit) {
        sleep(self.takes).await;
        self.completed.fetch_add(1, Ordering::SeqCst);
    }

    async fn pause(&self, _: Duration) {}
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_until_others_know_of_it_and_within_the_calls_time() {
    for (takes, after, told) in [(SECOND, SECOND, 1), (LONG, 5 * SECOND, 0)] {
        let (begin, completed) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
        let limit = Telling {
            takes,
            send_by: begin + SECOND,
            completed: Arc::clone(&completed),
        };
        let server = Server::default();
        let client = client(server.clone(), RateLimit::unlimited(), limit);
        call(client, 1, 0, Some(5 * SECOND)).await.unwrap();
        assert_eq!((begin.elapsed(), server.seen().len()), (after, 1));
        assert_eq!(completed.load(Ordering::SeqCst), told);
    }
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_came_too_late_to_send_sends_nothing() {
    let limit = Telling {
        takes: Duration::ZERO,
        send_by: Instant::now(),
        completed: Arc::default(),
    };
    let server = Server::default();
    let client = client(server.clone(), RateLimit::unlimited(), limit);
    let error = call(client, 1, 0, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
    assert_eq!(server.seen().len(), 0);
}
