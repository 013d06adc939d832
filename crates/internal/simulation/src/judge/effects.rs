//! Money and messages: what was done is what the callers were told.

use std::collections::BTreeMap;

use http_core::Semantics::NonIdempotent;
use payvand_harness::Key;

use crate::judge::{Evidence, Violations};
use crate::subjects::What;
use crate::subjects::orders::{COUNT, Journal};

/// What the callers were told of everything with the same key, and what is there.
#[derive(Debug, Default)]
struct Account<'a> {
    done: Vec<Option<&'a str>>,
    in_doubt: usize,
    there: Vec<Option<&'a str>>,
    may_be_repeated: bool,
}

pub(super) fn judge(evidence: &Evidence<'_>, violations: &mut Violations) {
    let mut all: BTreeMap<(&str, &str), Account<'_>> = BTreeMap::new();
    for call in &evidence.state.calls {
        let key = match call.of.key {
            Some(Key::Marker) => call.arguments.marker.as_str(),
            Some(Key::Id) => call.arguments.id.as_deref().unwrap_or("seeded"),
            None => continue,
        };
        // The sandbox does not tell the ways apart in which a link is added.
        let name = call.of.name.split(' ').next().unwrap_or_default();
        let account = all.entry((name, key)).or_default();
        account.may_be_repeated = call.of.semantics != NonIdempotent;
        match call.ended.as_ref().map(|(_, told)| &told.what) {
            Some(What::Done { id }) => account.done.push(id.as_deref()),
            Some(What::NoEffect) => {}
            _ => account.in_doubt += 1,
        }
    }
    for effect in &evidence.remains.effects {
        let account = all.entry((effect.call, &effect.key)).or_default();
        account.there.push(effect.id.as_deref());
    }
    for (call, account) in &all {
        let (there, known) = (account.there.len(), account.done.len() + account.in_doubt);
        let is_known = there <= known || account.may_be_repeated && known > 0;
        check!(
            violations,
            is_known,
            "done twice, or without an effect as was said: {call:?} {account:?}"
        );
        check!(
            violations,
            account.done.len() <= there,
            "said to be done: {call:?} {account:?}"
        );
        if let ([Some(told)], [Some(there)]) = (&account.done[..], &account.there[..]) {
            check!(
                violations,
                told == there,
                "under another id: {call:?} {account:?}"
            );
        }
    }
    money(evidence, violations);
    if let Some(journal) = &evidence.remains.journal {
        observed(evidence, journal, violations);
    }
}

/// What is left of the balance settles every doubt.
fn money(evidence: &Evidence<'_>, violations: &mut Violations) {
    let Some((before, after)) = evidence.remains.money else {
        return;
    };
    let spent = before - after;
    let orders = evidence.remains.effects.len() as u64;
    check!(
        violations,
        spent == orders * u64::from(COUNT),
        "{spent} spent for {orders} orders"
    );
    let told = |of: fn(&What) -> bool| {
        let orders = evidence.state.calls.iter().filter(|call| call.of.name == "order");
        let ends = orders.map(|call| call.ended.as_ref().map_or(&What::Dropped, |(_, told)| &told.what));
        ends.filter(|what| of(what)).count() as u64 * u64::from(COUNT)
    };
    let (done, none) = (
        told(|what| matches!(what, What::Done { .. })),
        told(|what| *what == What::NoEffect),
    );
    let most = told(|_| true) - none;
    check!(
        violations,
        (done..=most).contains(&spent),
        "{spent} spent, {done} to {most} told"
    );
}

/// The observer heard of every order before it was sent, and of its outcome; the budget holds.
fn observed(evidence: &Evidence<'_>, journal: &Journal, violations: &mut Violations) {
    let mut reserved = 0;
    check!(
        violations,
        journal.contradictions == 0,
        "{} outcomes too many",
        journal.contradictions
    );
    for (marker, told) in &journal.observed {
        let there = evidence
            .remains
            .effects
            .iter()
            .filter(|effect| effect.key == *marker)
            .count();
        let holds = match told {
            Some(What::Done { .. }) => there == 1,
            Some(What::NoEffect) => there == 0,
            _ => told.is_some() && there <= 1,
        };
        check!(
            violations,
            holds,
            "{marker}: {there} there, and the observer heard {told:?}"
        );
        reserved += u64::from(COUNT) * u64::from(*told != Some(What::NoEffect));
    }
    for effect in &evidence.remains.effects {
        let is_known = journal.observed.iter().any(|(marker, _)| *marker == effect.key);
        check!(
            violations,
            is_known,
            "the observer knows nothing of {}",
            effect.key
        );
    }
    let left = journal.budget.checked_sub(reserved);
    check!(
        violations,
        left == Some(journal.budget_left),
        "{} left of {}, {reserved} reserved",
        journal.budget_left,
        journal.budget
    );
}
