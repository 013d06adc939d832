//! How much was tried: a claim about nothing does not hold.

use std::fmt;

use crate::case::Remains;
use crate::subjects::What;
use crate::world::State;

/// What there was of everything, each with what it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(pub Vec<(&'static str, usize)>);

impl Counts {
    pub(crate) fn of(state: &State, remains: &Remains) -> Self {
        let told = |what: fn(&What) -> bool| {
            let ends = state.calls.iter().filter_map(|call| call.ended.as_ref());
            ends.filter(|(_, told)| what(&told.what)).count()
        };
        let attempts = || state.attempts.iter();
        Self(vec![
            ("calls", state.calls.len()),
            ("done", told(|what| matches!(what, What::Done { .. }))),
            ("without effect", told(|what| *what == What::NoEffect)),
            ("in doubt", told(|what| *what == What::Unknown)),
            ("dropped", told(|what| *what == What::Dropped)),
            ("requests", state.attempts.len()),
            (
                "logins",
                attempts().filter(|it| it.is_login && !it.is_direct).count(),
            ),
            (
                "tokens refused",
                attempts().filter(|it| it.fate.refuses_token()).count(),
            ),
            ("effects", remains.effects.len()),
            (
                "orders observed",
                remains.journal.as_ref().map_or(0, |it| it.observed.len()),
            ),
            ("calls at a limit", remains.probes.len()),
            ("revocations", state.revocations.len()),
            ("jumps of the wall clock", state.jumps.len()),
        ])
    }

    pub(crate) fn add(&mut self, other: Self) {
        if self.0.is_empty() {
            return *self = other;
        }
        for (sum, (_, count)) in self.0.iter_mut().zip(other.0) {
            sum.1 += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (what, count)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{count} {what}")?;
        }
        Ok(())
    }
}
