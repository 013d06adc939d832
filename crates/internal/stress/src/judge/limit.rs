//! Five in a second.

use std::collections::BTreeSet;

use super::Evidence;
use crate::lanes::LaneKind;
use crate::ledger::{Outcome, What};
use crate::record::{Arrival, Plain};
use crate::report::Line;

const MOST: usize = 5;
const SECOND: u64 = 1_000_000;

/// A call that was given up may be reported so much later than that.
const GIVEN_UP: u64 = 20_000;

pub(super) fn lines(evidence: &Evidence<'_>) -> Vec<Line> {
    let mut claim = Line::new("never a sixth arrival of a client within a second at SMSAfzar");
    let used: BTreeSet<_> = evidence
        .arrivals
        .iter()
        .filter_map(|arrival| arrival.token.as_deref())
        .collect();
    let (mut judged, mut aside, mut clients, mut full) = (0, 0, 0, 0);
    let mut shortest = u64::MAX;
    for lane in evidence.lanes.iter().filter(|lane| lane.kind == LaneKind::Afzar) {
        clients += 1;
        let arrivals = evidence
            .arrivals
            .iter()
            .filter(|arrival| arrival.lane == lane.number);
        let (counted, given_up): (Vec<_>, Vec<_>) =
            arrivals.partition(|arrival| was_awaited(evidence, arrival, &used));
        judged += counted.len();
        aside += given_up.len();
        for six in counted.windows(MOST + 1) {
            let time = six[MOST].at - six[0].at;
            shortest = shortest.min(time);
            full += usize::from(time < 2 * SECOND);
            claim.check(time >= SECOND, || {
                format!(
                    "client {}: six arrivals within {time} µs, from {} on",
                    lane.number, six[0].at
                )
            });
        }
    }
    claim.check(full > 0, || {
        "the limit was never near: nothing was tried".to_owned()
    });
    let rest = format!(
        " of {clients} clients, {aside} more that had been given up or may have been; any six take at least {shortest} µs"
    );
    vec![claim.counts(judged, "arrivals", &rest)]
}

/// Whether the client was certainly waiting when the request arrived. Of one that was given up on its way, by a
/// dropped future, a deadline or a connection that broke, no client knows when it arrives: no limiter can count it.
fn was_awaited(evidence: &Evidence<'_>, arrival: &Arrival, used: &BTreeSet<&str>) -> bool {
    if arrival.what == What::Login {
        // It does not say which call it is for; but a token that is used later has reached the client.
        return matches!(&arrival.answer, Some(Plain::Good(Some(token))) if used.contains(token.as_str()));
    }
    let Some(ended) = arrival
        .call
        .and_then(|call| evidence.book.ended.get(&(arrival.lane, call)))
    else {
        return false;
    };
    let was_given_up = matches!(ended.outcome, Outcome::Dropped | Outcome::Hung)
        || matches!(ended.kind.as_deref(), Some("Timeout" | "Interrupted"));
    !was_given_up || arrival.at + GIVEN_UP < ended.at
}
