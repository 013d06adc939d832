//! How much was tried: a claim about nothing does not hold.

use std::fmt;

use crate::remains::Remains;
use crate::subjects::What;
use crate::world::State;

const NAMES: [&str; 13] = [
    "calls",
    "done",
    "without effect",
    "in doubt",
    "dropped",
    "requests",
    "logins",
    "tokens refused",
    "effects",
    "orders observed",
    "calls at a limit",
    "revocations",
    "jumps of the wall clock",
];

/// What there was of everything, in the order in which it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts(pub [usize; 13]);

impl Counts {
    pub(crate) fn of(state: &State, remains: &Remains) -> Self {
        let ends = || state.calls.iter().filter_map(|call| call.ended.as_ref());
        let told = |what: fn(&What) -> bool| ends().filter(|(_, told)| what(&told.what)).count();
        let attempts = || state.attempts.iter();
        Self([
            state.calls.len(),
            told(|what| matches!(what, What::Done { .. })),
            told(|what| *what == What::NoEffect),
            told(|what| *what == What::Unknown),
            told(|what| *what == What::Dropped),
            state.attempts.len(),
            attempts().filter(|it| it.is_login && !it.is_direct).count(),
            attempts().filter(|it| it.fate.refuses_token()).count(),
            remains.effects.len(),
            remains.journal.as_ref().map_or(0, |it| it.observed.len()),
            remains.probes.len(),
            state.revocations.len(),
            state.jumps.len(),
        ])
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0
            .iter_mut()
            .zip(other.0)
            .for_each(|(sum, count)| *sum += count);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        NAMES
            .iter()
            .zip(self.0)
            .try_for_each(|(name, count)| write!(f, "{count} {name}; "))
    }
}
