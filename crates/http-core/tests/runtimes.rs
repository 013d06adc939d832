//! One client on several runtimes: a connection belongs to the runtime that made it.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Barrier;
use std::time::Duration;

use common::server::{Play, Server};
use common::{READ, WRITE, build, builder, call};
use payvand_http_core::{HttpClient, Operation, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

/// A server on a runtime of its own, and a client that makes one attempt.
struct Setup {
    client: HttpClient,
    server: Server,
    _runtime: Runtime,
}

impl Setup {
    fn new() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(Server::start([Play::ok("fine")]));
        let client = build(
            builder(&server.url())
                .timeout(Duration::from_secs(5))
                .retry(RetryPolicy::never()),
        );
        Self {
            client,
            server,
            _runtime: runtime,
        }
    }

    fn call(&self, runtime: &Runtime, operation: &'static Operation) {
        let answer = runtime.block_on(call(&self.client, operation, None));
        assert_eq!(answer.unwrap(), "fine");
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_call_is_answered_while_the_runtime_of_the_call_before_idles() {
    let setup = Setup::new();
    let (first, second) = (runtime(), runtime());
    for _ in 0..3 {
        for runtime in [&first, &second] {
            setup.call(runtime, &READ);
        }
    }
    assert_eq!(setup.server.connections(), 2, "one each");
    for runtime in [&first, &second] {
        setup.call(runtime, &WRITE);
    }
    assert_eq!(setup.server.requests().len(), 8);
}

/// The number of calls that were answered, of four threads that make this many each, all at once.
fn side_by_side(calls: usize, call: impl Fn(&Runtime) -> bool + Sync) -> usize {
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let runtime = runtime();
                    (0..calls).filter(|_| call(&runtime)).count()
                })
            })
            .collect();
        callers.into_iter().map(|it| it.join().unwrap()).sum()
    })
}

#[test]
fn runtimes_call_side_by_side() {
    let setup = Setup::new();
    let barrier = Barrier::new(4);
    let answered = side_by_side(10, |runtime| {
        let answer = runtime.block_on(call(&setup.client, &READ, None));
        // Nobody drives this runtime while the slower ones make their calls.
        barrier.wait();
        answer.is_ok()
    });
    assert_eq!(answered, 40);
    assert_eq!(setup.server.requests().len(), 40);
    assert_eq!(setup.server.connections(), 4);
}

/// As with a client in a static and a runtime for each test.
#[test]
fn runtimes_end_side_by_side() {
    let setup = Setup::new();
    let answered = side_by_side(100, |_| {
        runtime().block_on(call(&setup.client, &READ, None)).is_ok()
    });
    assert_eq!(answered, 400);
    assert_eq!(setup.server.requests().len(), 400);
}

#[test]
fn a_busy_runtime_keeps_its_connection_however_many_others_there_are() {
    let setup = Setup::new();
    let busy = runtime();
    for _ in 0..100 {
        setup.call(&busy, &READ);
        setup.call(&runtime(), &READ);
    }
    assert_eq!(setup.server.connections(), 1 + 100);
}
