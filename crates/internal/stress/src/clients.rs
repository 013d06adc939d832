//! The clients' side of a run, in a process of its own: so its files are none of the sandbox's, its logs are
//! those of the clients and of what they stand on, and a panic or a hang of theirs does not touch the judge.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_core::RetryPolicy;
use payvand_harness::{Calls, ClientOptions, What};
use payvand_leak_tests::LeakSearch;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::entry::{Ended, Entry, Finished, report};
use crate::plan::Plan;
use crate::settings::{Group, Settings};

/// The crates that a client logs with. A search that does not hear them would find nothing.
const LOG_TARGETS: [&str; 3] = ["payvand:", "reqwest::", "hyper_util::"];

/// Long after its deadline a call counts as hung, and is dropped.
const HUNG: Duration = Duration::from_secs(15);

/// Of a group on one runtime.
pub(crate) const WORKERS: u32 = 5;

/// Where the clients' calls go, with faults and without, and the certificate that both show.
pub type Addresses = [String; 3];

/// What every worker of a group needs.
struct Workers {
    group: Group,
    settings: Settings,
    client: Box<dyn Calls>,
    logs: LeakSearch,
    /// The next call of the group.
    next: AtomicU32,
    /// What was made, and can be asked about.
    ids: Mutex<Vec<String>>,
}

/// Makes all calls, and writes to standard output what came of them.
///
/// # Panics
/// When nobody reads that.
pub async fn run(settings: Settings, addresses: &Addresses) {
    let secrets = settings.secrets();
    let secrets = secrets.iter().map(|(name, secret)| (*name, secret.as_str()));
    let logs = LeakSearch::start(secrets, LOG_TARGETS);
    let mut tasks = JoinSet::new();
    for group in settings.groups() {
        let workers = Arc::new(Workers::new(settings, group, addresses, logs.clone()));
        if group.on_runtimes {
            tasks.spawn_blocking(move || workers.on_runtimes());
            continue;
        }
        for _ in 0..WORKERS {
            let workers = Arc::clone(&workers);
            tasks.spawn(async move {
                while let Some(plan) = workers.next() {
                    workers.make(plan).await;
                }
            });
        }
    }
    let (mut files, mut panics) = (0, 0);
    loop {
        match timeout(Duration::from_millis(50), tasks.join_next()).await {
            Ok(None) => break,
            Ok(Some(ended)) => panics += u32::from(ended.is_err()),
            // Where the system tells.
            Err(_) => {
                let open = std::fs::read_dir("/proc/self/fd");
                files = open.map_or(0, Iterator::count).max(files);
            }
        }
    }
    report(&Entry::Finished(Finished {
        panics,
        files,
        logged: logs.searched(),
        leaks: logs.leaks().iter().map(ToString::to_string).collect(),
        unheard: logs.unheard().into_iter().map(str::to_owned).collect(),
    }));
}

impl Workers {
    fn new(settings: Settings, group: Group, addresses: &Addresses, logs: LeakSearch) -> Self {
        let options = ClientOptions {
            timeout: Some(Duration::from_secs(4)),
            retry: RetryPolicy::new(3).backoff(Duration::from_millis(5), Duration::from_millis(40)),
            user_agent: Some(group.user_agent()),
            max_body: Some(512 * 1024),
            root_certificate: Some(addresses[2].clone()),
            ..ClientOptions::new(&addresses[usize::from(group.on_runtimes)])
        };
        Self {
            client: group.provider.client(&group.account(&settings), &options),
            group,
            settings,
            logs,
            next: AtomicU32::new(0),
            ids: Mutex::default(),
        }
    }

    /// Three runtimes stay, and idle while the others work, some with a call under way. Others end with one.
    fn on_runtimes(&self) {
        let runtimes = [runtime(), runtime(), runtime()];
        while let Some(plan) = self.next() {
            let stays = &runtimes[plan.number as usize % 3];
            let Some(after) = plan.drop_after else {
                stays.block_on(self.make(plan));
                continue;
            };
            let call = self.client.call(plan.call.name, &plan.arguments);
            let ends = runtime();
            let chosen = if plan.number.is_multiple_of(2) {
                &ends
            } else {
                stays
            };
            chosen.spawn(call);
            chosen.block_on(sleep(after));
            self.report(plan, What::Dropped);
        }
    }

    /// A call that nobody has made yet.
    fn next(&self) -> Option<Plan> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.group.calls).then(|| Plan::of(&self.settings, &self.group, number, &self.ids()))
    }

    fn ids(&self) -> MutexGuard<'_, Vec<String>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a call, watched by a clock and perhaps dropped on the way, and reports it.
    async fn make(&self, plan: Plan) {
        let future = self.client.call(plan.call.name, &plan.arguments);
        let ended = timeout(plan.drop_after.unwrap_or(HUNG), future).await;
        let what = match ended {
            Ok(outcome) => {
                for (what, text) in outcome.as_ref().err().iter().flat_map(|it| &it.texts) {
                    self.logs.saw(what, text);
                }
                What::from(&outcome)
            }
            Err(_) if plan.drop_after.is_some() => What::Dropped,
            Err(_) => What::Hung,
        };
        if let What::Done(Some(id)) = &what {
            self.ids().push(id.clone());
        }
        self.report(plan, what);
    }

    fn report(&self, plan: Plan, outcome: What) {
        report(&Entry::Ended(Ended {
            group: self.group.number,
            number: plan.number,
            call: plan.call.name.to_owned(),
            id: plan.arguments.id,
            outcome,
        }));
    }
}

fn runtime() -> Runtime {
    let built = Builder::new_current_thread().enable_all().build();
    built.expect("a runtime")
}
