//! The rate limit: exact departures under a paused clock, and what is true under any clock.

#![allow(clippy::unwrap_used, clippy::panic)]

mod callers;
mod order;
mod pauses;
mod shared;

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Method, Request, Response};
use payvand_http_core::{
    CallOptions, Error, ErrorBuilder, HttpClient, Instant, Language, Operation, Outgoing, RateLimit,
    Semantics, Transport, TransportError, async_trait,
};
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

fn read(response: &Response<Bytes>) -> Result<(), ErrorBuilder<NoCode>> {
    match response.status().as_u16() {
        200 => Ok(()),
        _ => Err(ErrorBuilder::status("no success")),
    }
}
