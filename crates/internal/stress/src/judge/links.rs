//! Short links: added once or not at all, visited once for each visit.

use std::collections::BTreeMap;

use super::{Evidence, counted};
use crate::lanes::marked;
use crate::ledger::{Outcome, What};
use crate::report::Line;

pub(super) fn lines(evidence: &Evidence<'_>) -> Vec<Line> {
    vec![added(evidence), visited(evidence)]
}

fn added(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("links reported as added exist once, those with effect none do not");
    let exist = counted(evidence.links.iter().filter_map(|link| marked(link.content())));
    let adds = evidence
        .arrivals
        .iter()
        .filter(|arrival| arrival.what == What::Add);
    let arrived = counted(adds.filter_map(|arrival| Some((arrival.lane, arrival.call?))));
    for (call, times) in arrived.iter().chain(&exist) {
        claim.check(*times == 1, || {
            format!("{call:?} arrived or exists {times} times")
        });
    }
    let (mut done, mut not_done, mut in_doubt) = (0, 0, 0);
    for (call, ended) in evidence.book.of(What::Add) {
        let exists = exist.contains_key(&call);
        match &ended.outcome {
            Outcome::Done { id } => {
                done += 1;
                let link = id
                    .as_deref()
                    .and_then(|hash| evidence.provider.sandbox.podlink().link(hash));
                let is_it = link.is_some_and(|link| marked(link.content()) == Some(call));
                claim.check(is_it, || {
                    format!("{call:?} was reported as {id:?}, which is not it")
                });
            }
            Outcome::NoEffect => {
                not_done += 1;
                claim.check(!exists, || {
                    format!("{call:?} exists, and was told to have no effect: {ended:?}")
                });
            }
            _ => in_doubt += 1,
        }
    }
    let rest = format!(
        ", {not_done} with effect none, {in_doubt} in doubt; {} exist",
        exist.len()
    );
    claim.counts(done, "reported", &rest)
}

fn visited(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("a visit counts once");
    // Of each link: visits that were reported, that may have been, and that arrived.
    let mut visits: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut reported = 0;
    for (_, ended) in evidence.book.of(What::Visit) {
        let (done, perhaps, _) = visits
            .entry(ended.about.as_deref().unwrap_or_default())
            .or_default();
        match ended.outcome {
            Outcome::Done { .. } => {
                reported += 1;
                *done += 1;
            }
            Outcome::NoEffect => {}
            _ => *perhaps += 1,
        }
    }
    for arrival in evidence
        .arrivals
        .iter()
        .filter(|arrival| arrival.what == What::Visit)
    {
        visits
            .entry(arrival.about.as_deref().unwrap_or_default())
            .or_default()
            .2 += 1;
    }
    let mut clicks_in_all = 0;
    for (hash, (done, perhaps, arrived)) in &visits {
        let link = evidence.provider.sandbox.podlink().link(hash);
        let clicks = link.map_or(0, |link| link.clicks().len());
        clicks_in_all += clicks;
        claim.check((*done..=done + perhaps).contains(&clicks), || {
            format!("{hash}: {clicks} clicks, {done} visits reported and {perhaps} in doubt")
        });
        claim.check(clicks <= *arrived, || {
            format!("{hash}: {clicks} clicks of {arrived} visits that arrived")
        });
    }
    claim.counts(reported, "reported", &format!(", {clicks_in_all} counted"))
}
