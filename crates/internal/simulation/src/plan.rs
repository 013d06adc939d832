//! Who calls what and when, and what happens meanwhile. All of it comes from the seed and the number of the call or
//! event.

use std::time::Duration;

use http_core::Semantics;
use payvand_harness::Call;

use crate::conditions::Conditions;
use crate::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Patient,
    /// The call is dropped after this time.
    Dropped(Duration),
    /// After the first time nobody polls it for the second.
    Starved(Duration, Duration),
    /// Two calls in a `select!`: the first to end wins, and the other is dropped.
    Raced,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) number: u32,
    pub(crate) call: &'static Call,
    /// `None`: the client's own.
    pub(crate) timeout: Option<Duration>,
    pub(crate) manner: Manner,
    pub(crate) runtime: usize,
    /// Which of the ids made so far it uses.
    pub(crate) choice: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Happening {
    /// Time goes on.
    Pause(Duration),
    Call(Plan),
    /// Every token so far becomes worthless.
    Revocation,
    /// The wall clock of the clients' machine is set, by this number of seconds.
    Jump(i64),
    /// A runtime ends with all that is on it, and a new one takes its place.
    End(usize),
    /// A runtime stands still for so long.
    Stand(usize, Duration),
}

/// Everything that happens in a case of this number of calls, in its order.
pub(crate) fn happenings(conditions: &Conditions, calls: u32) -> Vec<Happening> {
    let mut all = Vec::new();
    let mut left_in_bunch = 0;
    for number in 0..calls {
        let mut random = Random::of(conditions.seed, &[1, number.into()]);
        let random = &mut random;
        if random.percent(conditions.revocations) {
            all.push(Happening::Revocation);
        }
        if random.percent(conditions.jumps) {
            // Seconds to weeks, forward and back.
            let seconds = 1 << random.between(0, 21);
            all.push(Happening::Jump(random.pick(&[seconds, -seconds])));
        }
        let runtime = random.index(conditions.runtimes);
        if runtime > 0 && random.percent(conditions.ends * 2) {
            let still = Happening::Stand(runtime, random.millis(1, 8000));
            all.push(random.pick(&[Happening::End(runtime), still]));
        }
        if left_in_bunch > 0 {
            left_in_bunch -= 1;
        } else {
            if random.percent(10) {
                left_in_bunch = random.between(0, conditions.bunch - 1);
            }
            let pause = random.millis(0, conditions.gap * (left_in_bunch + 1) * 2);
            all.push(Happening::Pause(pause));
        }
        all.push(Happening::Call(plan(conditions, number, runtime, random)));
    }
    all
}

fn plan(conditions: &Conditions, number: u32, runtime: usize, random: &mut Random) -> Plan {
    let changes_something = random.percent(60);
    let fits = |call: &&Call| (call.semantics == Semantics::NonIdempotent) == changes_something;
    let subject = conditions.subject;
    let calls = subject.calls().iter().chain(subject.more_calls());
    let fitting: Vec<_> = calls.filter(fits).collect();
    let time = random.millis(50, 200) * (1 << random.between(0, 6));
    let dropped = Duration::from_millis((1 << random.between(0, 12)) - 1);
    let still = random.millis(1, 200) * (1 << random.between(0, 6));
    let manners = [
        (conditions.dropped, Manner::Dropped(dropped)),
        (conditions.starved, Manner::Starved(random.millis(0, 1500), still)),
        (conditions.raced, Manner::Raced),
    ];
    let mut manners = manners.into_iter();
    let manner = manners.find(|(chance, _)| random.percent(*chance));
    Plan {
        number,
        call: random.pick(&fitting),
        timeout: random.percent(80).then_some(time),
        manner: manner.map_or(Manner::Patient, |(_, manner)| manner),
        runtime,
        choice: random.index(1_000_000),
    }
}
