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

#[cfg(feature = "blocking")]
mod blocking {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, mpsc};
    use std::thread;

    use payvand_http_core::bytes::Bytes;
    use payvand_http_core::http::{Request, Response};
    use payvand_http_core::{
        CallOptions, Effect, Error, Kind, RateLimit, Transport, TransportError, async_trait,
    };

    use super::*;
    use crate::common::{LOOK, Refused};

    fn wait(
        client: &HttpClient,
        operation: &'static Operation,
        timeout: Option<Duration>,
    ) -> Result<String, Error<Refused>> {
        let of_call = client.clone();
        let made = async move { call(&of_call, operation, timeout).await };
        client.wait(operation, operation.semantics, timeout, made)
    }

    #[test]
    fn a_call_can_be_waited_for_on_every_thread() {
        let setup = Setup::new();
        let waited = || wait(&setup.client, &WRITE, None).unwrap();
        thread::scope(|scope| {
            // Beside runtimes that come and go, and the calls that are awaited there.
            let beside = scope.spawn(|| (0..30).for_each(|_| setup.call(&runtime(), &READ)));
            for thread in (0..64).map(|_| scope.spawn(waited)).collect::<Vec<_>>() {
                assert_eq!(thread.join().unwrap(), "fine");
            }
            beside.join().unwrap();
        });
        assert_eq!(runtime().block_on(async { waited() }), "fine");
        let several = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let client = setup.client.clone();
        let in_tasks: Vec<_> = (0..4)
            .map(|_| {
                let client = client.clone();
                several.spawn(async move { wait(&client, &WRITE, None) })
            })
            .collect();
        for task in in_tasks {
            assert_eq!(several.block_on(task).unwrap().unwrap(), "fine");
        }
        // Its runtime ends meanwhile.
        let (sender, outcome) = mpsc::channel();
        several.spawn_blocking(move || sender.send(wait(&client, &WRITE, None)));
        several.shutdown_background();
        assert_eq!(outcome.recv().unwrap().unwrap(), "fine");
        assert_eq!(setup.server.requests().len(), 64 + 30 + 1 + 4 + 1);
    }

    /// The thread that makes the calls is one, and a test stalls it.
    static ALONE: Mutex<()> = Mutex::new(());

    #[test]
    fn a_deadline_that_passes_says_what_is_certain() {
        let _alone = ALONE.lock();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.unwrap();
        let server = runtime.block_on(Server::start([Play::Hang]));
        let builder = || builder(&server.url()).timeout(Duration::from_millis(500));
        let client = build(builder().rate_limit(RateLimit::per_second(1)));
        let error = wait(&client, &WRITE, None).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::Unknown));
        assert_eq!(error.attempts(), 1);
        let error = wait(&client, &WRITE, None).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
        let error = wait(&build(builder()), &LOOK, None).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
        assert_eq!(server.requests().len(), 2);
    }

    /// Blocks the thread that it is polled on until it is told, or panics.
    #[derive(Clone)]
    struct Blocking {
        sent: Arc<AtomicUsize>,
        may_go_on: Arc<Mutex<mpsc::Receiver<()>>>,
    }

    #[async_trait]
    impl Transport for Blocking {
        async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
            self.sent.fetch_add(1, Ordering::SeqCst);
            let waited = self.may_go_on.lock().unwrap().recv();
            assert!(waited.is_ok(), "a panic of the transport");
            Ok(Response::new("fine".into()))
        }
    }

    #[test]
    fn a_call_that_is_given_up_is_unknown_unless_it_never_began() {
        let _alone = ALONE.lock();
        let (go_on, may_go_on) = mpsc::channel();
        let transport = Blocking {
            sent: Arc::default(),
            may_go_on: Arc::new(Mutex::new(may_go_on)),
        };
        let client = build(builder("https://provider.test").transport(transport.clone()));
        let short = Some(Duration::from_millis(50));
        // The first stalls the thread of them all, so the second never begins.
        for (effect, attempts) in [(Effect::Unknown, 1), (Effect::None, 0)] {
            let error = wait(&client, &WRITE, short).unwrap_err();
            assert_eq!((error.kind(), error.effect()), (Kind::Timeout, effect));
            assert_eq!(
                (error.attempts(), transport.sent.load(Ordering::SeqCst)),
                (attempts, 1)
            );
        }
        go_on.send(()).unwrap();
        go_on.send(()).unwrap();
        assert_eq!(wait(&client, &WRITE, None).unwrap(), "fine");
        assert_eq!(transport.sent.load(Ordering::SeqCst), 2);

        drop(go_on);
        let error = wait(&client, &WRITE, None).unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "it panicked");
        assert_eq!(transport.sent.load(Ordering::SeqCst), 3);
    }
}
