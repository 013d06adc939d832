//! A case: one client and its callers, one sandbox, and everything that goes wrong between them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http_core::{Semantics, Simulated};
use payvand_sandbox::Sandbox;
use payvand_sandbox::smsafzar::TokenKind;
use tokio::task::{JoinError, JoinHandle};

use crate::callers::make;
use crate::conditions::Conditions;
use crate::counts::Counts;
use crate::judge::judge;
use crate::log::Log;
use crate::network::fate::Fates;
use crate::network::{Network, fault_of};
use crate::plan::{Happening, Manner, Plan, happenings};
use crate::random::Random;
use crate::remains::Remains;
use crate::runtimes::Runtimes;
use crate::subject::Subject;
use crate::subjects::Client;
use crate::world::World;

/// Longer than any call takes.
const AFTERWARDS: Duration = Duration::from_secs(120);

/// How closely it is looked whether all calls have ended.
const STEP: Duration = Duration::from_millis(100);

/// Longer than any request or answer is under way.
const LONGEST_WAY: Duration = Duration::from_secs(15);

/// What the harness opens accounts with.
const MONEY: u64 = 10_000_000;

/// The number of the first call at the end.
const PROBES: u32 = 1_000_000;

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

impl Case {
    /// Plays it, and judges. With `print` everything that happens is printed.
    pub fn play(self, print: bool) -> Verdict {
        let conditions = Conditions::of(self.seed);
        let mut runtimes = Runtimes::new(conditions.runtimes);
        let mut log = Log::new(print);
        log.line(0, format_args!("{conditions:?}"));
        let world = World::new(runtimes.start(), log);
        let clock = Arc::clone(&world);
        let mut pauses = Random::of(self.seed, &[3]);
        let _simulated = Simulated::new(move || clock.wall_clock(), move || pauses.bits());
        let sandbox = sandbox(&world, &conditions);
        let network = Arc::new(Network {
            world: Arc::clone(&world),
            sandbox: Arc::clone(&sandbox),
            fates: Fates::new(self.seed, &conditions),
            runtime: runtimes.handle(0).clone(),
        });
        let account = conditions.subject.harness().account();
        let side = conditions.subject.harness().sandbox_side();
        runtimes.on_first(|| side.open(&sandbox, &account));
        let client = conditions.subject.client(&account, &conditions, network.clone());
        let mut tasks = Vec::new();
        for (pause, happening) in happenings(self.seed, &conditions, self.calls) {
            runtimes.go_on(pause);
            match happening {
                Happening::Call(plan) => tasks.push(start(&runtimes, &world, &client, plan)),
                Happening::Revocation => runtimes.on_first(|| {
                    side.revoke_tokens(&sandbox);
                    world.revoked();
                }),
                Happening::Jump(by) => runtimes.on_first(|| world.jump(by)),
                Happening::End(runtime) => runtimes.end(runtime),
                Happening::Stand(runtime, time) => runtimes.stand_still(runtime, time),
            }
        }
        let remains = Remains::of(runtimes, &world, &conditions, (client, network), tasks, &sandbox);
        let violations = judge(&world, &conditions, &remains);
        let state = world.lock();
        Verdict {
            hash: state.log.hash(),
            counts: Counts::of(&state, &remains),
            violations,
        }
    }
}

impl Remains {
    fn of(
        mut runtimes: Runtimes,
        world: &Arc<World>,
        conditions: &Conditions,
        (client, network): (Arc<dyn Client>, Arc<Network>),
        mut tasks: Vec<JoinHandle<()>>,
        sandbox: &Sandbox,
    ) -> Self {
        network.fates.calm_down();
        let mut left = AFTERWARDS;
        while tasks.iter().any(|task| !task.is_finished()) && !left.is_zero() {
            runtimes.go_on(STEP);
            left = left.saturating_sub(STEP);
        }
        // After that the limit has room again.
        runtimes.go_on(Duration::from_millis(1100));
        let parked = world.lock().open_attempts();
        let mut probes = Vec::new();
        if conditions.subject == Subject::Aparat && !world.lock().was_told_to_pause() {
            let first = world.lock().calls.len();
            for number in 0..conditions.most_a_second.unwrap_or_default() {
                tasks.push(start(&runtimes, world, &client, probe(conditions, number)));
                probes.push(first + number);
            }
        }
        runtimes.go_on(LONGEST_WAY);
        let alive = (0..runtimes.count()).map(|index| runtimes.handle(index).metrics().num_alive_tasks());
        // Under a limit a login that is parked is a task, and the connection of each is one.
        let alive = alive.sum::<usize>().saturating_sub(parked.1 * 2);
        let journal = client.journal();
        runtimes.on_first(|| drop(client));
        let held = Arc::strong_count(&network) - 1;
        let panics = runtimes.on_first(|| panics(tasks));
        runtimes.on_first(|| Self {
            effects: conditions.subject.harness().sandbox_side().effects(sandbox),
            money: money(conditions, sandbox),
            journal,
            tasks: alive,
            parked,
            probes,
            held,
            panics,
        })
    }
}

fn sandbox(world: &Arc<World>, conditions: &Conditions) -> Arc<Sandbox> {
    let (clock, of) = (Arc::clone(world), Arc::downgrade(world));
    let sandbox = Sandbox::builder()
        .record_limit(0)
        // It is judged by the messages: none may go.
        .message_limit(usize::MAX)
        .message_memory(usize::MAX)
        .clock(move || clock.server_time())
        .choose_fault(move |request| fault_of(&of, request))
        .without_socket();
    let side = conditions.subject.harness().sandbox_side();
    side.set_token_life(&sandbox, conditions.token_life);
    if conditions.has_opaque_tokens {
        side.set_token_kind(&sandbox, TokenKind::Opaque);
    }
    Arc::new(sandbox)
}

fn start(runtimes: &Runtimes, world: &Arc<World>, client: &Arc<dyn Client>, plan: Plan) -> JoinHandle<()> {
    let call = make(Arc::clone(world), Arc::clone(client), plan);
    runtimes.handle(plan.runtime).spawn(call)
}

/// A call that nothing is in the way of.
fn probe(conditions: &Conditions, number: usize) -> Plan {
    let safe = conditions
        .subject
        .calls()
        .find(|call| call.semantics == Semantics::Safe);
    Plan {
        number: PROBES + u32::try_from(number).unwrap_or_default(),
        call: safe.expect("each provider has one"),
        timeout: None,
        manner: Manner::Patient,
        runtime: 0,
        choice: 0,
    }
}

fn panics(tasks: Vec<JoinHandle<()>>) -> usize {
    let ended = tasks.into_iter().filter_map(FutureExt::now_or_never);
    ended
        .filter(|ended| ended.as_ref().is_err_and(JoinError::is_panic))
        .count()
}

fn money(conditions: &Conditions, sandbox: &Sandbox) -> Option<(u64, u64)> {
    let account = conditions.subject.harness().account();
    let balance = sandbox.aparat().balance(&account.secrets[0].value)?;
    Some((MONEY, balance))
}

impl fmt::Display for Case {
    /// The command that plays it again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, calls } = self;
        write!(
            f,
            "cargo run --release -p payvand-simulation -- --case {seed} --calls {calls}"
        )
    }
}
