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
    pub(crate) choice: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Happening {
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

/// Everything that happens in a case of this number of calls, in its order, each with the time before it.
pub(crate) fn happenings(seed: u64, conditions: &Conditions, calls: u32) -> Vec<(Duration, Happening)> {
    let mut all = Vec::new();
    let mut left_in_bunch = 0;
    for number in 0..calls {
        let mut random = Random::of(seed, &[1, number.into()]);
        let random = &mut random;
        if random.percent(conditions.revocations) {
            all.push((Duration::ZERO, Happening::Revocation));
        }
        if random.percent(conditions.jumps) {
            all.push((Duration::ZERO, Happening::Jump(jump(random))));
        }
        let runtime = random.below(conditions.runtimes as u64);
        let runtime = usize::try_from(runtime).unwrap_or_default();
        if runtime > 0 && random.percent(conditions.ends * 2) {
            let still = Happening::Stand(runtime, random.millis(1, 8000));
            let happening = if random.percent(50) {
                Happening::End(runtime)
            } else {
                still
            };
            all.push((Duration::ZERO, happening));
        }
        let pause = if left_in_bunch > 0 {
            left_in_bunch -= 1;
            Duration::ZERO
        } else if random.percent(10) {
            left_in_bunch = random.below(conditions.bunch);
            random.millis(0, conditions.gap * (left_in_bunch + 2) * 2)
        } else {
            random.millis(0, conditions.gap * 2)
        };
        all.push((pause, Happening::Call(plan(conditions, number, runtime, random))));
    }
    all
}

fn plan(conditions: &Conditions, number: u32, runtime: usize, random: &mut Random) -> Plan {
    let changes_something = random.percent(60);
    let fits = |call: &&Call| (call.semantics == Semantics::NonIdempotent) == changes_something;
    let fitting: Vec<_> = conditions.subject.calls().filter(fits).collect();
    let call = *random.pick(&fitting);
    let timeout = random
        .percent(80)
        .then(|| random.millis(50, 200) * (1 << random.below(7)));
    let mut manner = Manner::Patient;
    if random.percent(conditions.dropped) {
        manner = Manner::Dropped(Duration::from_millis((1 << random.below(13)) - 1));
    } else if random.percent(conditions.starved) {
        manner = Manner::Starved(
            random.millis(0, 1500),
            random.millis(1, 200) * (1 << random.below(7)),
        );
    } else if random.percent(conditions.raced) {
        manner = Manner::Raced;
    }
    Plan {
        number,
        call,
        timeout,
        manner,
        runtime,
        choice: random.bits(),
    }
}

/// Seconds to weeks, forward and back.
fn jump(random: &mut Random) -> i64 {
    let seconds = i64::try_from(1_u64 << random.between(0, 21)).unwrap_or(1);
    if random.percent(60) { seconds } else { -seconds }
}
