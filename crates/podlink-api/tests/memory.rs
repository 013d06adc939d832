//! The memory that reading a large page takes beside its body: at most twice the text inside it, while it is unescaped,
//! and one and a half times the links, while their list grows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use std::fmt::Write as _;

use peak_alloc::PeakAlloc;
use podlink_api::testing::Step;
use support::{always, gateway, live, service};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const LINKS: usize = 10_000;

fn page() -> String {
    let mut links = String::new();
    for n in 0..LINKS {
        let _ = write!(
            links,
            r#"{}{{"urlOrContent":"https://example.com/news/{n}?title=خبر","hash":"h{n}","hashURL":" http://tilin.ir/h{n}","expireTime":1618991112111,"createTime":1555919112111,"visitCount":{n},"isDeleted":false,"hashGeneratedMethod":"auto","shortenObjectKind":"link","tags":"tag1,خبر"}}"#,
            if n == 0 { "" } else { "," }
        );
    }
    service(&format!(r#"{{"totalCount":{LINKS},"linkVos":[{links}]}}"#))
}

/// The peak of reading this answer and what the page itself takes, both beside the body.
async fn measure(body: String) -> (usize, usize) {
    let pod = always(Step::answer(200, body));
    let call = pod.list_links().send();
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let page = call.await.unwrap();
    let (peak, after) = (HEAP.peak_usage(), HEAP.current_usage());
    assert_eq!(page.links().len(), LINKS);
    (peak - before, after - before)
}

#[tokio::test]
async fn a_large_page_takes_bounded_memory() {
    let inner = page();
    for (body, unwrapped) in [(gateway(&inner), 0), (live(&inner), inner.len())] {
        measure(body.clone()).await;
        let (peak, decoded) = measure(body).await;
        println!("peak {peak}, decoded {decoded}, inner text {}", inner.len());
        assert!(
            peak <= 2 * unwrapped + decoded * 3 / 2,
            "{peak} > 2 * {unwrapped} + 1.5 * {decoded}"
        );
    }
}
