//! `localhost` is this machine, whatever a resolver would say.

#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

mod client;

use std::sync::mpsc;

use client::{ASK, build, builder, call};
use payvand_leak_tests::{Listener, Reply};

/// Names are looked up on threads for what blocks. Here there is one, and it is taken.
#[test]
fn no_resolver_is_asked_for_localhost() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (done, until_done) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || until_done.recv());
    runtime.block_on(async {
        let server = Listener::start(|_| Reply::answer(200, "")).await;
        let proxy = Listener::start(|_| Reply::answer(203, "")).await;
        let base_url = format!("http://LocalHost:{}", server.address().port());
        let direct = build(builder(&base_url));
        assert_eq!(call(&direct, &ASK).await.unwrap(), 200);
        let proxied = build(builder(&base_url).proxy(format!("localhost:{}", proxy.address().port())));
        assert_eq!(call(&proxied, &ASK).await.unwrap(), 203);
        assert_eq!((server.connections(), proxy.connections()), (1, 1));
    });
    drop(done);
}
