//! As many in a second as the provider takes, and nobody waits for less.

use http_core::Kind;
use payvand_harness::What;

use crate::conditions::Conditions;
use crate::fate::Trouble;
use crate::judge::{SECOND, TICKS, Violations, latest};
use crate::runtimes::{Millis, millis};
use crate::world::{Attempt, Call, State};

/// The head of the queue may leave a place free for so long.
const PATIENCE: Millis = 25;

pub(super) fn judge(state: &State, conditions: &Conditions, violations: &mut Violations) {
    let Some(most) = conditions.most_a_second else {
        return;
    };
    let most = most as usize;
    for process in [None, Some(0)] {
        never_too_many(state, process, most, violations);
    }
    if conditions.runtimes == 1 {
        an_attempt_ends_without_its_caller(state, violations);
    }
    if !conditions.has_tokens && !state.was_told_to_pause() {
        nobody_waits_for_nothing(state, conditions, violations);
    }
}

/// An answer makes room for the next request when it comes, and not when somebody asks for it.
fn an_attempt_ends_without_its_caller(state: &State, violations: &mut Violations) {
    let usual = |it: &&Attempt| it.is_answered() && matches!(it.fate.trouble, Trouble::None);
    violations.check("was answered before", state.attempts.iter().filter(usual), |it| {
        let came = it.served.map(|(at, _)| at + millis(it.fate.way));
        came.is_none_or(|at| it.ended() <= at + TICKS)
    });
}

/// What arrived while somebody waited for its answer.
fn never_too_many(state: &State, process: Option<usize>, most: usize, violations: &mut Violations) {
    let attempts = state.attempts.iter().filter(|it| it.process == process);
    let in_time = attempts.filter_map(|it| it.arrived.filter(|at| *at <= it.ended()));
    let mut arrivals: Vec<_> = in_time.collect();
    arrivals.sort_unstable();
    let windows = arrivals.windows(most + 1);
    violations.check("one too many", windows, |it| it[most] - it[0] >= SECOND);
}

/// While a call waits for its turn, a place is free only for as long as those before it may be passed over.
fn nobody_waits_for_nothing(state: &State, conditions: &Conditions, violations: &mut Violations) {
    let (calls, taken) = (&state.calls, taken(state, conditions));
    let most = conditions.most_a_second.unwrap_or_default() as usize;
    let is_polled = |it: &&Call| it.is_patient() && !it.may_stand_still(conditions);
    let waits = calls.iter().filter(is_polled).filter_map(|call| {
        let until = match state.attempts.iter().find(|it| it.is_of(call)) {
            Some(first) => first.begun,
            None if call.attempts() == 0 && call.kind() == Some(Kind::Timeout) => call.end?,
            None => return None,
        };
        // It looks again by itself when all who were before it could have been passed over.
        let waited = |it: &&Call| it.begun <= call.begun && it.end.is_none_or(|at| at >= call.begun);
        let was_before = |it: &&Call| waited(it) || !is_polled(it) && it.begun <= until;
        let before = calls.iter().filter(was_before);
        let patience = PATIENCE * (before.count() as Millis + 1) + TICKS;
        Some((longest_free(&taken, most, call.begun, until), patience, call))
    });
    violations.check("free, and may be", waits, |(free, patience, _)| free <= patience);
}

/// From when to when each request takes a place. An attempt that was dropped before the transport saw it took one as
/// well, and perhaps one whose runtime stood still.
fn taken(state: &State, conditions: &Conditions) -> Vec<(Millis, Millis)> {
    let attempts = state.attempts.iter();
    let attempts = attempts.map(|it| (it.begun, it.ended().min(it.deadline) + SECOND));
    let calls = state.calls.iter().filter_map(|call| match call.what {
        _ if call.may_stand_still(conditions) => Some((call.begun, latest(call, conditions) + SECOND)),
        What::Dropped => Some((call.end?, call.end? + SECOND)),
        _ => None,
    });
    attempts.chain(calls).collect()
}

/// The longest time between the two in which fewer places than that were taken.
fn longest_free(taken: &[(Millis, Millis)], most: usize, begin: Millis, end: Millis) -> Millis {
    let mut changes: Vec<Millis> = taken.iter().flat_map(|(from, to)| [*from, *to]).collect();
    changes.retain(|at| (begin..end).contains(at));
    changes.extend([begin, end]);
    changes.sort_unstable();
    let (mut longest, mut free) = (0, 0);
    for pair in changes.windows(2) {
        let is_then = |it: &&(Millis, Millis)| it.0 <= pair[0] && pair[0] < it.1;
        let is_free = taken.iter().filter(is_then).count() < most;
        free = if is_free { free + pair[1] - pair[0] } else { 0 };
        longest = longest.max(free);
    }
    longest
}
