//! Money and messages: what was done is what the callers were told.

use std::collections::BTreeMap;

use http_core::Semantics;
use payvand_harness::{Effect, Key};

use super::Evidence;
use crate::entry::{Ended, Outcome};
use crate::faults::REFUSED_TOKEN;
use crate::groups::{CallId, marked, marker};
use crate::plan::is_own;
use crate::record::{Arrival, Plain};
use crate::report::Line;

/// What the callers were told of everything with the same key, and what is there.
#[derive(Default)]
struct Told<'a> {
    done: Vec<&'a Ended>,
    no_effect: usize,
    in_doubt: usize,
    there: Vec<&'a Effect>,
    may_be_repeated: bool,
}

pub(super) fn lines(evidence: &Evidence) -> Vec<Line> {
    let mut all: BTreeMap<(&str, String), Told<'_>> = BTreeMap::new();
    for (&id, ended) in &evidence.ended {
        let calls = evidence.group(ended.group).provider.calls();
        let Some(call) = calls.iter().find(|call| call.name == ended.call) else {
            continue;
        };
        let key = match call.key {
            Some(Key::Marker) => marker(id),
            Some(Key::Id) => ended.id.clone().unwrap_or_default(),
            None => continue,
        };
        let told = all.entry((call.name, key)).or_default();
        told.may_be_repeated = call.semantics != Semantics::NonIdempotent;
        match ended.outcome {
            Outcome::Done { .. } => told.done.push(ended),
            Outcome::NoEffect => told.no_effect += 1,
            _ => told.in_doubt += 1,
        }
    }
    for effect in &evidence.effects {
        all.entry((effect.call, effect.key.clone()))
            .or_default()
            .there
            .push(effect);
    }
    vec![done(&all), known(&all), sent_again(evidence)]
}

fn done(all: &BTreeMap<(&str, String), Told<'_>>) -> Line {
    let mut claim = Line::new("what was reported as done was done, under the id that was reported");
    let mut reported = 0;
    for ((call, key), told) in all {
        reported += told.done.len();
        let (done, there) = (told.done.len(), told.there.len());
        claim.check(done <= there, || {
            format!("{call} {key}: {done} times reported, {there} times there")
        });
        if let (
            [
                Ended {
                    outcome: Outcome::Done { id: Some(id) },
                    ..
                },
            ],
            [Effect { id: Some(there), .. }],
        ) = (&told.done[..], &told.there[..])
        {
            claim.check(id == there, || {
                format!("{call} {key}: {id} was reported, and {there} is there")
            });
        }
    }
    claim.counts(reported, "reported", "")
}

fn known(all: &BTreeMap<(&str, String), Told<'_>>) -> Line {
    let mut claim =
        Line::new("nothing was done with effect none, twice, or without a caller that knows of it");
    let (mut no_effect, mut in_doubt, mut there) = (0, 0, 0);
    for ((call, key), told) in all {
        no_effect += told.no_effect;
        in_doubt += told.in_doubt;
        there += told.there.len();
        let known = told.done.len() + told.in_doubt;
        let is_known = told.there.len() <= known || told.may_be_repeated && known > 0;
        claim.check(is_known, || {
            format!(
                "{call} {key}: {} times there; {} calls were told so, {} are in doubt, {} have effect none",
                told.there.len(),
                told.done.len(),
                told.in_doubt,
                told.no_effect
            )
        });
    }
    claim.counts(
        no_effect,
        "with effect none",
        &format!(", {in_doubt} in doubt; {there} are there"),
    )
}

fn sent_again(evidence: &Evidence) -> Line {
    let mut claim =
        Line::new("what must not be done twice is sent again only after its token was refused, with another");
    let mut sent: BTreeMap<CallId, Vec<&Arrival>> = BTreeMap::new();
    for arrival in &evidence.arrivals {
        let calls = evidence.group(arrival.client.0).provider.calls();
        let is_own = calls.iter().any(|call| call.name == arrival.call && is_own(call));
        if let Some(call) = arrival.marked.filter(|_| is_own) {
            sent.entry(call).or_default().push(arrival);
        }
    }
    let mut again = 0;
    for (call, arrivals) in &sent {
        for pair in arrivals.windows(2) {
            again += 1;
            let was_refused =
                pair[0].fault == Some(REFUSED_TOKEN) || pair[0].answer == Some(Plain::TokenRefused);
            claim.check(was_refused && pair[0].token != pair[1].token, || {
                let Arrival {
                    call: name,
                    fault,
                    answer,
                    ..
                } = pair[0];
                format!("{name} {call:?} was sent again after {fault:?}, {answer:?}")
            });
        }
    }
    for effect in &evidence.effects {
        let is_ours = marked(&effect.key).is_none_or(|call| evidence.ended.contains_key(&call));
        claim.check(is_ours, || format!("{effect:?} is nobody's"));
    }
    claim.counts(
        sent.len(),
        "arrived",
        &format!(", {again} of them again with another token"),
    )
}
