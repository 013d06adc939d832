//! Which connections calls leave on that are not idempotent, and what becomes of them where servers end connections.

#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Refused, WRITE, build, builder};
use payvand_http_core::{Effect, HttpClient, Outgoing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// How long the news that a connection was closed is under way. What arrives meanwhile is not read any more.
const FLIGHT: Duration = Duration::from_millis(300);

/// How a server ends its connections.
#[derive(Debug, Clone)]
enum Ending {
    /// Once they were idle for some milliseconds of this range.
    Idle(Range<u64>),
    /// With this request, whose answer says so.
    Announced(usize),
    /// With this request, and without a word.
    Silent(usize),
}

/// Notes which requests it has carried out.
struct Server {
    url: String,
    connections: AtomicUsize,
    made: Mutex<HashMap<usize, usize>>,
}

impl Server {
    async fn start(ending: Ending) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            connections: AtomicUsize::new(0),
            made: Mutex::default(),
        });
        let shared = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = shared.connections.fetch_add(1, Ordering::SeqCst);
                let (shared, ending) = (Arc::clone(&shared), ending.clone());
                tokio::spawn(async move { shared.serve(stream, &ending, number).await });
            }
        });
        server
    }

    async fn serve(&self, mut stream: TcpStream, ending: &Ending, number: usize) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        for turn in 1.. {
            let limit = match ending {
                Ending::Idle(range) => Duration::from_millis(spread(number, range)),
                _ => Duration::MAX,
            };
            let Ok(request) = timeout(limit, read(&mut stream)).await else {
                if timeout(FLIGHT, stream.readable()).await.is_ok() {
                    // Closed with something unread, or without lingering, it is reset.
                    stream.set_zero_linger().ok()?;
                }
                return None;
            };
            let id = request?.split_once("?id=")?.1.split_once(' ')?.0.parse().ok()?;
            *self.made.lock().unwrap().entry(id).or_default() += 1;
            let is_last = matches!(ending, Ending::Announced(last) | Ending::Silent(last) if turn == *last);
            let announces = is_last && matches!(ending, Ending::Announced(_));
            let close = if announces { "connection: close\r\n" } else { "" };
            let answer = format!("HTTP/1.1 200 OK\r\n{close}content-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.ok()?;
            if is_last {
                break;
            }
        }
        Some(())
    }
}

/// A request without a body, if one comes.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut bytes = [0; 1024];
        match stream.read(&mut bytes).await {
            Ok(n @ 1..) => request.extend_from_slice(&bytes[..n]),
            _ => return None,
        }
    }
    String::from_utf8(request).ok()
}

/// A number of a range, another for each number, the same in every run.
fn spread(number: usize, range: &Range<u64>) -> u64 {
    let mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    range.start + mixed % (range.end - range.start)
}

/// What became of many calls.
#[derive(Debug)]
struct Outcome {
    calls: usize,
    connections: usize,
    doubts: usize,
}

/// Each client makes its calls one after the other; every second one after a pause of at most this number of milliseconds.
struct Plan {
    clients: usize,
    calls: usize,
    longest_pause: u64,
}

impl Plan {
    async fn play(&self, ending: Ending, fresh: bool) -> Outcome {
        let server = Server::start(ending.clone()).await;
        let tasks: Vec<_> = (0..self.clients)
            .map(|client| {
                let http = build(builder(&server.url).fresh_connections(fresh));
                let (calls, pauses) = (self.calls, 0..self.longest_pause + 1);
                tokio::spawn(async move {
                    let mut failed = Vec::new();
                    for id in client * calls..(client + 1) * calls {
                        if let Err(effect) = call(&http, id).await {
                            failed.push((id, effect));
                        }
                        if id % 2 == 1 && pauses.end > 1 {
                            sleep(Duration::from_millis(spread(id, &pauses))).await;
                        }
                    }
                    failed
                })
            })
            .collect();
        let mut failed = HashMap::new();
        for task in tasks {
            failed.extend(task.await.unwrap());
        }
        let made = server.made.lock().unwrap();
        let calls = self.clients * self.calls;
        for id in 0..calls {
            let times = made.get(&id).copied().unwrap_or_default();
            match failed.get(&id) {
                None => assert_eq!(times, 1, "{id} succeeded"),
                Some(Effect::None) => assert_eq!(times, 0, "{id} had no effect"),
                Some(Effect::Unknown) => assert!(times <= 1, "{id} was made {times} times"),
            }
        }
        let doubts = failed
            .values()
            .filter(|effect| **effect == Effect::Unknown)
            .count();
        assert_eq!(doubts, failed.len(), "a server was there all the time");
        let outcome = Outcome {
            calls,
            connections: server.connections.load(Ordering::SeqCst),
            doubts,
        };
        println!("{ending:?}, fresh: {fresh}: {outcome:?}");
        outcome
    }

    /// With connections that are kept for a moment, and with fresh ones.
    async fn both(&self, ending: Ending) -> [Outcome; 2] {
        tokio::join!(self.play(ending.clone(), false), self.play(ending, true)).into()
    }
}

async fn call(http: &HttpClient, id: usize) -> Result<(), Effect> {
    let mut url = http.url(&WRITE);
    url.query_pairs_mut().append_pair("id", &id.to_string());
    let request = Outgoing::new(WRITE.method.clone(), url).unwrap();
    let outcome = http.call::<_, Refused>(&WRITE, request, http.deadline(None), |_| Ok(()));
    outcome.await.map_err(|error| error.effect())
}

async fn no_more_doubts_than_with_fresh_ones(plan: Plan, ending: Ending) {
    let [kept, fresh] = plan.both(ending).await;
    assert_eq!((kept.doubts, fresh.doubts), (0, 0));
    assert_eq!(fresh.connections, fresh.calls);
    assert!(kept.connections < kept.calls, "none was shared");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_server_may_be_closing_carries_no_call() {
    // Far above 250 ms, because on a busy machine a request may leave seconds late.
    let plan = Plan {
        clients: 100,
        calls: 4,
        longest_pause: 4900,
    };
    no_more_doubts_than_with_fresh_ones(plan, Ending::Idle(4000..4300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_end_is_announced_carries_no_more_calls() {
    let plan = Plan {
        clients: 20,
        calls: 30,
        longest_pause: 0,
    };
    no_more_doubts_than_with_fresh_ones(plan, Ending::Announced(3)).await;
}

/// Some calls may be in doubt: how many depends on the moment. None is made twice.
#[tokio::test(flavor = "multi_thread")]
async fn where_connections_end_without_a_word_no_call_is_made_twice() {
    let plan = Plan {
        clients: 20,
        calls: 30,
        longest_pause: 0,
    };
    let [kept, fresh] = plan.both(Ending::Silent(3)).await;
    assert_eq!(fresh.doubts, 0);
    assert!(kept.connections < kept.calls, "none was shared");
}

/// 100,000 calls of each kind take minutes: `cargo test --release -p payvand-http-core --test connections -- --ignored
/// --nocapture` on a quiet machine. On a busy one some calls may be in doubt that the server's limit puts there, because its time
/// goes on while an answer and a request are under way.
mod of_100_000_calls {
    use super::*;

    fn plan(longest_pause: u64) -> Plan {
        Plan {
            clients: 400,
            calls: 250,
            longest_pause,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "takes minutes"]
    async fn idle_connections_end_after_1_to_5_seconds() {
        no_more_doubts_than_with_fresh_ones(plan(5500), Ending::Idle(1000..5001)).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "takes minutes"]
    async fn the_end_is_announced() {
        no_more_doubts_than_with_fresh_ones(plan(0), Ending::Announced(100)).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "takes minutes"]
    async fn the_end_comes_without_a_word() {
        let [_, fresh] = plan(0).both(Ending::Silent(100)).await;
        assert_eq!(fresh.doubts, 0);
    }
}
