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

const FEW: usize = 10_000;
const MANY: usize = 100_000;
const PAGE: usize = 1000;
const SERVE: &str = "PAYVAND_TEST_SERVE_LINKS";

/// Not a test: the other process runs it. It prints its address, and the number of requests for each line that it reads.
#[tokio::test]
async fn serve_links_if_told_to() {
    if std::env::var_os(SERVE).is_none() {
        return;
    }
    let sandbox = Sandbox::builder().record_limit(0).start().await.unwrap();
    sandbox.podlink().seed_links(Podlink::TOKEN, MANY);
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

/// The peak of the heap while the last `links` links are read, and the number of requests.
async fn peak_of(pod: &Client, server: &mut Server, number: usize) -> (usize, usize) {
    let before = server.requests();
    HEAP.reset_peak_usage();
    let mut links = pod
        .list_links()
        .offset((MANY - number) as u64)
        .count(PAGE as u64)
        .stream();
    let mut received = 0;
    while let Some(link) = links.next().await {
        assert_eq!(link.unwrap().tags().count(), 2);
        received += 1;
    }
    let peak = HEAP.peak_usage();
    assert_eq!(received, number);
    (peak, server.requests() - before)
}

#[tokio::test]
async fn a_hundred_thousand_links_take_no_more_memory_than_ten_thousand() {
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
    // The connection adapts its buffer to what it reads; that is over before anything is counted.
    peak_of(&pod, &mut server, MANY).await;

    // Into how many pieces a page is split on its way is random: so read as many pages of the short list as of the long one.
    let mut small = 0;
    for _ in 0..MANY / FEW {
        let (peak, requests) = peak_of(&pod, &mut server, FEW).await;
        assert_eq!(requests, FEW / PAGE);
        small = small.max(peak);
    }
    let (large, requests) = peak_of(&pod, &mut server, MANY).await;
    assert_eq!(requests, MANY / PAGE);

    println!("peak heap: {small} bytes for {FEW} links, {large} for {MANY}");
    assert!(large * 10 <= small * 11, "{large} is more than 1.1 times {small}");
}
