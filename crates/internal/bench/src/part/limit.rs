//! The rate limit under many callers: what one more in the queue costs those before it.

use std::time::{Duration, Instant};

use http_core::bytes::Bytes;
use http_core::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_core::{
    CallOptions, Code, Error, HttpClient, Language, Operation, Outgoing, RateLimit, RetryPolicy, Semantics,
    Transport, TransportError, async_trait,
};

use super::Context;
use crate::contender::amount;
use crate::cpu;
use crate::table::{Spread, Table};

const ROUNDS: usize = 9;
const WAITERS: [usize; 5] = [10, 100, 1_000, 10_000, 50_000];
/// So that a round of few waiters takes as long as one of many.
const CALLS: usize = 50_000;

static CALL: Operation = Operation::new("bench.call", Method::GET, "", Semantics::Safe);

#[derive(Debug, Clone, PartialEq)]
struct NoCode;

impl Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> std::borrow::Cow<'static, str> {
        "".into()
    }
}

/// Answers at once; asks for a pause where it is told to.
struct Server {
    pauses: bool,
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        tokio::task::yield_now().await;
        let mut response = Response::new(Bytes::new());
        if self.pauses {
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Ok(response)
    }
}

pub(super) fn run(context: &Context) {
    println!("## 8. The queue at the rate limit\n");
    let rounds = context.rounds(ROUNDS);
    println!(
        "One call after another leaves, with that many waiting at once: CPU µs for one, the call itself included, the \
         middle of {rounds} rounds of {CALLS} calls. And while the server asks for a pause of a second again and again, \
         for four seconds: CPU ms of the whole process in one of them.\n"
    );
    let mut table = Table::new(["waiters", "CPU µs a call", "CPU ms a second of pauses"]);
    for waiters in WAITERS {
        let grants: Vec<_> = (0..rounds).map(|_| grant(waiters)).collect();
        table.row([
            waiters.to_string(),
            format!("{:.1}", Spread::of(&grants).median),
            format!("{:.1}", second_of_pauses(waiters)),
        ]);
    }
    table.print();
}

fn client(server: Server, limit: RateLimit) -> HttpClient {
    HttpClient::builder("https://bench.example", "bench")
        .transport(server)
        .rate_limit(limit)
        .retry(RetryPolicy::never())
        .timeout(Duration::from_secs(3600))
        .build([])
        .unwrap()
}

async fn call(client: HttpClient) -> Result<(), Error<NoCode>> {
    let request = Outgoing::new(Method::GET, client.url(&CALL)).unwrap();
    client
        .call(&CALL, request, client.deadline(None), |_| Ok(()))
        .await
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

/// CPU µs of one call, in a queue that is that long at the beginning of each go.
fn grant(waiters: usize) -> f64 {
    runtime().block_on(async {
        let client = client(Server { pauses: false }, RateLimit::new(1, Duration::ZERO));
        let before = cpu::of_this_thread();
        for _ in 0..CALLS / waiters {
            let calls: Vec<_> = (0..waiters).map(|_| tokio::spawn(call(client.clone()))).collect();
            for call in calls {
                call.await.unwrap().unwrap();
            }
        }
        (cpu::of_this_thread() - before).as_secs_f64() * 1e6 / amount(CALLS)
    })
}

/// CPU ms of a second, of those in which nearly everybody only waits.
fn second_of_pauses(waiters: usize) -> f64 {
    const SECONDS: u64 = 4;
    runtime().block_on(async {
        let client = client(Server { pauses: true }, RateLimit::per_second(5));
        let calls: Vec<_> = (0..waiters).map(|_| tokio::spawn(call(client.clone()))).collect();
        // All are in the queue.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (before, begin) = (cpu::of_this_thread(), Instant::now());
        tokio::time::sleep(Duration::from_secs(SECONDS)).await;
        let time = (cpu::of_this_thread() - before).as_secs_f64() * 1e3;
        for call in &calls {
            call.abort();
        }
        time / begin.elapsed().as_secs_f64()
    })
}
