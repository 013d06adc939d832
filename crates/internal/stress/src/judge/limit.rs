//! Five in a second.

use std::collections::BTreeMap;

use super::Evidence;
use crate::groups::Conditions;
use crate::record::Arrival;
use crate::report::Line;

const MOST: usize = 5;
const SECOND: u64 = 1_000_000;

pub(super) fn line(evidence: &Evidence) -> Line {
    let mut claim = Line::new("never a sixth arrival of a client within a second, where five are allowed");
    let mut clients: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for Arrival { client, at, .. } in &evidence.arrivals {
        if evidence.group(client.0).conditions == Conditions::Limited {
            clients.entry(client).or_default().push(*at);
        }
    }
    let (mut full, mut shortest) = (0, u64::MAX);
    for (client, arrivals) in &clients {
        for six in arrivals.windows(MOST + 1) {
            let time = six[MOST] - six[0];
            shortest = shortest.min(time);
            full += usize::from(time < 2 * SECOND);
            claim.check(time >= SECOND, || {
                format!("{client:?}: six arrivals within {time} µs")
            });
        }
    }
    let rest = format!(
        " within two, of {} clients; the shortest took {shortest} µs",
        clients.len()
    );
    claim.counts(full, "times six", &rest)
}
