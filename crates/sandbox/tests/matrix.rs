//! Every fault of the sandbox against an order and a safe call of the Aparat client: what the client says of
//! it, and what the server saw.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

use std::time::{Duration, Instant};

use aparat_api::{Client, Effect, Error, Kind, OrderKind, RetryPolicy};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Ending, Fault, Point, Sandbox};
use tokio::time::timeout;

const VIDEO: &str = "https://www.aparat.com/v/abcd";
const BALANCE: i64 = 100_000;
const COUNT: u32 = 100;

/// The deadline of the rows that expect it to pass. The others have one that even a slow machine does not reach.
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

/// How a call ends: well, or with an error of this kind.
type End = Option<Kind>;
const OK: End = None;
const TIMEOUT: End = Some(Kind::Timeout);
const INTERRUPTED: End = Some(Kind::Interrupted);
const TOO_LARGE: End = Some(Kind::TooLarge);
const STATUS: End = Some(Kind::Status);
const DECODE: End = Some(Kind::Decode);

/// Fault, end of the order, end of the account call, its attempts, requests, connections and HTTP status.
type Row = (&'static str, End, End, u32, u64, u64, Option<u16>);

/// The account is asked for with three attempts at most, the fault being played on each of them. An order is one
/// attempt, one request and one connection of its own whatever happens, so it needs no figures. The effect of
/// an order that does not end well is unknown, that of an account call none. What took effect stands in the faults' names: only what was `processed`.
///
/// `TIMEOUT` means: at the deadline of the call as a whole. `gzip` tells whether the client understands it.
#[rustfmt::skip]
fn table(gzip: bool) -> Vec<Row> {
    let bomb = if gzip { TOO_LARGE } else { DECODE };
    vec![
        //                                                order        account    attempts requests connections status
        // not a byte comes
        ("closed before reading",                         INTERRUPTED, INTERRUPTED,     3, 0, 3,         None),
        ("closed",                                        INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("processed, closed",                             INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("reset",                                         INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("processed, reset",                              INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("stalled",                                       TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        ("processed, stalled",                            TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        ("late",                                          TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        ("processed, late",                               TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        // it breaks off
        ("processed, stalled after the status line",      TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        ("processed, closed after the status line",       INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("processed, closed among the headers",           INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("processed, reset among the headers",            INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("stalled after the headers",                     TIMEOUT,     TIMEOUT,         1, 1, 1,         Some(200)),
        ("processed, stalled after the headers",          TIMEOUT,     TIMEOUT,         1, 1, 1,         Some(200)),
        ("processed, closed after the headers",           INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("processed, stalled in the body",                TIMEOUT,     TIMEOUT,         1, 1, 1,         Some(200)),
        ("processed, closed in the body",                 INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("processed, reset in the body",                  INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("processed, closed before the last byte",        INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("processed, chunks, closed in the body",         INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("processed, chunks, closed before the last",     INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("processed, chunks, stalled before the last",    TIMEOUT,     TIMEOUT,         1, 1, 1,         Some(200)),
        ("processed, no length, closed in the body",      DECODE,      DECODE,          1, 1, 1,         Some(200)),
        ("processed, no length, reset at the end",        INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(200)),
        ("502, closed in the body",                       INTERRUPTED, INTERRUPTED,     3, 3, 3,         Some(502)),
        // it comes, slowly or oddly
        ("processed, in chunks",                          OK,          OK,              1, 1, 1,         None),
        ("processed, no length",                          OK,          OK,              1, 1, 1,         None),
        ("processed, byte by byte",                       OK,          OK,              1, 1, 1,         None),
        ("processed, a byte now and then",                TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        ("processed, early hints first",                  OK,          OK,              1, 1, 1,         None),
        ("processed, stalled after the answer",           OK,          OK,              1, 1, 1,         None),
        ("processed, another answer after it",            OK,          OK,              1, 1, 1,         None),
        ("processed, a notice before the status line",    INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("processed, wrong content type",                 OK,          OK,              1, 1, 1,         None),
        ("processed, gzip claimed",                       DECODE,      DECODE,          1, 1, 1,         Some(200)),
        // too much of it
        ("a flood in chunks",                             TOO_LARGE,   TOO_LARGE,       1, 1, 1,         Some(200)),
        ("a flood of no length",                          TOO_LARGE,   TOO_LARGE,       1, 1, 1,         Some(200)),
        ("a flood of a huge length",                      TOO_LARGE,   TOO_LARGE,       1, 1, 1,         Some(200)),
        ("processed, a flood",                            TOO_LARGE,   TOO_LARGE,       1, 1, 1,         Some(200)),
        ("a flood of headers",                            DECODE,      DECODE,          1, 1, 1,         None),
        ("a gzip bomb",                                   bomb,        bomb,            1, 1, 1,         Some(200)),
        ("processed, a gzip bomb",                        bomb,        bomb,            1, 1, 1,         Some(200)),
        // a gateway's answer
        ("ArvanCloud's 403",                              STATUS,      STATUS,          1, 1, 1,         Some(403)),
        ("ArvanCloud's 502",                              STATUS,      STATUS,          3, 3, 1,         Some(502)),
        ("Derak.cloud's 429",                             STATUS,      STATUS,          3, 3, 1,         Some(429)),
        ("Derak.cloud's 503",                             STATUS,      STATUS,          3, 3, 1,         Some(503)),
        ("Cloudflare's 403",                              STATUS,      STATUS,          1, 1, 1,         Some(403)),
        ("Cloudflare's 429",                              STATUS,      STATUS,          3, 3, 1,         Some(429)),
        ("processed, Cloudflare's 504",                   STATUS,      STATUS,          3, 3, 1,         Some(504)),
        ("408, empty",                                    STATUS,      STATUS,          3, 3, 1,         Some(408)),
        ("500, empty",                                    STATUS,      STATUS,          3, 3, 1,         Some(500)),
        ("processed, 502",                                STATUS,      STATUS,          3, 3, 1,         Some(502)),
        ("a redirect to another host",                    STATUS,      STATUS,          1, 1, 1,         Some(302)),
        ("processed, a redirect that keeps the method",   STATUS,      STATUS,          1, 1, 1,         Some(307)),
        ("a page with 200",                               DECODE,      DECODE,          1, 1, 1,         Some(200)),
        // no answer that can be read
        ("200, empty",                                    DECODE,      DECODE,          1, 1, 1,         Some(200)),
        ("processed, 200, empty",                         DECODE,      DECODE,          1, 1, 1,         Some(200)),
        ("204",                                           DECODE,      DECODE,          1, 1, 1,         Some(204)),
        ("invalid UTF-8",                                 DECODE,      DECODE,          1, 1, 1,         Some(200)),
        ("a status line and no more",                     DECODE,      DECODE,          1, 1, 1,         Some(200)),
        ("100 and nothing more",                          TIMEOUT,     TIMEOUT,         1, 1, 1,         None),
        ("101",                                           STATUS,      STATUS,          1, 1, 1,         Some(101)),
        ("two lengths",                                   INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("a TLS alert",                                   INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
        ("another protocol",                              INTERRUPTED, INTERRUPTED,     3, 3, 3,         None),
    ]
}

struct Outcome {
    end: End,
    attempts: u32,
    status: Option<u16>,
}

/// Makes the call within the deadline that belongs to this end.
async fn timed<T>(
    what: &str,
    call: impl AsyncFnOnce(Duration) -> Result<T, Error>,
    expected: End,
    effect: Effect,
) -> Outcome {
    let deadline = if expected == TIMEOUT { SHORT } else { LONG };
    let start = Instant::now();
    // Twice as long would be a second attempt's worth.
    let answer = timeout(2 * deadline, call(deadline)).await;
    let elapsed = start.elapsed();
    let Err(error) = answer.unwrap_or_else(|_| panic!("{what}: still not over after {elapsed:?}")) else {
        return Outcome {
            end: OK,
            attempts: 1,
            status: None,
        };
    };
    assert_eq!(error.effect(), effect, "{what}: {error}");
    assert!(
        error.kind() != Kind::Timeout || elapsed >= deadline,
        "{what}: over after {elapsed:?} of {deadline:?}"
    );
    Outcome {
        end: Some(error.kind()),
        attempts: error.attempts(),
        status: error.http_status().map(|status| status.as_u16()),
    }
}

struct Bench {
    sandbox: Sandbox,
    client: Client,
}

impl Bench {
    async fn new() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let client = Client::builder(Aparat::TOKEN)
            .base_url(sandbox.url())
            .max_body_size(64 * 1024)
            .retry(RetryPolicy::new(3).backoff(Duration::from_millis(1), Duration::from_millis(2)))
            .build()
            .unwrap();
        Self { sandbox, client }
    }

    fn counts(&self) -> (u64, u64) {
        (self.sandbox.request_count(), self.sandbox.connections())
    }

    /// The row as it turned out.
    async fn play(&self, fault: Fault, (name, order_end, account_end, ..): Row) -> Row {
        let Self { sandbox, client } = self;
        let aparat = sandbox.aparat();

        aparat.fail_next_n(usize::MAX, fault.clone());
        let account = timed(
            name,
            async |deadline| client.account().timeout(deadline).await,
            account_end,
            Effect::None,
        )
        .await;
        let (requests, connections) = self.counts();
        aparat.clear_faults();

        // Leaves an idle connection behind: an order must not use it.
        let _ = client.account().timeout(SHORT).await;
        let before = self.counts();
        aparat.fail_next(fault.clone());
        let place = async |deadline| {
            client
                .order(OrderKind::Like, VIDEO, COUNT)
                .timeout(deadline)
                .await
        };
        let order = timed(name, place, order_end, Effect::Unknown).await;
        let after = self.counts();
        let placed = u64::from(name.starts_with("processed"));
        assert_eq!(order.attempts, 1, "{name}");
        assert_eq!(
            (after.0 - before.0, after.1 - before.1),
            (requests.min(1), 1),
            "{name}: requests, connections"
        );
        assert_eq!(aparat.orders().len() as u64, placed, "{name}: orders");

        if account.attempts == 3 {
            aparat.fail_next_n(2, fault);
            let left = BALANCE - i64::from(COUNT) * i64::try_from(placed).unwrap();
            assert_eq!(
                client.account().await.unwrap().balance(),
                Some(left),
                "{name}: the third attempt"
            );
        }
        (
            name,
            order.end,
            account.end,
            account.attempts,
            requests,
            connections,
            account.status,
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_against_an_order_and_a_safe_call() {
    let probe = Bench::new().await;
    probe.client.account().await.unwrap();
    let table = table(probe.sandbox.requests()[0].header("accept-encoding") == Some("gzip"));
    let faults = Fault::all();
    let names: Vec<_> = faults.iter().map(|(name, _)| *name).collect();
    let rows: Vec<_> = table.iter().map(|row| row.0).collect();
    assert_eq!(rows, names, "a row for every fault");

    // Making clients takes the processor, so it is done before any time is measured.
    let benches: Vec<_> = faults.iter().map(|_| tokio::spawn(Bench::new())).collect();
    let mut ready = Vec::new();
    for bench in benches {
        ready.push(bench.await.unwrap());
    }
    let plays: Vec<_> = ready
        .into_iter()
        .zip(faults)
        .zip(table.clone())
        .map(|((bench, (_, fault)), row)| tokio::spawn(async move { bench.play(fault, row).await }))
        .collect();
    let mut seen = Vec::new();
    for play in plays {
        seen.push(play.await.unwrap());
    }
    let wrong: Vec<_> = seen
        .iter()
        .zip(&table)
        .filter(|(seen, row)| seen != row)
        .collect();
    assert!(wrong.is_empty(), "seen, and the row: {wrong:#?}");
}

/// Each attempt alone would be in time.
#[tokio::test]
async fn the_deadline_is_for_all_attempts_together() {
    let Bench { sandbox, client } = Bench::new().await;
    sandbox.fail_next_n(3, Fault::close().delayed(SHORT * 3 / 5));
    let call = async |deadline| client.account().timeout(deadline).await;
    let account = timed("slow to close", call, TIMEOUT, Effect::None).await;
    assert_eq!((account.end, account.attempts), (TIMEOUT, 2));
    assert_eq!(sandbox.request_count(), 2);
}

#[tokio::test]
async fn a_redirects_target_receives_nothing() {
    let Bench { sandbox, client } = Bench::new().await;
    let target = Sandbox::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        sandbox.fail_next_n(
            2,
            Fault::redirect(status, &format!("{}/aparat/api.php", target.url())),
        );
        let account = client.account().await.unwrap_err();
        let order = client.order(OrderKind::Like, VIDEO, COUNT).await.unwrap_err();
        for (error, effect) in [(account, Effect::None), (order, Effect::Unknown)] {
            assert_eq!((error.kind(), error.effect()), (Kind::Status, effect));
        }
    }
    assert_eq!((target.connections(), sandbox.request_count()), (0, 10));
}

/// It says that the account has a balance of 7, and is there before the next request is.
#[tokio::test]
async fn an_answer_that_nobody_asked_for_answers_nothing() {
    let Bench { sandbox, client } = Bench::new().await;
    let (_, unasked) = Fault::all()
        .into_iter()
        .find(|(name, _)| *name == "processed, another answer after it")
        .unwrap();
    for _ in 0..200 {
        sandbox.fail_next(unasked.clone());
        assert_eq!(client.account().await.unwrap().balance(), Some(BALANCE));
        assert_eq!(client.account().await.unwrap().balance(), Some(BALANCE));
    }
}

/// An idle connection may die silently: only a call that uses it again notices.
#[tokio::test]
async fn an_order_never_uses_a_dead_connection() {
    let Bench { sandbox, client } = Bench::new().await;
    let dead = Fault::usual().cut(Point::End, Ending::Stall);
    sandbox.fail_next(dead.clone());
    // Calls that have the same time share their connections.
    client.account().timeout(SHORT).await.unwrap();
    client.order(OrderKind::Like, VIDEO, COUNT).await.unwrap();
    let error = client.account().timeout(SHORT).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
    client.account().await.unwrap();
    assert_eq!((sandbox.request_count(), sandbox.connections()), (3, 3));
}
