//! The way of nearly every call: a token that is there costs no allocation. In a file of its own, since the
//! allocator that counts is the whole process's.

#![allow(clippy::unwrap_used)]

#[path = "common/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use http_core::testing::ScriptedTransport;
use http_core::{HttpClient, TokenSource};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[tokio::test(flavor = "current_thread")]
async fn a_token_that_is_there_costs_no_byte_of_heap() {
    let http = HttpClient::builder("https://api.example", "test")
        .transport(ScriptedTransport::default())
        .build([])
        .unwrap();
    let tokens = TokenSource::new(FixedToken(http));
    tokens.authorization().await.unwrap();

    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    for _ in 0..1000 {
        let header = tokens.authorization().await.unwrap();
        assert!(header.is_sensitive());
    }
    assert_eq!((HEAP.peak_usage(), HEAP.current_usage()), (before, before));
    // The allocator does count: this would have shown.
    drop(Vec::<u8>::with_capacity(1));
    assert_eq!(HEAP.peak_usage(), before + 1);
}
