//! A stream of links holds a page of them, however many there are. The server is another process, so that only the
//! client is counted: this same program, started again with an order to serve.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use payvand_sandbox::Sandbox;
use payvand_sandbox::podlink::Podlink;
use peak_alloc::PeakAlloc;
use podlink_api::Client;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const LINKS: usize = 100_000;
const PAGE: usize = 1000;
const SERVE: &str = "PAYVAND_TEST_SERVE_LINKS";

/// Not a test: the other process runs it. It prints its address, and the number of requests for each line that it reads.
#[tokio::test]
async fn serve_links_if_told_to() {
    if std::env::var_os(SERVE).is_none() {
        return;
    }
    let sandbox = Sandbox::builder()
        .record_limit(0)
        .item_limit(LINKS)
        .item_memory(usize::MAX)
        .start()
        .await
        .unwrap();
    sandbox.podlink().seed_links(Podlink::TOKEN, LINKS);
    assert_eq!(sandbox.dropped_items(), 0);
    eprintln!("{}", sandbox.url());
    tokio::task::spawn_blocking(move || {
        for _ in std::io::stdin().lines() {
            eprintln!("{}", sandbox.podlink().request_count());
        }
    })
    .await
    .unwrap();
}

struct Server {
    process: Child,
    lines: Lines<BufReader<std::process::ChildStderr>>,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "serve_links_if_told_to", "--nocapture"])
            .env(SERVE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = lines.next().unwrap().unwrap();
        Self { process, lines, url }
    }

    fn requests(&mut self) -> usize {
        writeln!(self.process.stdin.as_mut().unwrap()).unwrap();
        self.lines.next().unwrap().unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The middle one: into how many pieces a page is split on its way is random, and so is a single peak.
fn median(peaks: &[usize]) -> usize {
    let mut sorted = peaks.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[tokio::test]
async fn the_last_pages_of_a_hundred_thousand_links_take_no_more_memory_than_the_first() {
    if std::env::var_os(SERVE).is_some() {
        return;
    }
    let mut server = Server::start();
    let pod = Client::builder(Podlink::TOKEN)
        .api_key(Podlink::API_KEY)
        .base_url(&server.url)
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap();

    let mut links = pod.list_links().count(PAGE as u64).stream();
    let mut peaks = Vec::with_capacity(LINKS / PAGE);
    let mut received = 0;
    HEAP.reset_peak_usage();
    while let Some(link) = links.next().await {
        assert_eq!(link.unwrap().tags().count(), 2);
        received += 1;
        if received % PAGE == 0 {
            peaks.push(HEAP.peak_usage());
            HEAP.reset_peak_usage();
        }
    }
    assert_eq!(received, LINKS);
    assert_eq!(server.requests(), LINKS / PAGE);

    // The connection adapts its buffer to what it reads; that is over after the first ten pages.
    let (first, last) = (median(&peaks[10..40]), median(&peaks[70..]));
    println!("peak heap of a page: {first} bytes among the first, {last} among the last");
    assert!(last * 10 <= first * 11, "{last} is more than 1.1 times {first}");
}
