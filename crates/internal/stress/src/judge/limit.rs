//! Five in a second.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use crate::groups::Conditions;
use crate::record::{Arrival, Plain};
use crate::report::Line;

const MOST: usize = 5;
const SECOND: u64 = 1_000_000;

/// A call that was given up may be reported so much later than that.
const GIVEN_UP: u64 = 20_000;

pub(super) fn line(evidence: &Evidence) -> Line {
    let mut claim = Line::new("never a sixth arrival of a client within a second at SMSAfzar");
    let used: BTreeSet<_> = evidence
        .arrivals
        .iter()
        .filter_map(|arrival| arrival.token.as_deref())
        .collect();
    let mut clients: BTreeMap<_, Vec<&Arrival>> = BTreeMap::new();
    let (mut judged, mut aside, mut full) = (0, 0, 0);
    for arrival in &evidence.arrivals {
        if evidence.group(arrival.client.0).conditions != Conditions::Limited {
            continue;
        }
        if was_awaited(evidence, arrival, &used) {
            judged += 1;
            clients.entry(arrival.client).or_default().push(arrival);
        } else {
            aside += 1;
        }
    }
    let mut shortest = u64::MAX;
    for (client, arrivals) in &clients {
        for six in arrivals.windows(MOST + 1) {
            let time = six[MOST].at - six[0].at;
            shortest = shortest.min(time);
            full += usize::from(time < 2 * SECOND);
            claim.check(time >= SECOND, || {
                format!(
                    "client {client:?}: six arrivals within {time} µs, from {} on",
                    six[0].at
                )
            });
        }
    }
    claim.check(full > 0, || {
        "the limit was never near: nothing was tried".to_owned()
    });
    let rest = format!(
        " of {} clients, {aside} more that had been given up or may have been; any six take at least {shortest} µs",
        clients.len()
    );
    claim.counts(judged, "arrivals", &rest)
}

/// Whether the client was certainly waiting when the request arrived. Of one that was given up on its way, by a
/// dropped future, a deadline or a connection that broke, no client knows when it arrives: no limiter can count it.
fn was_awaited(evidence: &Evidence, arrival: &Arrival, used: &BTreeSet<&str>) -> bool {
    if arrival.call == "authenticate" {
        // It does not say which call it is for; but a token that is used later has reached the client.
        return matches!(&arrival.answer, Some(Plain::Good(Some(token))) if used.contains(token.as_str()));
    }
    let Some(ended) = arrival.marked.and_then(|call| evidence.ended.get(&call)) else {
        return false;
    };
    let was_given_up = ended.was_given_up() || ended.has_kind("Interrupted");
    !was_given_up || arrival.at + GIVEN_UP < ended.at
}
