//! The default transport over real sockets: what is sent, what is known if it fails, which connection is used.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::net::TcpListener as StdListener;
use std::time::Duration;

use common::server::{Play, Server};
use common::{READ, TOKEN, WRITE, build, builder, call};
use payvand_http_core::{Effect, HttpClient, HttpClientBuilder, Kind, Operation, RetryPolicy};
#[cfg(target_os = "linux")]
use tokio::{
    net::{TcpSocket, TcpStream},
    time::Instant,
};

fn quick(base_url: &str) -> HttpClientBuilder {
    builder(base_url)
        .timeout(Duration::from_secs(20))
        .retry(RetryPolicy::new(3).backoff(Duration::ZERO, Duration::ZERO))
}

fn to(server: &Server) -> HttpClient {
    build(quick(&server.url()))
}

/// An address where nobody listens.
fn nobody() -> String {
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn the_request_is_as_plain_as_it_can_be() {
    let server = Server::start([Play::ok("fine")]).await;
    for operation in [&READ, &WRITE] {
        assert_eq!(call(&to(&server), operation, None).await.unwrap(), "fine");
    }
    let request = |path: &str| {
        format!(
            "GET /{path}?token={TOKEN} HTTP/1.1\r\nuser-agent: test/1.0\r\naccept: */*\r\nhost: {}\r\n\r\n",
            server.host()
        )
    };
    // With `gzip` the client says that it takes it, and nothing else.
    let seen: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.replace("accept-encoding: gzip\r\n", ""))
        .collect();
    assert_eq!(seen, [request("read.php"), request("write.php")]);
}

#[tokio::test]
async fn connection_refused_is_known_to_have_sent_nothing() {
    let client = build(quick(&nobody()));
    for operation in [&READ, &WRITE] {
        let error = call(&client, operation, None).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
        assert_eq!((error.attempts(), error.is_retryable()), (3, true));
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_known_to_have_sent_nothing() {
    // A label of more than 63 letters: the resolver refuses it without asking anyone.
    let client = build(quick(&format!("https://{}.test", "a".repeat(64))).retry(RetryPolicy::never()));
    let error = call(&client, &WRITE, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
}

#[cfg(target_os = "linux")]
/// A listener whose queue is full: the kernel drops new connections, as a firewall does.
struct BlackHole {
    url: String,
    _listener: tokio::net::TcpListener,
    _queued: Vec<TcpStream>,
}

#[cfg(target_os = "linux")]
impl BlackHole {
    async fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        // The queue accepts one more than its size. On a busy machine a late connection may still be accepted.
        loop {
            let attempt = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address));
            match attempt.await {
                Ok(stream) => queued.push(stream.unwrap()),
                Err(_) if queued.len() >= 2 => break,
                Err(_) => {}
            }
        }
        Self {
            url: format!("http://{address}"),
            _listener: listener,
            _queued: queued,
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_that_drops_everything_is_known_to_have_sent_nothing() {
    let hole = BlackHole::new().await;
    // Nothing ever arrives from there, so the clock may jump from timer to timer.
    tokio::time::pause();
    let default = build(builder(&hole.url));
    let patient = build(builder(&hole.url).connect_timeout(Duration::from_secs(3600)));
    let short = build(builder(&hole.url).timeout(Duration::from_millis(500)));
    for (client, own, attempts) in [
        (&default, None, 3),
        (&default, Some(Duration::from_secs(5)), 3),
        (&default, Some(Duration::MAX), 3),
        (&patient, None, 3),
        (&patient, Some(Duration::from_millis(50)), 3),
        (&short, Some(Duration::from_millis(500)), 3),
        (&short, Some(Duration::from_millis(499)), 3),
        (&short, Some(Duration::from_secs(20)), 3),
    ] {
        for operation in [&READ, &WRITE] {
            let before = Instant::now();
            let error = call(client, operation, own).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Connect, Effect::None),
                "{own:?}: {error}"
            );
            assert!(error.attempts() <= attempts, "{error}");
            // Tokio's clock wakes at whole milliseconds.
            let latest = own
                .unwrap_or(Duration::from_secs(30))
                .saturating_add(Duration::from_millis(1));
            assert!(before.elapsed() <= latest, "{own:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_connect_timeout_is_held() {
    let hole = BlackHole::new().await;
    tokio::time::pause();
    let client = build(
        builder(&hole.url)
            .connect_timeout(Duration::from_secs(2))
            .retry(RetryPolicy::never()),
    );
    let before = Instant::now();
    let error = call(&client, &WRITE, None).await.unwrap_err();
    assert_eq!(before.elapsed().as_secs(), 2);
    assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
}

/// Every failure after the request may have left.
fn broken() -> Vec<Play> {
    let mut broken = vec![Play::CloseUnread, Play::Close, Play::Reset];
    broken.extend(
        [
            "\0\0\0\0",
            "SSH-2.0-OpenSSH_9.6\r\n",
            "HTTP/1.1",
            "HTTP/1.1 200 OK\r\ncontent-le",
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\":true}",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nf\r\n{\"status\":true}\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{\"status\":true}\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nfine",
            "HTTP/1.1 100 Continue\r\n\r\n",
        ]
        .map(Play::last),
    );
    broken
}

#[tokio::test]
async fn whatever_breaks_later_is_unknown_and_sent_once_on_one_connection() {
    for play in broken() {
        let server = Server::start([play.clone(), Play::ok("fine")]).await;
        let error = call(&to(&server), &WRITE, None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Interrupted, Effect::Unknown),
            "{play:?}: {error}"
        );
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        assert_eq!(server.connections(), 1, "{play:?}");
        assert!(server.requests().len() <= 1, "{play:?}");
        let printed = format!("{error:?}{error}");
        assert!(!printed.contains(&TOKEN[..8]), "{printed}");
        // The URL is not in it at all.
        assert!(!printed.contains("write.php"), "{printed}");
    }
}

#[tokio::test]
async fn whatever_breaks_later_is_tried_again_where_that_is_harmless() {
    for play in broken() {
        let server = Server::start([play.clone(), Play::ok("fine")]).await;
        assert_eq!(call(&to(&server), &READ, None).await.unwrap(), "fine", "{play:?}");
        assert_eq!(server.connections(), 2, "{play:?}");
    }
}

#[tokio::test]
async fn a_status_that_came_before_the_break_is_kept() {
    let half = "HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nhalf";
    let server = Server::start([Play::last(half)]).await;
    let error = call(&to(&server), &WRITE, None).await.unwrap_err();
    assert_eq!(error.http_status().unwrap(), 202);
    assert_eq!(
        (error.kind(), error.effect()),
        (Kind::Interrupted, Effect::Unknown)
    );
}

#[tokio::test]
async fn silence_is_unknown_when_the_time_is_up() {
    for play in [
        Play::Hang,
        Play::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
    ] {
        let server = Server::start([play]).await;
        let error = call(&to(&server), &WRITE, Some(Duration::from_millis(150)))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::Unknown));
        assert_eq!((server.connections(), server.requests().len()), (1, 1));
    }
}

#[tokio::test]
async fn the_cap_counts_received_bytes_and_not_the_content_length() {
    let body = "0123456789";
    let chunked =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n";
    let until_closed = format!("HTTP/1.1 200 OK\r\n\r\n{body}");
    let promised = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n{body}");
    for (play, fits) in [
        (Play::ok(body), true),
        (Play::last(chunked), true),
        (Play::last(until_closed), true),
        (Play::last(promised), false),
    ] {
        let server = Server::start([play.clone()]).await;
        let exact = build(quick(&server.url()).max_body_size(10));
        assert_eq!(
            call(&exact, &WRITE, None).await.ok().as_deref(),
            fits.then_some(body),
            "{play:?}"
        );
        let small = build(quick(&server.url()).max_body_size(9));
        let error = call(&small, &WRITE, None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::TooLarge, Effect::Unknown),
            "{play:?}"
        );
        assert_eq!(error.http_status().unwrap(), 200);
    }
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn the_cap_counts_decompressed_bytes() {
    const MEBIBYTE: usize = 1024 * 1024;
    let packed = include_bytes!("fixtures/mebibyte_of_x.gz");
    let head = |length: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n").into_bytes()
    };
    let whole = Play::Answer([head(packed.len()).as_slice(), packed].concat());
    let server = Server::start([whole]).await;
    let answer = call(&build(quick(&server.url()).max_body_size(MEBIBYTE)), &WRITE, None).await;
    assert_eq!(answer.unwrap().len(), MEBIBYTE);
    let small = build(quick(&server.url()).max_body_size(MEBIBYTE - 1));
    let error = call(&small, &WRITE, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::TooLarge, Effect::Unknown));

    for broken in [&packed[..packed.len() / 2], b"not gzip at all"] {
        let server = Server::start([Play::Answer([head(broken.len()).as_slice(), broken].concat())]).await;
        let error = call(&to(&server), &WRITE, None).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Decode, Effect::Unknown));
        assert_eq!((error.attempts(), server.connections()), (1, 1));
    }
}

#[tokio::test]
async fn an_endless_body_is_left_at_the_cap() {
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    endless.extend(chunk.repeat(200).into_bytes());
    // No last chunk: only the cap ends it.
    let server = Server::start([Play::Answer(endless)]).await;
    let client = build(quick(&server.url()).max_body_size(1024 * 1024));
    let error = call(&client, &READ, None).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::TooLarge, 1));
}

#[tokio::test]
async fn redirects_are_answers() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let elsewhere = Server::start([Play::ok("fine")]).await;
        let location = format!("location: {}/?token={TOKEN}\r\n", elsewhere.url());
        let server = Server::start([Play::answer(status, &location, "")]).await;
        for operation in [&READ, &WRITE] {
            let error = call(&to(&server), operation, None).await.unwrap_err();
            assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
            assert_eq!(error.attempts(), 1);
            assert!(!format!("{error:?}").contains(TOKEN));
        }
        assert_eq!(server.requests().len(), 2);
        assert_eq!(elsewhere.connections(), 0, "{status}");
    }
}

async fn connections_for(operations: &[&'static Operation], fresh: bool) -> usize {
    let server = Server::start([Play::ok("fine")]).await;
    let client = build(builder(&server.url()).fresh_connections(fresh));
    for operation in operations {
        call(&client, operation, None).await.unwrap();
    }
    assert_eq!(server.requests().len(), operations.len());
    server.connections()
}

#[tokio::test]
async fn harmless_calls_share_a_connection_and_never_with_the_others() {
    for fresh in [false, true] {
        assert_eq!(connections_for(&[&READ; 5], fresh).await, 1);
        assert_eq!(connections_for(&[&WRITE, &READ, &READ], fresh).await, 2);
        assert_eq!(connections_for(&[&READ, &WRITE, &READ], fresh).await, 2);
    }
    assert_eq!(connections_for(&[&WRITE; 5], true).await, 5);
    assert_eq!(connections_for(&[&READ, &WRITE, &READ, &WRITE], true).await, 3);
}

#[tokio::test]
async fn after_a_pause_a_call_that_is_not_idempotent_gets_a_fresh_connection() {
    let server = Server::start([Play::ok("fine")]).await;
    let client = to(&server);
    for connections in 1..=3 {
        call(&client, &WRITE, None).await.unwrap();
        assert_eq!(server.connections(), connections);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn calls_that_have_the_same_time_share_a_connection() {
    let server = Server::start([Play::ok("fine")]).await;
    let client = build(builder(&server.url()).timeout(Duration::from_secs(20)));
    let own = Duration::from_secs;
    for (timeout, connections) in [
        (None, 1),
        (Some(own(20)), 1),
        (Some(own(4)), 2),
        (None, 2),
        (Some(own(9)), 2),
    ] {
        for _ in 0..3 {
            call(&client, &READ, timeout).await.unwrap();
            assert_eq!(server.connections(), connections, "{timeout:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_closes_after_each_answer_leaves_no_order_on_a_fresh_connection_in_doubt() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine";
    let server = Server::start([Play::last(answer)]).await;
    let client = build(builder(&server.url()).fresh_connections(true));
    for _ in 0..100 {
        assert_eq!(call(&client, &WRITE, None).await.unwrap(), "fine");
    }
    assert_eq!((server.connections(), server.requests().len()), (100, 100));
}
