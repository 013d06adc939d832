//! What reading an answer takes whose fields nobody knows. The only test of this file: it counts what is allocated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use peak_alloc::PeakAlloc;
use podlink_api::testing::Step;
use support::{always, gateway, live, service};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The most that reading an answer takes, its body included.
async fn peak_of(body: String) -> usize {
    let size = body.len();
    let pod = always(Step::answer(200, body));
    let call = pod.list_links().send();
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let _ = call.await;
    HEAP.peak_usage() - before + size
}

/// Text in text is the dearest: it is at hand, and what is kept of it is a copy.
#[tokio::test]
async fn what_nobody_knows_takes_at_most_three_times_its_body() {
    const MOST: usize = 4 * 1024 * 1024 - 1024;
    // What a call takes for itself, before there is a body.
    let own = peak_of(live(&service(r#"{"totalCount":0}"#))).await;
    for piece in ["{},", "[],", "1,", "{\"a\":1},", "\"\\u0041\","] {
        let list = |length: usize| format!("[{}0]", piece.repeat(length / piece.len()));
        let page = |list: &str| {
            service(&format!(
                r#"{{"totalCount":1,"x":{list},"linkVos":[{{"hash":"a","y":1}}]}}"#
            ))
        };
        let object = gateway(&page(&list(MOST)));
        let escaped = live(&page(&list(MOST / 2)));
        for (form, body) in [("object", object), ("text", escaped)] {
            let size = body.len();
            let peak = peak_of(body).await - own;
            println!("{piece} {form}: {size} bytes, peak {peak}");
            // The page's other parts are small.
            assert!(peak <= 3 * size + 1024, "{piece} {form}: {peak} for {size} bytes");
        }
    }
}
