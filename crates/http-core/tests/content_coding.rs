//! Answers that came whole and cannot be read: compressed in a way that nobody asked for, or not as they say, and
//! headers beyond number.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod common;

use common::server::{Play, Server};
use common::{LOOK, WRITE, build, builder, call};
use payvand_http_core::{Effect, Kind};

fn answer(status: &str, headers: &str, body: &[u8]) -> Play {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    Play::Answer([head.as_bytes(), body].concat())
}

async fn is_undecodable(play: Play, cause: &str) {
    for (operation, effect) in [(&WRITE, Effect::Unknown), (&LOOK, Effect::None)] {
        let server = Server::start([play.clone()]).await;
        let client = build(builder(&server.url()));
        let error = call(&client, operation, None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, effect),
            "{cause}: {error}"
        );
        assert!(error.to_string().contains(cause), "{error}");
        assert!(!error.to_string().contains("broke"), "{error}");
        assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{cause}");
        assert_eq!(server.requests().len(), 1, "{cause}");
    }
}

#[tokio::test]
async fn a_coding_that_nobody_asked_for_is_named() {
    // Readable or not: no label of these stands over plain text by right.
    for body in [b"\x1b\x05\x00\xf8".as_slice(), b"{\"status\":true}"] {
        for (header, name) in [
            ("content-encoding: br", "`br`"),
            ("content-encoding: zstd", "`zstd`"),
            ("Content-Encoding : ZSTD", "`zstd`"),
            ("content-encoding: deflate", "`deflate`"),
            ("content-encoding: identity, br", "`br`"),
            ("content-encoding: identity\r\ncontent-encoding: br", "`br`"),
        ] {
            is_undecodable(answer("200 OK", &format!("{header}\r\n"), body), name).await;
        }
    }
}

#[tokio::test]
async fn plain_json_that_says_gzip_is_named() {
    let play = answer("200 OK", "content-encoding: gzip\r\n", b"{\"status\":true}");
    is_undecodable(play, "compressed").await;
}

#[tokio::test]
async fn more_header_lines_than_anybody_reads_are_named() {
    let lines = |count: usize| "x-a: b\r\n".repeat(count);
    // The content's length is one of a hundred.
    let server = Server::start([answer("200 OK", &lines(99), b"fine")]).await;
    assert_eq!(
        call(&build(builder(&server.url())), &WRITE, None).await.unwrap(),
        "fine"
    );
    for lines in [
        lines(100),
        lines(10_000),
        format!("x-a: {}\r\n", "b".repeat(1024 * 1024)),
    ] {
        is_undecodable(answer("200 OK", &lines, b"fine"), "100 header lines").await;
    }
}

#[tokio::test]
async fn what_changes_nothing_is_read() {
    for (headers, body) in [
        ("content-encoding: identity\r\n", "fine"),
        ("content-encoding:\r\n", "fine"),
        ("content-encoding: utf-8\r\n", "fine"),
        ("content-encoding: br\r\n", ""),
    ] {
        let server = Server::start([answer("200 OK", headers, body.as_bytes())]).await;
        let read = call(&build(builder(&server.url())), &WRITE, None).await;
        assert_eq!(read.unwrap(), body, "{headers}");
    }
}

#[tokio::test]
async fn a_page_of_a_gateway_stays_one() {
    for status in ["403 Forbidden", "404 Not Found"] {
        let server = Server::start([answer(status, "content-encoding: br\r\n", b"\x1b\x05\x00\xf8")]).await;
        let error = call(&build(builder(&server.url())), &WRITE, None)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Status, Effect::Unknown),
            "{status}"
        );
    }
}

/// Each chunk is a gzip file of its own, and only the first is read.
#[cfg(feature = "gzip")]
#[tokio::test]
async fn gzip_that_goes_on_behind_its_end_is_named() {
    let packed = include_bytes!("fixtures/mebibyte_of_x.gz");
    let mut bytes =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..2 {
        bytes.extend_from_slice(format!("{:x}\r\n", packed.len()).as_bytes());
        bytes.extend_from_slice(packed);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    is_undecodable(Play::Answer(bytes), "compressed").await;
}
