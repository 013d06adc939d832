//! A cached token, as nearly every call uses it, costs no allocation. In its own file, because the counting allocator is
//! that of the whole process.

#![allow(clippy::unwrap_used)]

#[path = "common/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{HttpClient, MemoryTokenStore, TokenSource};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[tokio::test(flavor = "current_thread")]
async fn a_cached_token_allocates_nothing() {
    let http = HttpClient::builder("https://api.example", "test")
        .transport(ScriptedTransport::always(Step::answer(200, "")))
        .build([])
        .unwrap();
    let plain = TokenSource::new(&http, FixedToken);
    let stored = TokenSource::new(&http, FixedToken).store(MemoryTokenStore::new());
    for tokens in [plain, stored] {
        tokens.authorization().await.unwrap();

        HEAP.reset_peak_usage();
        let before = HEAP.current_usage();
        for _ in 0..1000 {
            let header = tokens.authorization().await.unwrap();
            assert!(header.is_sensitive());
        }
        assert_eq!((HEAP.peak_usage(), HEAP.current_usage()), (before, before));
    }
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    // The allocator does count: this would have shown.
    drop(Vec::<u8>::with_capacity(1));
    assert_eq!(HEAP.peak_usage(), before + 1);
}
