//! Every client, through everything that can happen to its calls: none of its secrets shows anywhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faults;
mod stores;
mod sweep;

use payvand_harness::PROVIDERS;
use sweep::{PROVIDER_OF_CHILD, Sweep};

/// Each on a thread of its own: much of it is waiting.
#[test]
fn every_client() {
    let child = std::env::var(PROVIDER_OF_CHILD).ok();
    let is_wanted = |name: &str| child.as_deref().is_none_or(|child| child == name);
    let threads = PROVIDERS
        .into_iter()
        .filter(|provider| is_wanted(provider.name()));
    let threads: Vec<_> = threads
        .map(|provider| {
            std::thread::spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build().unwrap();
                runtime.block_on(Sweep::new(provider).run());
            })
        })
        .collect();
    assert!(!threads.is_empty(), "no such provider: {child:?}");
    let failed = threads.into_iter().filter_map(|thread| thread.join().err());
    assert_eq!(failed.count(), 0, "their threads say why");
}
