//! Answers whose header has a malformed line, to the byte: the answer counts, and where it ends is never guessed.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::server::{Play, Server};
use common::{LOOK, WRITE, build, builder, call};
use payvand_http_core::{Effect, HttpClient, Kind, RetryPolicy};

fn to(server: &Server) -> HttpClient {
    build(builder(&server.url()).retry(RetryPolicy::never()))
}

const ANSWER: &str = "uniqid=o-42";

/// Each is passed over, or read as it was meant.
const MALFORMED: &[&str] = &[
    // space before the colon
    "Set-Cookie : a=b\r\n",
    "Set-Cookie\t: a=b\r\n",
    // no name, or none that a header can have
    "PHP Warning:  Undefined variable $x in /srv/order.php on line 3\r\n",
    "<b>Warning</b>: a in <b>b</b> on line <b>3</b><br />\r\n",
    "Set Cookie : a=b\r\n",
    "X-\u{1}A: b\r\n",
    "سرآیند: b\r\n",
    ": b\r\n",
    // no colon
    "Notice\r\n",
    "<br />\r\n",
    "HTTP/1.1 200 OK\r\n",
    // a control character
    "Set-Cookie: waf=\u{1}\u{2}; path=/\r\n",
    "Set-Cookie: \u{7f}\r\n",
    "X-A:\u{b}b\r\n",
    // folded
    "X-A: one\r\n two\r\n\tthree\r\n",
    "X-A:\r\n one\r\n",
    "X-A: one\r\n \r\n",
    "PHP Warning: one\r\n two: three\r\n",
    "Set-Cookie: \u{1}\r\n two: three\r\n",
    // ends
    "X-A: b\n",
    "Notice\n",
];

#[tokio::test]
async fn a_malformed_line_loses_no_answer() {
    let length = format!("content-length: {}\r\n", ANSWER.len());
    for line in MALFORMED {
        for head in [format!("{line}{length}"), format!("{length}{line}")] {
            let play = Play::Answer(format!("HTTP/1.1 200 OK\r\n{head}\r\n{ANSWER}").into_bytes());
            let server = Server::start([play]).await;
            for operation in [&WRITE, &LOOK] {
                let answer = call(&to(&server), operation, None).await;
                assert_eq!(answer.unwrap(), ANSWER, "{head:?}");
            }
            assert_eq!(server.requests().len(), 2, "{head:?}");
        }
    }
    // Indented, a line belongs to the one before it, and so cannot come after the length.
    let head = format!("HTTP/1.1 200 OK\r\n X-A: b\r\n{length}\r\n{ANSWER}");
    let server = Server::start([Play::Answer(head.into_bytes())]).await;
    assert_eq!(call(&to(&server), &WRITE, None).await.unwrap(), ANSWER);
}

#[tokio::test]
async fn a_framing_header_with_a_space_counts() {
    for head in [
        "Content-Length : 3\r\n\r\n{}",
        "Content-Length\t : 3\r\n\r\n{}",
        "Content-Length:\r\n 3\r\n\r\n{}",
        "PHP Warning: x\r\nContent-Length : 3\r\n\r\n{}",
        "Transfer-Encoding : chunked\r\n\r\n3\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding\t: chunked\r\n\r\n3\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n chunked\r\n\r\n3\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\nContent-Length : 3\r\n\r\n3\r\n{}\r\n0\r\n\r\n",
        "Content-Length : 1\r\nTransfer-Encoding : chunked\r\n\r\n3\r\n{}\r\n0\r\n\r\n",
    ] {
        let play =
            |body| Play::Answer(format!("HTTP/1.1 200 OK\r\n{}", head.replace("{}", body)).into_bytes());
        let server = Server::start(["one", "two", "six"].map(play)).await;
        let client = to(&server);
        for body in ["one", "two", "six"] {
            assert_eq!(call(&client, &LOOK, None).await.unwrap(), body, "{head:?}");
        }
        assert_eq!(server.connections(), 1, "{head:?}");
    }
}

/// Framing headers that cannot be read, so that nothing says where the answer ends but the end of the connection.
const WITHOUT_END: &[&str] = &[
    "Content-Length: 3\u{1}\r\n\r\none",
    "Content-Length\u{1}: 3\r\n\r\none",
    "Content Length: 3\r\n\r\none",
    " Content-Length: 3\r\n\r\none",
    "Content-Length 3\r\n\r\none",
    "Transfer-Encoding: chunked\u{b}\r\n\r\n3\r\none\r\n0\r\n\r\n",
    "Transfer-Encoding: \u{1}chunked\r\n\r\n3\r\none\r\n0\r\n\r\n",
    "\u{1}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n",
];

#[tokio::test]
async fn an_answer_without_readable_end_is_never_taken_for_whole() {
    for head in WITHOUT_END {
        let open = Play::Answer(format!("HTTP/1.1 200 OK\r\n{head}").into_bytes());
        let server = Server::start([open.clone(), open, Play::ok("fine")]).await;
        let client = to(&server);
        for (operation, effect) in [(&WRITE, Effect::Unknown), (&LOOK, Effect::None)] {
            let error = call(&client, operation, Some(Duration::from_millis(300)))
                .await
                .unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Timeout, effect),
                "{head:?}"
            );
        }
        assert_eq!(call(&client, &LOOK, None).await.unwrap(), "fine", "{head:?}");
        assert_eq!(server.connections(), 3, "{head:?}");
    }
}

#[tokio::test]
async fn what_an_unreadable_framing_header_leaves_behind_is_no_answer_to_the_next_call() {
    const OTHER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong";
    for hidden in [
        "Transfer-Encoding: chunked\u{1}",
        "Transfer-Encoding: \u{b}chunked",
        "Transfer-Encoding\u{1}: chunked",
        "Transfer Encoding: chunked",
    ] {
        let head =
            format!("HTTP/1.1 200 OK\r\n{hidden}\r\ncontent-length: 3\r\n\r\n3\r\none\r\n0\r\n\r\n{OTHER}");
        for _ in 0..20 {
            let server = Server::start([Play::Answer(head.clone().into_bytes()), Play::ok("fine")]).await;
            let client = to(&server);
            let _ = call(&client, &LOOK, None).await;
            for operation in [&LOOK, &WRITE] {
                assert_eq!(call(&client, operation, None).await.unwrap(), "fine", "{head:?}");
            }
            assert_eq!(
                (server.connections(), server.requests().len()),
                (3, 3),
                "{head:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_header_that_two_readers_would_end_in_two_places_stays_an_error() {
    for line in [
        "X-A: b\0c\r\n",
        "X\0A: b\r\n",
        "\0\r\n",
        "PHP Warning: a\0b\r\n",
        "X-A: b\rContent-Length: 1\r\n",
        "PHP Warning: b\rContent-Length: 1\r\n",
        "Content-Length : 1\r\n",
        "Content-Length: one\r\n",
    ] {
        let length = format!("content-length: {}\r\n", ANSWER.len());
        for head in [format!("{line}{length}"), format!("{length}{line}")] {
            let broken = Play::Answer(format!("HTTP/1.1 200 OK\r\n{head}\r\n{ANSWER}").into_bytes());
            let server = Server::start([broken.clone(), broken, Play::ok("fine")]).await;
            let client = to(&server);
            for (operation, effect) in [(&WRITE, Effect::Unknown), (&LOOK, Effect::None)] {
                let error = call(&client, operation, None).await.unwrap_err();
                assert_eq!(
                    (error.kind(), error.effect()),
                    (Kind::Interrupted, effect),
                    "{head:?}"
                );
            }
            assert_eq!(call(&client, &LOOK, None).await.unwrap(), "fine", "{head:?}");
            assert_eq!(
                (server.connections(), server.requests().len()),
                (3, 3),
                "{head:?}"
            );
        }
    }
}
