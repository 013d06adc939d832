//! A call's address holds the token of some providers and the links of all: no error and no log line says it.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;

use std::net::SocketAddr;
use std::time::Duration;

use payvand_harness::Failure;
use payvand_leak_tests::tls::{Identity, TlsServer};
use payvand_leak_tests::{LeakSearch, Listener, Reply};

use client::{ASK, ORDER, QUERY, build, builder, call};

#[tokio::test]
async fn the_address_of_a_call_shows_nowhere() {
    // No secret of the client, so nothing takes it out but what keeps addresses away.
    let search = LeakSearch::start([("the query", QUERY)], []);
    let raw = |text: &str| Reply::Answer(text.to_owned());
    let mut listeners = Vec::new();
    for reply in [
        Reply::Nothing,
        raw("not HTTP at all\r\n\r\n"),
        raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"),
        raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n"),
        raw("HTTP/1.1 302 Found\r\nlocation: http://[::1/\r\ncontent-length: 0\r\n\r\n"),
        Reply::answer(200, &"x".repeat(200)),
        Reply::answer(500, ""),
    ] {
        listeners.push(Listener::start(move |_| reply.clone()).await);
    }
    let gone = Listener::start(|_| Reply::Nothing).await.address();
    let tls = TlsServer::start(Identity::self_signed("localhost"), gone).await;
    let http = |address: SocketAddr| format!("http://{address}");
    let mut addresses: Vec<String> = listeners.iter().map(|it| http(it.address())).collect();
    addresses.extend([
        http(gone),
        http(tls.address()),
        "https://provider.invalid".to_owned(),
        format!("https://localhost:{}", tls.address().port()),
    ]);

    let patience = Duration::from_secs(10);
    for base_url in addresses {
        let http = build(builder(&base_url).timeout(patience).max_body_size(100));
        for operation in [&ASK, &ORDER] {
            let error = call(&http, operation).await.expect_err(&base_url);
            search.saw_all(&base_url, Failure::of(&error).texts);
        }
    }
    let leaks = search.leaks();
    assert_eq!(leaks, []);
}
