//! Small things, measured by criterion: a token that is there, the queue at the rate limit, making a client.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that went wrong should fail loudly"
)]

use std::sync::RwLock;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use payvand_bench::answers::{ACCOUNT, AtHand, TOKEN, login};
use reqwest::header::HeaderValue;
use smsafzar_auth::{Credentials, MemoryTokenStore, RateLimit};
use tokio::runtime::{Builder, Runtime};

criterion_group!(benches, token, queue, client);
criterion_main!(benches);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// Beside the least that such a source can do: one read lock, one look at the clock, one clone.
fn token(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a token that is there");
    let client = smsafzar_auth::Client::builder().transport(AtHand(login()));
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password");
    let tokens = client.build().unwrap().token_source(credentials.build().unwrap());
    let runtime = runtime();
    runtime.block_on(tokens.authorization()).unwrap();
    group.bench_function("authorization()", |bencher| {
        bencher.to_async(&runtime).iter(|| tokens.authorization());
    });
    let expires = Instant::now() + Duration::from_secs(86_400);
    let cached = RwLock::new((expires, HeaderValue::from_static(TOKEN)));
    let stored = tokens.clone().store(MemoryTokenStore::new());
    runtime.block_on(stored.authorization()).unwrap();
    group.bench_function("authorization(), with a store", |bencher| {
        bencher.to_async(&runtime).iter(|| stored.authorization());
    });
    group.bench_function("lock, clock, clone", |bencher| {
        bencher.iter(|| {
            let cached = cached.read().unwrap();
            (Instant::now() < cached.0).then(|| cached.1.clone())
        });
    });
}

/// What one more in the queue costs those before it: the time of one call should not grow with the callers.
fn queue(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calls that queue at the rate limit");
    let client = aparat_api::Client::builder(TOKEN)
        .transport(AtHand(ACCOUNT.into()))
        .rate_limit(RateLimit::new(1, Duration::ZERO))
        .timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let runtime = runtime();
    for callers in [10, 1_000, 50_000] {
        group.sample_size(10).throughput(Throughput::Elements(callers));
        group.bench_function(BenchmarkId::from_parameter(callers), |bencher| {
            bencher.to_async(&runtime).iter(|| async {
                let calls: Vec<_> = (0..callers)
                    .map(|_| tokio::spawn(client.account().send()))
                    .collect();
                for call in calls {
                    call.await.unwrap().unwrap();
                }
            });
        });
    }
}

/// The system's certificates are read once for all clients of ours that live at the same time.
fn client(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("making a client");
    let ours = || aparat_api::Client::new(TOKEN).unwrap();
    group.bench_function("aparat-api", |bencher| bencher.iter(ours));
    group.bench_function("ten of them", |bencher| {
        bencher.iter(|| [(); 10].map(|()| ours()));
    });
    group.bench_function("reqwest", |bencher| bencher.iter(reqwest::Client::new));
}
