//! The clients' side of a run, in a process of its own: so its heap holds nothing of the sandbox, its logs are those
//! of the clients and of what they stand on, and a panic or a hang of theirs does not touch the judge.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_core::{Effect, RetryPolicy};
use payvand_harness::{Arguments, CallFuture, Calls, ClientOptions, Outcome as Answered};
use payvand_leak_tests::LeakSearch;
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::entry::{Ended, Entry, Finished, Outcome, now, report};
use crate::groups::{Conditions, Group, Settings, marker};
use crate::plan::{CLIENT_TIMEOUT, Plan, UNPOLLED_FOR};

/// The crates that a client logs with over plain HTTP. A search that does not hear them would find nothing.
const LOG_TARGETS: [&str; 3] = ["payvand:", "reqwest::", "hyper_util::"];

/// How long after its deadline a call counts as hung, and is dropped.
const HUNG: Duration = Duration::from_secs(10);

/// After this many failures in a row a session ends: its login failed, and would not be tried again for a minute.
const GIVEN_UP_AFTER: u32 = 6;

/// Between two calls of a worker where tokens age: what is waited for takes seconds.
const PACE: Duration = Duration::from_millis(60);

/// Where the clients' calls go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Addresses {
    pub(crate) disturbed: String,
    /// The same, behind a slow network.
    pub(crate) delayed: String,
    pub(crate) sheltered: String,
}

/// The process's heap, as the program's allocator counts it.
#[derive(Debug, Clone, Copy)]
pub struct Heap {
    /// The most that was in use at a time, in bytes.
    pub peak: fn() -> usize,
}

/// What every worker of a group needs.
struct Workers {
    group: Group,
    settings: Settings,
    base_url: String,
    logs: LeakSearch,
    /// The next call of the group, and how many all groups together have begun.
    next: AtomicU32,
    begun: Arc<AtomicU32>,
    session: Mutex<Arc<Session>>,
}

/// An account and its client.
struct Session {
    number: u32,
    client: Box<dyn Calls>,
    /// What was made, and can be asked about.
    ids: Mutex<VecDeque<String>>,
    failures_in_a_row: AtomicU32,
}

/// Makes all calls, and writes to standard output what came of them.
///
/// # Panics
/// When nobody reads that.
pub fn run(settings: Settings, addresses: &Addresses, heap: Heap) {
    let secrets = settings.secrets();
    let secrets = secrets.iter().map(|(name, secret)| (*name, secret.as_str()));
    let logs = LeakSearch::start(secrets, LOG_TARGETS);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(all_groups(settings, addresses, heap, logs));
}

async fn all_groups(settings: Settings, addresses: &Addresses, heap: Heap, logs: LeakSearch) {
    let begun = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for group in settings.groups() {
        let base_url = match group.conditions {
            Conditions::Faults => &addresses.disturbed,
            Conditions::Limited => &addresses.delayed,
            _ => &addresses.sheltered,
        };
        let workers = Arc::new(Workers {
            group,
            settings,
            base_url: base_url.clone(),
            logs: logs.clone(),
            next: AtomicU32::new(0),
            begun: Arc::clone(&begun),
            session: Mutex::new(Arc::new(Session::new(&settings, &group, base_url, 0))),
        });
        if group.conditions == Conditions::Runtimes {
            tasks.spawn_blocking(move || workers.on_runtimes());
            continue;
        }
        for _ in 0..group.workers {
            let workers = Arc::clone(&workers);
            tasks.spawn(async move { workers.work().await });
        }
    }
    let mut files = 0;
    let mut used = || {
        files = open_files().max(files);
        [(heap.peak)(), files]
    };
    let (mut early, mut panics) = (None, 0);
    loop {
        match timeout(Duration::from_millis(50), tasks.join_next()).await {
            Ok(None) => break,
            Ok(Some(ended)) => panics += u32::from(ended.is_err()),
            Err(_) => {}
        }
        let most = used();
        if begun.load(Ordering::Relaxed) >= settings.calls / 5 {
            early.get_or_insert(most);
        }
    }
    report(&Entry::Finished(Finished {
        panics,
        early: early.unwrap_or_default(),
        most: used(),
        logged: logs.searched(),
        leaks: logs.leaks().iter().map(ToString::to_string).collect(),
        unheard: logs.unheard().into_iter().map(str::to_owned).collect(),
    }));
}

/// How many file descriptors the process has, where the system tells.
fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

impl Session {
    fn new(settings: &Settings, group: &Group, base_url: &str, number: u32) -> Self {
        let options = ClientOptions {
            timeout: Some(CLIENT_TIMEOUT),
            retry: RetryPolicy::new(3).backoff(Duration::from_millis(5), Duration::from_millis(40)),
            user_agent: Some(group.user_agent(number)),
            max_body: Some(512 * 1024),
            is_limited: matches!(group.conditions, Conditions::Limited | Conditions::Unpolled),
            ..ClientOptions::new(base_url)
        };
        let client = group.provider.client(&group.account(settings, number), &options);
        Self {
            number,
            client,
            ids: Mutex::default(),
            failures_in_a_row: AtomicU32::new(0),
        }
    }

    fn call(&self, plan: &Plan, id: Option<&String>, marker: String) -> CallFuture {
        let (id, timeout) = (id.cloned(), Some(plan.timeout));
        self.client
            .call(plan.call.name, &Arguments { marker, id, timeout })
    }
}

impl Workers {
    async fn work(&self) {
        while let Some((number, session)) = self.next() {
            let mut plan = Plan::of(&self.settings, &self.group, number);
            self.make(number, &mut plan, &session).await;
            if self.group.conditions == Conditions::Ageing {
                sleep(PACE).await;
            }
        }
    }

    /// Three runtimes stay, and idle while the others work. Now and then there is one that ends with a call under way.
    fn on_runtimes(&self) {
        let runtimes = [runtime(), runtime(), runtime()];
        while let Some((number, session)) = self.next() {
            let mut plan = Plan::of(&self.settings, &self.group, number);
            let Some(after) = plan.drop_after else {
                let runtime = &runtimes[number as usize % runtimes.len()];
                runtime.block_on(self.make(number, &mut plan, &session));
                continue;
            };
            let (start, marker) = (Instant::now(), marker((self.group.number, number)));
            let ends = runtime();
            ends.spawn(session.call(&plan, None, marker));
            ends.block_on(sleep(after));
            drop(ends);
            self.report(number, &plan, &session, None, start, Outcome::Dropped, None);
        }
    }

    /// The number of a call that nobody has made yet, and its session: a new one when the last has lasted long enough.
    fn next(&self) -> Option<(u32, Arc<Session>)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        let group = &self.group;
        let mut session = lock(&self.session);
        let is_over = number / group.calls_per_session() > session.number
            || session.failures_in_a_row.load(Ordering::Relaxed) >= GIVEN_UP_AFTER;
        if is_over && session.number + 1 < group.most_sessions() {
            let next = Session::new(&self.settings, group, &self.base_url, session.number + 1);
            *session = Arc::new(next);
        }
        (number < group.calls).then(|| (number, Arc::clone(&session)))
    }

    /// Makes a call, watched by a clock and perhaps dropped on the way, and reports it.
    async fn make(&self, number: u32, plan: &mut Plan, session: &Session) {
        let ids: Vec<_> = lock(&session.ids).iter().cloned().collect();
        let id = plan.random.pick(&ids).filter(|_| plan.call.uses_id).cloned();
        let start = Instant::now();
        let future = session.call(plan, id.as_ref(), marker((self.group.number, number)));
        let future = async {
            let mut future = pin!(future);
            if let Some(after) = plan.unpolled_after {
                if let Ok(ended) = timeout(after, &mut future).await {
                    return ended;
                }
                sleep(UNPOLLED_FOR).await;
            }
            future.await
        };
        let ended = timeout(plan.drop_after.unwrap_or(plan.timeout + HUNG), future).await;
        let outcome = match &ended {
            Ok(outcome) => judged(outcome),
            Err(_) if plan.drop_after.is_some() => Outcome::Dropped,
            Err(_) => Outcome::Hung,
        };
        let failure = ended.ok().and_then(Result::err);
        for (what, text) in failure.iter().flat_map(|failure| &failure.texts) {
            self.logs.saw(what, text);
        }
        let kind = failure.map(|failure| format!("{:?}", failure.kind));
        self.count(session, &outcome, kind.as_deref());
        self.report(number, plan, session, id, start, outcome, kind);
    }

    /// A refusal of the provider's is none of a login that failed.
    fn count(&self, session: &Session, outcome: &Outcome, kind: Option<&str>) {
        match outcome {
            Outcome::Done { id } => {
                session.failures_in_a_row.store(0, Ordering::Relaxed);
                let mut ids = lock(&session.ids);
                ids.extend(id.clone());
                if ids.len() > 50 {
                    ids.pop_front();
                }
            }
            Outcome::NoEffect | Outcome::Unknown if kind != Some("Provider") => {
                let is_counted = self.group.conditions == Conditions::Faults;
                session
                    .failures_in_a_row
                    .fetch_add(u32::from(is_counted), Ordering::Relaxed);
            }
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a field")]
    fn report(
        &self,
        number: u32,
        plan: &Plan,
        session: &Session,
        id: Option<String>,
        start: Instant,
        outcome: Outcome,
        kind: Option<String>,
    ) {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        report(&Entry::Ended(Ended {
            group: self.group.number,
            session: session.number,
            number,
            call: plan.call.name.to_owned(),
            id,
            outcome,
            kind,
            millis: millis(start.elapsed()),
            timeout: millis(plan.timeout),
            unpolled: plan.unpolled_after.is_some(),
            at: now(),
        }));
    }
}

fn judged(outcome: &Answered) -> Outcome {
    match outcome {
        Ok(success) if success.is_certain => Outcome::Done {
            id: success.id.clone(),
        },
        Err(failure) if failure.effect == Effect::None => Outcome::NoEffect,
        _ => Outcome::Unknown,
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
