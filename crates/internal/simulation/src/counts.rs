//! How much was tried: a claim about nothing does not hold.

use std::collections::BTreeMap;

use payvand_harness::What;

use crate::world::{Attempt, State};

/// What there was of everything.
pub type Counts = BTreeMap<&'static str, usize>;

pub(crate) fn count(state: &State) -> Counts {
    let told = |is_it: fn(&What) -> bool| state.calls.iter().filter(|it| is_it(&it.what)).count();
    let attempts = |is_it: fn(&&Attempt) -> bool| state.attempts.iter().filter(is_it).count();
    let observed = state.remains.journal.as_ref().map(|it| it.heard.len());
    let brought = |token, process| {
        let mut logins = state.attempts.iter().filter(|it| it.brought.is_some());
        logins.any(|it| it.brought == token && it.process != process)
    };
    let taken = state
        .attempts
        .iter()
        .filter(|it| brought(it.token.clone(), it.process));
    BTreeMap::from([
        ("calls", state.calls.len()),
        ("done", told(|what| matches!(what, What::Done(_)))),
        ("without effect", told(|what| *what == What::NoEffect)),
        ("in doubt", told(|what| *what == What::Unknown)),
        ("dropped", told(|what| *what == What::Dropped)),
        ("requests", state.attempts.len()),
        ("logins", attempts(|it| it.is_login && it.process.is_some())),
        ("processes", state.processes.len()),
        ("requests with another process's token", taken.count()),
        ("tokens refused", attempts(|it| it.fate.refuses_token())),
        ("effects", state.remains.effects.len()),
        ("orders observed", observed.unwrap_or_default()),
        ("revocations", state.revocations.len()),
        ("jumps of the wall clock", state.jumps.len()),
    ])
}
