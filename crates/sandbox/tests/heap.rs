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
use std::time::Duration;

use aparat_api::Client;
use payvand_sandbox::aparat::Aparat;
use peak_alloc::PeakAlloc;

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
        let url = first.split_whitespace().next().unwrap().to_owned();
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

/// The peak of the heap while a thousand calls are made at once.
async fn peak_of_a_round(client: &Client) -> usize {
    HEAP.reset_peak_usage();
    let calls: Vec<_> = (0..IN_FLIGHT)
        .map(|_| tokio::spawn(client.account().timeout(Duration::from_secs(60)).send()))
        .collect();
    for call in calls {
        let account = call.await.unwrap().unwrap();
        assert_eq!(account.balance(), Some(100_000));
    }
    HEAP.peak_usage()
}

/// The middle one: how many calls are answered at the same time is random, and so is a single peak.
fn median(peaks: &[usize]) -> usize {
    let mut sorted = peaks.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_thousands_of_calls_take_no_more_memory_than_the_first() {
    let server = Server::start();
    let client = Client::builder(Aparat::TOKEN)
        .base_url(&server.url)
        .build()
        .unwrap();
    peak_of_a_round(&client).await;
    let mut peaks = Vec::new();
    for _ in 0..17 {
        peaks.push(peak_of_a_round(&client).await);
    }
    let (first, last) = (median(&peaks[..5]), median(&peaks[12..]));
    println!("peak heap of {IN_FLIGHT} calls: {first} bytes at first, {last} after ten times as many");
    assert!(last * 10 <= first * 11, "{last} is more than 1.1 times {first}");
}
