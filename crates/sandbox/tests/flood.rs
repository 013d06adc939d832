//! However much a server sends, a client takes little more memory than its cap.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

use aparat_api::{Client, Effect, Kind, OrderKind, RetryPolicy};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Fault, Framing, Sandbox};
use peak_alloc::PeakAlloc;

/// Client and sandbox together, so what is measured is the most that the client can have taken.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const CAP: usize = 16 * 1024;

/// What the layers below hold besides: a connection of each side, and the buffers that grow with what is read.
const BESIDES: usize = 512 * 1024;

/// Compressed, it is still more than the cap: without gzip the bomb is a small flood.
const MUCH: u64 = 32 * 1024 * 1024;

#[tokio::test]
async fn a_flood_takes_no_more_memory_than_the_cap() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder(Aparat::TOKEN)
        .base_url(sandbox.url())
        .max_body_size(CAP)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    // What is made once is made now.
    client.account().await.unwrap();

    for (name, fault) in [
        ("chunks", Fault::flood(Framing::Chunked, MUCH)),
        ("no length", Fault::flood(Framing::UntilClose, MUCH)),
        ("a huge length", Fault::flood(Framing::Length, MUCH)),
        ("a bomb", Fault::gzip_bomb(MUCH)),
    ] {
        sandbox.fail_next_n(2, fault);
        HEAP.reset_peak_usage();
        let before = HEAP.current_usage();
        let account = client.account().await.unwrap_err();
        let order = client
            .order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100)
            .await
            .unwrap_err();
        let taken = HEAP.peak_usage() - before;
        for (error, effect) in [(account, Effect::None), (order, Effect::Unknown)] {
            assert_eq!((error.kind(), error.effect()), (Kind::TooLarge, effect), "{name}");
        }
        println!("{name}: {taken} bytes");
        assert!(taken < CAP + BESIDES, "{name}: {taken} bytes");
    }
}
