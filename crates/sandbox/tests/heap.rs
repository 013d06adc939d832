//! A client's memory does not grow with the number of its calls. The server is another process, so that only the client
//! is counted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aparat_api::Client;
use payvand_sandbox::aparat::Aparat;
use peak_alloc::PeakAlloc;
use tokio::sync::Semaphore;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const IN_FLIGHT: usize = 1000;

struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_payvand-sandbox"))
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.split_whitespace().last().unwrap().to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The peak of the heap while this many calls are made, a thousand of them at a time.
async fn peak_of(client: &Client, calls: usize) -> usize {
    let places = Arc::new(Semaphore::new(IN_FLIGHT));
    HEAP.reset_peak_usage();
    let mut last = Vec::with_capacity(IN_FLIGHT);
    for _ in 0..calls {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let call = client.account().timeout(Duration::from_secs(60)).send();
        let call = tokio::spawn(async move {
            let answered = call.await.map(|account| account.balance());
            drop(place);
            answered
        });
        last.push(call);
        if last.len() == IN_FLIGHT {
            for call in last.drain(..) {
                assert_eq!(call.await.unwrap().unwrap(), Some(100_000));
            }
        }
    }
    HEAP.peak_usage()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_times_the_calls_take_no_more_memory() {
    let server = Server::start();
    let client = Client::builder(Aparat::TOKEN)
        .base_url(&server.url)
        .build()
        .unwrap();
    peak_of(&client, IN_FLIGHT).await;
    let mut few = 0;
    for _ in 0..6 {
        few = few.max(peak_of(&client, IN_FLIGHT).await);
    }
    let many = peak_of(&client, 10 * IN_FLIGHT).await;
    println!("peak heap: {few} bytes for {IN_FLIGHT} calls, {many} for ten times as many");
    assert!(many * 10 <= few * 11, "{many} is more than 1.1 times {few}");
}
