//! Money and messages: what was done is what the callers were told.

use std::collections::BTreeMap;

use http_core::Semantics;
use payvand_harness::{Effect, Key};

use super::Evidence;
use crate::entry::Outcome;
use crate::faults::leaves_doubt;
use crate::groups::{CallId, marker};
use crate::plan::is_own;
use crate::record::Arrival;
use crate::report::Line;

/// What the callers were told of everything with the same key, and what is there.
#[derive(Debug, Default)]
struct Told<'a> {
    done: Vec<Option<&'a str>>,
    in_doubt: usize,
    no_effect: usize,
    there: Vec<Option<&'a str>>,
    may_be_repeated: bool,
}

type All<'a> = BTreeMap<(&'a str, String), Told<'a>>;

pub(super) fn lines(evidence: &Evidence) -> Vec<Line> {
    let mut all = All::new();
    for (&id, ended) in &evidence.ended {
        let calls = evidence.group(ended.group).provider.calls();
        let mut calls = calls.iter().filter(|call| call.name == ended.call);
        let call = calls.next().expect("a call of the harness");
        let key = match call.key {
            Some(Key::Marker) => marker(id),
            Some(Key::Id) => ended.id.clone().unwrap_or_default(),
            None => continue,
        };
        let told = all.entry((call.name, key)).or_default();
        told.may_be_repeated = call.semantics != Semantics::NonIdempotent;
        match &ended.outcome {
            Outcome::Done { id } => told.done.push(id.as_deref()),
            Outcome::NoEffect => told.no_effect += 1,
            _ => told.in_doubt += 1,
        }
    }
    for Effect { call, key, id } in &evidence.effects {
        let told = all.entry((call, key.clone())).or_default();
        told.there.push(id.as_deref());
    }
    vec![done(&all), known(&all), sent_again(evidence)]
}

fn done(all: &All<'_>) -> Line {
    let mut claim = Line::new("what was reported as done was done, under the id that was reported");
    for (call, told) in all {
        let are_the_same = match (&told.done[..], &told.there[..]) {
            ([Some(reported)], [Some(there)]) => reported == there,
            _ => true,
        };
        let holds = told.done.len() <= told.there.len() && are_the_same;
        claim.check(holds, || format!("{call:?}: {told:?}"));
    }
    claim.counts(all.values().map(|told| told.done.len()).sum(), "reported", "")
}

fn known(all: &All<'_>) -> Line {
    let mut claim =
        Line::new("nothing was done with effect none, twice, or without a caller that knows of it");
    let (mut in_doubt, mut there) = (0, 0);
    for (call, told) in all {
        in_doubt += told.in_doubt;
        there += told.there.len();
        let known = told.done.len() + told.in_doubt;
        let holds = told.there.len() <= known || told.may_be_repeated && known > 0;
        claim.check(holds, || format!("{call:?}: {told:?}"));
    }
    let no_effect = all.values().map(|told| told.no_effect).sum();
    let rest = format!(", {in_doubt} in doubt; {there} are there");
    claim.counts(no_effect, "with effect none", &rest)
}

fn sent_again(evidence: &Evidence) -> Line {
    let mut claim =
        Line::new("what must not be done twice is sent again only with another token, and not in doubt");
    let mut sent: BTreeMap<CallId, Vec<&Arrival>> = BTreeMap::new();
    for arrival in &evidence.arrivals {
        let mut calls = evidence.group(arrival.client.0).provider.calls().iter();
        let is_own = calls.any(|call| call.name == arrival.call && is_own(call));
        if let Some(call) = arrival.marked.filter(|_| is_own) {
            sent.entry(call).or_default().push(arrival);
        }
    }
    let mut again = 0;
    for pair in sent.values().flat_map(|arrivals| arrivals.windows(2)) {
        again += 1;
        let (before, after) = (pair[0], pair[1]);
        let was_in_doubt = before.fault.is_some_and(leaves_doubt);
        let holds = !before.is_good && !was_in_doubt && before.token != after.token;
        claim.check(holds, || format!("again after {before:?}"));
    }
    claim.counts(sent.len(), "arrived", &format!(", {again} of them again"))
}
