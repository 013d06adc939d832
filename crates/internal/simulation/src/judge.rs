//! What must hold in every case. The truth is what the sandbox has at the end, and when each request arrived there.

/// Writes down what does not hold.
macro_rules! check {
    ($violations:expr, $holds:expr, $($what:tt)+) => {
        if !$holds {
            $violations.0.push(format!($($what)+));
        }
    };
}

mod conduct;
mod effects;
mod limit;
mod tokens;

use crate::conditions::Conditions;
use crate::remains::Remains;
use crate::world::{Millis, State, World};

const SECOND: Millis = 1000;

/// Timers are no finer, and clocks of runtimes no closer.
const TICKS: Millis = 4;

/// What a judge reads.
pub(crate) struct Evidence<'a> {
    pub(crate) state: &'a State,
    pub(crate) conditions: &'a Conditions,
    pub(crate) remains: &'a Remains,
}

/// What did not hold.
#[derive(Debug, Default)]
pub(crate) struct Violations(pub(crate) Vec<String>);

pub(crate) fn judge(world: &World, conditions: &Conditions, remains: &Remains) -> Vec<String> {
    let state = world.lock();
    let evidence = Evidence {
        state: &state,
        conditions,
        remains,
    };
    let mut violations = Violations::default();
    effects::judge(&evidence, &mut violations);
    conduct::judge(&evidence, &mut violations);
    limit::judge(&evidence, &mut violations);
    if conditions.subject.has_tokens() {
        tokens::judge(&evidence, &mut violations);
    }
    violations.0
}
