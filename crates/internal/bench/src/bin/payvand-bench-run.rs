//! Makes calls of one contender and measures nothing: for a profiler to run.
//!
//! `payvand-bench-run URL PROVIDER CONTENDER CALLS`; `payvand-bench-server` prints the URL.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what went wrong should fail loudly"
)]

use payvand_bench::provider;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, provider, contender, calls] = &arguments[..] else {
        panic!("URL PROVIDER CONTENDER CALLS");
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let providers = runtime.block_on(provider::all(url));
    let provider = providers.iter().find(|it| it.name == provider).unwrap();
    runtime.block_on(provider.find(contender).calls(calls.parse().unwrap()));
}
