//! What must hold in every case. The truth is what the sandbox has at the end, and when each request arrived there.

mod conduct;
mod effects;
mod limit;
mod tokens;

use std::fmt;

use crate::case::Remains;
use crate::conditions::Conditions;
use crate::world::{State, World};

/// What a judge reads.
pub(crate) struct Evidence<'a> {
    pub(crate) state: &'a State,
    pub(crate) conditions: &'a Conditions,
    pub(crate) remains: &'a Remains,
}

/// What did not hold.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    pub(crate) fn check(&mut self, holds: bool, what: fmt::Arguments<'_>) {
        if !holds {
            self.0.push(what.to_string());
        }
    }
}

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
