//! What an order and a read know when a line of the answer's header is malformed, to the byte.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

#[path = "../../http-core/tests/common/server.rs"]
mod server;

use aparat_api::{Client, Effect, Kind, OrderKind, RetryPolicy};
use server::{Play, Server};

const LINK: &str = "https://www.aparat.com/v/abcd";
const PLACED: &str = r#"{"status":true,"message":"ok","uniqid":"o-1"}"#;
const BALANCE: &str = r#"{"status":true,"message":"ok","balance":1500}"#;

fn to(server: &Server) -> Client {
    Client::builder("not-a-real-token")
        .base_url(server.url())
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

fn answer(lines: &str, body: &str) -> Play {
    let length = body.len();
    Play::Answer(format!("HTTP/1.1 200 OK\r\n{lines}Content-Length : {length}\r\n\r\n{body}").into_bytes())
}

#[tokio::test]
async fn the_answer_counts() {
    for lines in [
        "",
        "Set-Cookie : a=b\r\n",
        "PHP Warning:  Undefined variable $x in /srv/api.php on line 3\r\n",
        "Set-Cookie: waf=\u{1}\u{2}\r\n",
        "X-A: one\r\n\ttwo\r\n",
        "<br />\r\n",
    ] {
        let server = Server::start([answer(lines, PLACED)]).await;
        let order = to(&server).order(OrderKind::Like, LINK, 100).await.unwrap();
        assert_eq!(order.id(), Some("o-1"), "{lines:?}");
        assert_eq!(
            (server.connections(), server.requests().len()),
            (1, 1),
            "{lines:?}"
        );

        let server = Server::start([answer(lines, BALANCE)]).await;
        let account = to(&server).account().await.unwrap();
        assert_eq!(account.balance(), Some(1500), "{lines:?}");
        assert_eq!(
            (server.connections(), server.requests().len()),
            (1, 1),
            "{lines:?}"
        );
    }
}

/// The length is that of the text before it was cut into chunks.
#[tokio::test]
async fn an_answer_whose_end_is_misread_is_unknown() {
    let (length, chunk) = (PLACED.len(), format!("{:x}", PLACED.len()));
    let bytes = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\u{1}\r\nContent-Length: {length}\r\n\r\n{chunk}\r\n{PLACED}\r\n0\r\n\r\n"
    );
    let server = Server::start([Play::Answer(bytes.into_bytes()), answer("", BALANCE)]).await;
    let client = to(&server);
    let error = client.order(OrderKind::Like, LINK, 100).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Decode, Effect::Unknown));
    assert_eq!(client.account().await.unwrap().balance(), Some(1500));
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}
