//! A case: one client and its callers, one sandbox, and everything that goes wrong between them.

use std::cell::Cell;
use std::fmt;
use std::hash::Hasher;
use std::panic::{set_hook, take_hook};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, Once};
use std::thread;
use std::time::Duration;

use http_core::{MemoryTokenStore, Simulated};
use payvand_sandbox::Sandbox;
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::conditions::Conditions;
use crate::counts::{Counts, count};
use crate::judge::judge;
use crate::network::{Network, fault_of};
use crate::plan::{Happening, Plan, happenings};
use crate::random::Random;
use crate::runtimes::Runtimes;
use crate::world::{Attempt, Remains, World};

/// By the machine's clock: a case takes a hundredth of a second.
const LONGEST: Duration = Duration::from_secs(60);

/// How closely it is looked whether all calls have ended.
const STEP: Duration = Duration::from_millis(100);

/// Longer than any request or answer is under way.
const LONGEST_WAY: Duration = Duration::from_secs(15);

thread_local! {
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// Which case, and how many calls of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// What all its choices come from.
    pub seed: u64,
    /// How many calls.
    pub calls: u32,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Of everything that happened, in its order.
    pub hash: u64,
    /// How much there was of everything.
    pub counts: Counts,
    /// What must not have happened.
    pub violations: Vec<String>,
}

/// A case while it is played.
struct Stage {
    runtimes: Runtimes,
    network: Arc<Network>,
    store: MemoryTokenStore,
    /// One for each process.
    clients: Vec<Arc<Client>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Case {
    /// Plays it, and judges. With `print` everything that happens is printed.
    pub fn play(self, print: bool) -> Verdict {
        let _watched = self.watch();
        count_panics();
        let conditions = Conditions::of(self.seed);
        let runtimes = Runtimes::new(conditions.runtimes);
        let first = runtimes.handle(0);
        let _entered = first.enter();
        let world = Arc::new(World {
            start: runtimes.start,
            conditions,
            is_printed: print,
            state: Mutex::default(),
        });
        let (clock, mut pauses) = (Arc::clone(&world), Random::of(self.seed, &[3]));
        let _simulated = Simulated::new(move || clock.wall_clock(), move || pauses.bits());
        let mut running = Stage::new(runtimes, Arc::clone(&world));
        for happening in happenings(&world.conditions, self.calls) {
            running.happen(happening);
        }
        let remains = running.end();
        let mut state = world.lock();
        state.remains = remains;
        Verdict {
            hash: state.hash.finish(),
            counts: count(&state),
            violations: judge(&state, &world.conditions),
        }
    }

    /// Ends the process if the case does not end until this is dropped: then its clock stands still, and its thread
    /// cannot be stopped.
    fn watch(self) -> Sender<()> {
        let (playing, ended) = channel();
        thread::spawn(move || {
            if ended.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                println!("BROKEN\n  it never ends\nAgain: {self}");
                std::process::exit(1);
            }
        });
        playing
    }
}

impl Stage {
    fn new(runtimes: Runtimes, world: Arc<World>) -> Self {
        let (clock, of) = (Arc::clone(&world), Arc::downgrade(&world));
        let sandbox = Sandbox::builder()
            .record_limit(0)
            // It is judged by what is there: nothing may go.
            .item_limit(usize::MAX)
            .item_memory(usize::MAX)
            .clock(move || clock.server_time())
            .choose_fault(move |request| fault_of(&of, request))
            .without_socket();
        let conditions = &world.conditions;
        let side = conditions.subject.sandbox_side();
        side.set_token_life(&sandbox, conditions.token_life);
        side.set_token_kind(&sandbox, conditions.token_kind);
        side.open(&sandbox, &conditions.subject.account());
        let network = Arc::new(Network {
            world,
            sandbox: Arc::new(sandbox),
            runtime: runtimes.handle(0),
        });
        let mut stage = Self {
            clients: Vec::new(),
            store: MemoryTokenStore::new(),
            runtimes,
            network,
            tasks: Vec::new(),
        };
        let conditions = &stage.network.world.conditions;
        let processes = if conditions.has_store {
            conditions.runtimes
        } else {
            1
        };
        stage.clients = (0..processes).map(|_| stage.client()).collect();
        stage
    }

    fn client(&self) -> Arc<Client> {
        let world = &self.network.world;
        Arc::new(Client::new(world, self.network.clone(), &self.store))
    }

    fn happen(&mut self, happening: Happening) {
        let Network { world, sandbox, .. } = &*self.network;
        match happening {
            Happening::Pause(time) => self.runtimes.go_on(time),
            Happening::Call(plan) => self.call(plan),
            Happening::Revocation => {
                world.conditions.subject.sandbox_side().revoke_tokens(sandbox);
                let what = "all tokens are revoked";
                world.note(what, |state, now| state.revocations.push(now));
            }
            Happening::Jump(by) => world.jump(by),
            Happening::End(runtime) => {
                let has_ended = self.runtimes.end(runtime);
                if has_ended && world.conditions.has_store {
                    self.clients[runtime] = self.client();
                }
            }
            Happening::Stand(runtime, time) => self.runtimes.stand_still(runtime, time),
        }
    }

    fn call(&mut self, plan: Plan) {
        let client = self.clients.get(plan.runtime).unwrap_or(&self.clients[0]);
        let call = Arc::clone(client).make(Arc::clone(&self.network.world), plan);
        self.tasks.push(self.runtimes.handle(plan.runtime).spawn(call));
    }

    /// Waits for all calls, makes some more that nothing is in the way of, and looks what is left.
    fn end(mut self) -> Remains {
        self.network.world.lock().is_calm = true;
        for _ in 0..1200 {
            if self.tasks.iter().any(|task| !task.is_finished()) {
                self.runtimes.go_on(STEP);
            }
        }
        self.runtimes.go_on(LONGEST_WAY);
        let (tasks, journal) = (self.runtimes.tasks(), self.clients[0].calls.journal());
        let Network { world, sandbox, .. } = &*self.network;
        let is_open = |it: &Attempt| it.end.is_none().then_some(it.is_login);
        let open = world.lock().attempts.iter().filter_map(is_open).collect();
        drop(self.clients);
        let subject = world.conditions.subject;
        let side = subject.sandbox_side();
        Remains {
            effects: side.effects(sandbox),
            spent: side.spent(sandbox, &subject.account()),
            journal,
            tasks,
            open,
            held: Arc::strong_count(&self.network) - 1,
            panics: PANICS.take(),
        }
    }
}

/// A panic that somebody catches is one as well.
fn count_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = take_hook();
        set_hook(Box::new(move |panic| {
            PANICS.set(PANICS.get() + 1);
            print(panic);
        }));
    });
    PANICS.set(0);
}

impl fmt::Display for Case {
    /// The command that plays it again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let command = "cargo run --release -p payvand-simulation --";
        write!(f, "{command} --case {} --calls {}", self.seed, self.calls)
    }
}
