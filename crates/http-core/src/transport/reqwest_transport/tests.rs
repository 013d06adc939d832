//! A host of several addresses, some of which do not answer.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};

use crate::call::outgoing::Outgoing;
use crate::client::HttpClient;
use crate::client::builder::HttpClientBuilder;
use crate::client::retry::RetryPolicy;
use crate::client::shared_rate_limit::{SharedLimitError, SharedPermit, SharedRateLimit};
use crate::error::Error;
use crate::error::code::Code;
use crate::error::kind::{Effect, Kind};
use crate::language::Language;
use crate::operation::{Operation, Semantics};

static ACCOUNT: Operation = Operation::new("test.account", Method::GET, "account", Semantics::Safe);
static ORDER: Operation = Operation::new("test.order", Method::POST, "order", Semantics::NonIdempotent);

/// Nobody listens there.
const NOBODY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
/// Swallows whatever comes, as a firewall does.
const SILENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const LIVING: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// What the names of these tests stand for.
pub(super) fn addresses(name: &str) -> Option<Vec<SocketAddr>> {
    let addresses: &[Ipv4Addr] = match name {
        "silent.test" => &[SILENT, LIVING],
        "silent-twice.test" => &[SILENT, NOBODY, SILENT, LIVING],
        "nobody.test" => &[NOBODY, LIVING],
        "dead.test" => &[SILENT, NOBODY, NOBODY],
        _ => return None,
    };
    Some(addresses.iter().map(|ip| SocketAddr::from((*ip, 0))).collect())
}

#[derive(Debug, Clone, PartialEq)]
struct NoCode;

impl Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        Cow::Borrowed("")
    }
}

/// A living address, and on the same port one that is silent.
struct Host {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    _silent: TcpListener,
    _queued: Vec<TcpStream>,
}

impl Host {
    async fn start() -> Self {
        let living = TcpListener::bind((LIVING, 0)).await.unwrap();
        let port = living.local_addr().unwrap().port();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (opened, heard) = (Arc::clone(&connections), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = living.accept().await {
                opened.fetch_add(1, Ordering::SeqCst);
                let heard = Arc::clone(&heard);
                tokio::spawn(async move {
                    while let Ok(1..) = stream.read(&mut [0; 4096]).await {
                        heard.fetch_add(1, Ordering::SeqCst);
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                        stream.write_all(answer).await.unwrap();
                    }
                });
            }
        });
        let silent = TcpSocket::new_v4().unwrap();
        silent.bind((SILENT, port).into()).unwrap();
        let silent = silent.listen(1).unwrap();
        let mut queued = Vec::new();
        // The queue takes one more than it was made for. Who is late on a busy machine is not yet turned away.
        loop {
            let knock = timeout(Duration::from_millis(200), TcpStream::connect((SILENT, port)));
            match knock.await {
                Ok(stream) => queued.push(stream.unwrap()),
                Err(_) if queued.len() >= 2 => break,
                Err(_) => {}
            }
        }
        Self {
            port,
            connections,
            requests,
            _silent: silent,
            _queued: queued,
        }
    }

    fn builder(&self, name: &str) -> HttpClientBuilder {
        HttpClient::builder(&format!("http://{name}:{}", self.port), "test/1")
            .dangerously_allow_plain_http()
            .retry(RetryPolicy::never())
    }

    fn counted(&self) -> (usize, usize) {
        let [connections, requests] =
            [&self.connections, &self.requests].map(|count| count.load(Ordering::SeqCst));
        (connections, requests)
    }
}

fn build(builder: HttpClientBuilder) -> HttpClient {
    builder.build([]).unwrap()
}

async fn call(
    http: &HttpClient,
    operation: &'static Operation,
    own: Option<Duration>,
) -> Result<u16, Error<NoCode>> {
    let request = Outgoing::new(operation.method.clone(), http.url(operation)).unwrap();
    let request = request.with_body(Bytes::from_static(b"body"));
    http.call(operation, request, http.deadline(own), |response| {
        Ok(response.status().as_u16())
    })
    .await
}

#[tokio::test]
async fn the_next_address_is_tried_in_time_and_one_request_is_sent() {
    let host = Host::start().await;
    let mut calls = 0;
    for name in ["silent.test", "silent-twice.test", "nobody.test"] {
        for (timeout, own) in [(2, None), (5, None), (30, Some(5)), (30, Some(2)), (30, None)] {
            for operation in [&ACCOUNT, &ORDER] {
                let client = build(host.builder(name).timeout(Duration::from_secs(timeout)));
                let answer = call(&client, operation, own.map(Duration::from_secs)).await;
                assert_eq!(answer.unwrap(), 200, "{name} {timeout} {own:?}");
                calls += 1;
                assert_eq!(host.counted().1, calls, "{name} {timeout} {own:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_address_that_stood_is_tried_first_from_then_on() {
    let host = Host::start().await;
    let client = build(host.builder("silent.test").fresh_connections(true));
    for (requests, operation) in [&ORDER, &ORDER, &ACCOUNT, &ACCOUNT].into_iter().enumerate() {
        call(&client, operation, None).await.unwrap();
        // One more to find the address, one for each order, one that both harmless calls share.
        assert_eq!(host.counted(), ((requests + 2).min(4), requests + 1));
    }
}

/// Its permits are for a request that leaves within half a second.
struct SoonOrNever;

#[async_trait]
impl SharedRateLimit for SoonOrNever {
    async fn acquire(&self, _: Instant) -> Result<SharedPermit, SharedLimitError> {
        Ok(SharedPermit::new(()).send_by(Instant::now() + Duration::from_millis(500)))
    }

    async fn pause(&self, _: Duration) {}
}

#[tokio::test]
async fn connecting_ends_before_the_permit_of_a_shared_limit_does() {
    let host = Host::start().await;
    let mut builder = host.builder("dead.test").timeout(Duration::from_secs(30));
    builder.sending.shared_rate_limit = Some(Arc::new(SoonOrNever));
    let client = build(builder);
    let begin = Instant::now();
    let error = call(&client, &ORDER, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn where_no_address_answers_nothing_was_sent() {
    let host = Host::start().await;
    for (timeout, own) in [(2, None), (30, Some(1))] {
        let client = build(host.builder("dead.test").timeout(Duration::from_secs(timeout)));
        for operation in [&ACCOUNT, &ORDER] {
            let error = call(&client, operation, own.map(Duration::from_secs))
                .await
                .unwrap_err();
            assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
        }
    }
    assert_eq!(host.counted(), (0, 0));
}
