//! What must hold in every case. The truth is what the sandbox has at the end, and when each request arrived there.

mod effects;
mod limit;
mod tokens;

use std::fmt::Debug;

use crate::conditions::Conditions;
use crate::plan::Manner;
use crate::runtimes::{Millis, millis};
use crate::world::{Call, End, State};

const SECOND: Millis = 1000;

/// Timers are no finer, and clocks of runtimes no closer.
const TICKS: Millis = 4;

/// A timer may fire late, and the core waits a little for what has begun; side by side runtimes take turns.
const LATE: Millis = 20;

/// What did not hold.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    /// Writes down those for which this does not hold.
    fn check<T: Debug>(&mut self, what: &str, of: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) {
        let others = of.into_iter().filter(|it| !holds(it));
        self.0.extend(others.map(|it| format!("{what}: {it:?}")));
    }
}

pub(crate) fn judge(state: &State, conditions: &Conditions) -> Vec<String> {
    let mut violations = Violations::default();
    effects::judge(state, conditions, &mut violations);
    conduct(state, conditions, &mut violations);
    limit::judge(state, conditions, &mut violations);
    if conditions.has_tokens {
        tokens::judge(state, conditions, &mut violations);
    }
    violations.0
}

/// How the client behaves: in time, and without leaving anything behind.
fn conduct(state: &State, conditions: &Conditions, violations: &mut Violations) {
    let calls = || state.calls.iter().filter(|it| !it.may_stand_still(conditions));
    violations.check("never ended", calls(), |call| call.end.is_some());
    let ends = calls().filter_map(|it| Some((it.end?, latest(it, conditions), it)));
    violations.check("its end, and the latest", ends, |(end, latest, _)| end <= latest);
    let attempts = &state.attempts;
    violations.check("sent after its deadline", attempts, |it| it.begun < it.deadline);
    violations.check("it ended after its deadline", attempts, |it| match it.end {
        Some((at, End::Answered | End::Failed)) => at <= it.deadline + LATE,
        _ => true,
    });
    let remains = &state.remains;
    let parked = remains.open.iter().filter(|is_login| **is_login).count();
    violations.check("logins parked", [parked], |it| *it <= conditions.runtimes);
    // Under a limit a login that is parked is a task, and the connection of each is one.
    let tasks = remains.tasks.saturating_sub(parked * 2);
    let left = (remains.open.len() - parked, tasks, remains.held, remains.panics);
    violations.check("left over", [left], |left| *left == (0, 0, 0, 0));
}

/// When the call has to be over.
fn latest(call: &Call, conditions: &Conditions) -> Millis {
    let timeout = call.arguments.timeout.unwrap_or(conditions.timeout);
    let timeout = match call.plan.call.name {
        // It is the client's, and that of each page.
        "authorization" => conditions.timeout,
        "stream_links" => timeout * 100,
        _ => timeout,
    };
    let polled_again = match call.plan.manner {
        Manner::Starved(after, time) => after + time,
        _ => timeout,
    };
    call.begun + millis(timeout.max(polled_again)) + LATE
}
