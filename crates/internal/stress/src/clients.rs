//! The clients' side of a run, in a process of its own: so its heap holds nothing of the sandbox, its logs are those
//! of the clients and of what they stand on, and a panic or a hang of theirs does not touch the judge.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_core::{Effect, RetryPolicy};
use payvand_harness::{Calls, ClientOptions};
use payvand_leak_tests::LeakSearch;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::entry::{Ended, Entry, Finished, Outcome, now, report};
use crate::groups::{Conditions, Group, Settings};
use crate::plan::{CLIENT_TIMEOUT, Plan, UNPOLLED_FOR};

/// The crates that a client logs with over plain HTTP. A search that does not hear them would find nothing.
const LOG_TARGETS: [&str; 3] = ["payvand:", "reqwest::", "hyper_util::"];

/// How long after its deadline a call counts as hung, and is dropped.
const HUNG: Duration = Duration::from_secs(10);

/// Between two calls of a worker where tokens age: what is waited for takes seconds.
const PACE: Duration = Duration::from_millis(60);

/// Where the clients' calls go: the sandbox that is disturbed, and the other one behind a slow network and directly.
pub type Addresses = [String; 3];

/// What every worker of a group needs.
struct Workers {
    group: Group,
    settings: Settings,
    base_url: String,
    logs: LeakSearch,
    /// The next call of the group.
    next: AtomicU32,
    session: Mutex<Arc<Session>>,
}

/// An account and its client.
struct Session {
    number: u32,
    client: Box<dyn Calls>,
    /// What was made, and can be asked about.
    ids: Mutex<VecDeque<String>>,
}

/// Makes all calls, and writes to standard output what came of them. `peak_heap` tells the most bytes of heap that were
/// in use.
///
/// # Panics
/// When nobody reads that.
pub async fn run(settings: Settings, [disturbed, delayed, sheltered]: &Addresses, peak_heap: fn() -> usize) {
    let secrets = settings.secrets();
    let secrets = secrets.iter().map(|(name, secret)| (*name, secret.as_str()));
    let logs = LeakSearch::start(secrets, LOG_TARGETS);
    let (mut all, mut tasks) = (Vec::new(), JoinSet::new());
    for group in settings.groups() {
        let base_url = match group.conditions {
            Conditions::Faults => disturbed,
            Conditions::Limited => delayed,
            _ => sheltered,
        };
        let workers = Arc::new(Workers {
            group,
            settings,
            base_url: base_url.clone(),
            logs: logs.clone(),
            next: AtomicU32::new(0),
            session: Mutex::new(Arc::new(Session::new(&settings, &group, base_url, 0))),
        });
        all.push(Arc::clone(&workers));
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
        // Where the system tells.
        let open = std::fs::read_dir("/proc/self/fd");
        files = open.map_or(0, Iterator::count).max(files);
        [peak_heap(), files]
    };
    let (mut early, mut panics) = (None, 0);
    loop {
        match timeout(Duration::from_millis(50), tasks.join_next()).await {
            Ok(None) => break,
            Ok(Some(ended)) => panics += u32::from(ended.is_err()),
            Err(_) => {}
        }
        let most = used();
        let begun: u32 = all.iter().map(|it| it.next.load(Ordering::Relaxed)).sum();
        if begun >= settings.calls / 5 {
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
        let ids = Mutex::default();
        Self { number, client, ids }
    }
}

impl Workers {
    async fn work(&self) {
        while let Some((plan, session)) = self.next() {
            self.make(plan, &session).await;
            if self.group.conditions == Conditions::Ageing {
                sleep(PACE).await;
            }
        }
    }

    /// Three runtimes stay, and idle while the others work, some with a call under way. Others end with one.
    fn on_runtimes(&self) {
        let runtimes = [runtime(), runtime(), runtime()];
        for turn in 0.. {
            let Some((plan, session)) = self.next() else {
                return;
            };
            let Some(after) = plan.drop_after else {
                runtimes[turn % 3].block_on(self.make(plan, &session));
                continue;
            };
            let call = session.client.call(plan.call.name, &plan.arguments);
            let ends = runtime();
            let chosen = if turn % 20 == 0 {
                &ends
            } else {
                &runtimes[turn % 3]
            };
            chosen.spawn(call);
            chosen.block_on(sleep(after));
            self.report(&plan, &session, after, Outcome::Dropped, None);
        }
    }

    /// A call that nobody has made yet, and its session: a new one when the last has lasted long enough.
    fn next(&self) -> Option<(Plan, Arc<Session>)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if number >= self.group.calls {
            return None;
        }
        let due = number / self.group.calls_per_session();
        let mut session = lock(&self.session);
        if due > session.number {
            *session = Arc::new(Session::new(&self.settings, &self.group, &self.base_url, due));
        }
        let ids = lock(&session.ids);
        let plan = Plan::of(&self.settings, &self.group, number, &ids);
        drop(ids);
        Some((plan, Arc::clone(&session)))
    }

    /// Makes a call, watched by a clock and perhaps dropped on the way, and reports it.
    async fn make(&self, plan: Plan, session: &Session) {
        let start = Instant::now();
        let future = async {
            let mut future = session.client.call(plan.call.name, &plan.arguments);
            if let Some(after) = plan.unpolled_after {
                if let Ok(ended) = timeout(after, &mut future).await {
                    return ended;
                }
                sleep(UNPOLLED_FOR).await;
            }
            future.await
        };
        let ended = timeout(plan.drop_after.unwrap_or(plan.timeout + HUNG), future).await;
        let (outcome, kind) = match ended {
            Ok(Ok(success)) if success.is_certain => {
                let mut ids = lock(&session.ids);
                success.id.iter().for_each(|id| ids.push_front(id.clone()));
                ids.truncate(50);
                (Outcome::Done { id: success.id }, None)
            }
            Ok(Ok(_)) => (Outcome::Unknown, None),
            Ok(Err(failure)) => {
                for (what, text) in &failure.texts {
                    self.logs.saw(what, text);
                }
                let has_none = failure.effect == Effect::None;
                let outcome = if has_none {
                    Outcome::NoEffect
                } else {
                    Outcome::Unknown
                };
                (outcome, Some(format!("{:?}", failure.kind)))
            }
            Err(_) if plan.drop_after.is_some() => (Outcome::Dropped, None),
            Err(_) => (Outcome::Hung, None),
        };
        self.report(&plan, session, start.elapsed(), outcome, kind);
    }

    fn report(&self, plan: &Plan, session: &Session, took: Duration, outcome: Outcome, kind: Option<String>) {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        report(&Entry::Ended(Ended {
            group: self.group.number,
            session: session.number,
            number: plan.number,
            call: plan.call.name.to_owned(),
            id: plan.arguments.id.clone(),
            outcome,
            kind,
            millis: millis(took),
            timeout: millis(plan.timeout),
            unpolled: plan.unpolled_after.is_some(),
            at: now(),
        }));
    }
}

fn runtime() -> Runtime {
    let built = Builder::new_current_thread().enable_all().build();
    built.expect("a runtime")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
