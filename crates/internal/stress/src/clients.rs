//! The clients' side of a storm, in a process of its own: so its heap holds nothing of the sandbox, its logs are those
//! of the clients and of what they stand on, and a panic or a hang of theirs does not touch the judge.

mod alone;
mod hand;
mod links;
mod messages;
mod runtimes;
mod together;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use http_core::RetryPolicy;
use payvand_leak_tests::LogSearch;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::lanes::{Lane, LaneKind, Settings};
use crate::ledger::{Entry, Ledger, Over};

/// The crates that a client logs with over plain HTTP. A search that does not hear them would find nothing.
const VOICES: [&str; 3] = ["payvand:", "reqwest::", "hyper_util::"];

/// Where the clients' calls go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Places {
    /// The sandbox.
    pub(crate) sandbox: String,
    /// The same, behind a long road.
    pub(crate) road: String,
    /// The sandbox where tokens live for seconds.
    pub(crate) ageing: String,
    /// A host that is not the provider.
    pub(crate) elsewhere: String,
}

/// The process's heap, as the program's allocator counts it.
#[derive(Debug, Clone, Copy)]
pub struct Heap {
    /// The most that was in use at a time, in bytes.
    pub peak: fn() -> usize,
}

/// What every hand of a lane needs.
#[derive(Debug, Clone)]
pub(crate) struct Crew {
    pub(crate) lane: Arc<Lane>,
    pub(crate) settings: Settings,
    pub(crate) places: Places,
    pub(crate) ledger: Ledger,
    pub(crate) logs: LogSearch,
    /// The next call of the lane, and how many all lanes together have begun.
    next: Arc<AtomicU32>,
    begun: Arc<AtomicU64>,
}

impl Crew {
    /// The number of a call that nobody has made yet.
    pub(crate) fn next_call(&self) -> Option<u32> {
        let call = self.next.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        (call < self.lane.calls).then_some(call)
    }
}

/// The settings that all clients of a storm have in common.
macro_rules! client {
    ($crew:expr, $base_url:expr, $builder:expr) => {
        $builder
            .base_url($base_url)
            .user_agent($crew.lane.user_agent())
            .timeout(crate::plan::CLIENT_TIMEOUT)
            .retry(crate::clients::retry())
            .max_body_size(512 * 1024)
            .build()
            .expect("a client")
    };
}
pub(crate) use client;

pub(crate) fn retry() -> RetryPolicy {
    RetryPolicy::new(3).backoff(Duration::from_millis(5), Duration::from_millis(40))
}

/// Makes all calls, and writes to standard output what came of them.
///
/// # Panics
/// When nobody reads that.
pub fn run(settings: Settings, places: &Places, heap: Heap) {
    let secrets = settings.secrets();
    let secrets = secrets.iter().map(|(name, secret)| (*name, secret.as_str()));
    let logs = LogSearch::start(secrets, VOICES);
    let (ledger, writer) = Ledger::start();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(all_lanes(settings, places, heap, ledger, logs));
    drop(runtime);
    writer.join().expect("the ledger is written");
}

async fn all_lanes(settings: Settings, places: &Places, heap: Heap, ledger: Ledger, logs: LogSearch) {
    let begun = Arc::new(AtomicU64::new(0));
    let mut hands = JoinSet::new();
    for lane in settings.lanes() {
        let crew = Crew {
            lane: Arc::new(lane),
            settings,
            places: places.clone(),
            ledger: ledger.clone(),
            logs: logs.clone(),
            next: Arc::default(),
            begun: Arc::clone(&begun),
        };
        match crew.lane.kind {
            LaneKind::OrdersTogether => together::start(&crew, &mut hands),
            LaneKind::OrdersAlone => alone::start(&crew, &mut hands),
            LaneKind::Links => links::start(&crew, &mut hands),
            LaneKind::Saba => messages::start_saba(&crew, &mut hands),
            LaneKind::Afzar | LaneKind::Ageing | LaneKind::OneByOne | LaneKind::Unpolled => {
                messages::start_afzar(&crew, &mut hands);
            }
            LaneKind::Runtimes => runtimes::start(&crew, &mut hands),
        }
    }
    let a_fifth = u64::from(settings.calls) / 5;
    let early = tokio::spawn(async move {
        while begun.load(Ordering::Relaxed) < a_fifth {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        (heap.peak)()
    });
    let mut panics = 0;
    while let Some(ended) = hands.join_next().await {
        panics += u32::from(ended.is_err());
    }
    early.abort();
    ledger.note(Entry::Over(Over {
        panics,
        peak_after_a_fifth: early.await.unwrap_or_default(),
        peak: (heap.peak)(),
        log_lines: logs.lines(),
        log_bytes: logs.bytes(),
        leaks: logs.leaks().iter().map(ToString::to_string).collect(),
        unheard: logs.unheard().into_iter().map(str::to_owned).collect(),
    }));
}
