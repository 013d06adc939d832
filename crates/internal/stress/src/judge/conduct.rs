//! How the clients behaved: in time, without a panic, within their memory, and discreetly.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use crate::entry::{Finished, Outcome};
use crate::groups::Conditions;
use crate::report::Line;

/// How many milliseconds later than its deadline a call may end: the machine is busy with much else.
const SLACK: u64 = 2000;

/// What the clients' process may hold at a time, in bytes and files: what stands once, and for each worker a connection,
/// a request and a part of an answer.
const ONCE: [usize; 2] = [8 << 20, 100];
const PER_WORKER: [usize; 2] = [160 << 10, 4];

pub(super) fn lines(evidence: &Evidence) -> Vec<Line> {
    let unfinished = Finished::default();
    let finished = evidence.finished.as_ref().unwrap_or(&unfinished);
    vec![
        faults(evidence),
        all_ended(evidence, finished),
        in_time(evidence),
        bounded(evidence, "the clients' heap is bounded", 0, finished),
        bounded(evidence, "the clients' files are bounded", 1, finished),
        logs(finished),
    ]
}

fn faults(evidence: &Evidence) -> Line {
    let mut claim = Line::new("three requests of ten have a fault, of every sort");
    let arrivals = evidence.arrivals.iter();
    let disturbed = arrivals.filter(|it| evidence.group(it.client.0).conditions == Conditions::Faults);
    let faults: Vec<_> = disturbed.map(|arrival| arrival.fault).collect();
    let count = faults.iter().flatten().count();
    let sorts: BTreeSet<_> = faults.iter().flatten().collect();
    let per_mille = count * 1000 / faults.len().max(1);
    let holds = (230..=350).contains(&per_mille);
    claim.check(holds, || format!("{per_mille} of a thousand"));
    let rest = format!(" in {} requests, of {} sorts", faults.len(), sorts.len());
    claim.counts(count, "faults", &rest)
}

fn all_ended(evidence: &Evidence, finished: &Finished) -> Line {
    let mut claim = Line::new("every call ended, and no task panicked");
    let has_finished = evidence.finished.is_some();
    claim.check(has_finished, || "the clients' process did not finish".to_owned());
    claim.check(finished.panics == 0, || format!("{} panics", finished.panics));
    claim.violations.extend(evidence.broken.iter().cloned());
    let calls: u32 = evidence.groups.iter().map(|group| group.calls).sum();
    let ended = evidence.ended.len();
    claim.check(ended == calls as usize, || format!("of {calls}"));
    let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
    for ended in evidence.ended.values() {
        *sorts.entry(&ended.call).or_default() += 1;
    }
    claim.counts(ended, "calls", &format!(": {sorts:?}"))
}

fn in_time(evidence: &Evidence) -> Line {
    let mut claim = Line::new("no call ended later than two seconds after its deadline");
    let (mut latest, mut timeouts, mut dropped) = (0, 0, 0);
    for (call, ended) in evidence.ended.iter().filter(|(_, ended)| !ended.unpolled) {
        timeouts += usize::from(ended.kind.as_deref() == Some("Timeout"));
        dropped += usize::from(ended.outcome == Outcome::Dropped);
        let late = ended.millis.saturating_sub(ended.timeout);
        latest = latest.max(late);
        let holds = late <= SLACK && ended.outcome != Outcome::Hung;
        claim.check(holds, || format!("{call:?} ended {late} ms late: {ended:?}"));
    }
    let rest = format!(", the latest by {latest} ms; {dropped} futures were dropped");
    claim.counts(timeouts, "calls ended with their deadline", &rest)
}

/// Less than a bound, and about as much after a fifth of the calls as at the end.
fn bounded(evidence: &Evidence, claim: &'static str, of: usize, finished: &Finished) -> Line {
    let mut claim = Line::new(claim);
    let workers: u32 = evidence.groups.iter().map(|group| group.workers).sum();
    let bound = ONCE[of] + workers as usize * PER_WORKER[of];
    let (early, most) = (finished.early[of], finished.most[of]);
    let grows = most > early * 3 / 2 + ONCE[of] / 2;
    claim.check(most < bound && !grows, || "that is too much".to_owned());
    let rest = format!(" of {bound}, {early} after a fifth of the calls");
    claim.counts(most, "at most", &rest)
}

fn logs(finished: &Finished) -> Line {
    let mut claim = Line::new("no secret in the logs of all libraries, nor in an error");
    claim.violations.extend(finished.leaks.iter().cloned());
    let unheard = &finished.unheard;
    claim.check(unheard.is_empty(), || format!("no log line of {unheard:?}"));
    let (lines, bytes) = finished.logged;
    claim.counts(lines, "lines", &format!(" of {bytes} bytes at TRACE"))
}
