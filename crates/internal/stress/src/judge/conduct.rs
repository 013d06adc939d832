//! How the clients behaved: in time, without a panic, within their memory, and discreetly.

use std::collections::BTreeMap;

use super::Evidence;
use crate::ledger::{Outcome, Over, What};
use crate::report::Line;

/// So much later than its deadline a call may end: the machine is busy with much else.
const SLACK: u64 = 2000;

/// The most that the clients' process may hold at a time: what stands once, and for each hand a connection, a request
/// and a part of an answer.
const HEAP_ONCE: usize = 8 << 20;
const HEAP_OF_A_HAND: usize = 160 << 10;

pub(super) fn lines(evidence: &Evidence<'_>) -> Vec<Line> {
    let unheard = Over::default();
    let over = evidence.book.over.as_ref().unwrap_or(&unheard);
    vec![
        faults(evidence),
        all_ended(evidence, over),
        in_time(evidence),
        heap(evidence, over),
        logs(over),
        elsewhere(evidence),
        by_url(evidence),
    ]
}

fn faults(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("three requests of ten have a fault, of every sort");
    let storm = evidence
        .arrivals
        .iter()
        .filter(|arrival| !evidence.lanes[usize::from(arrival.lane)].kind.is_sheltered());
    let (mut requests, mut faulty) = (0, 0);
    let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
    for arrival in storm {
        requests += 1;
        if let Some(fault) = arrival.fault {
            faulty += 1;
            *sorts.entry(fault).or_default() += 1;
        }
    }
    let per_mille = faulty * 1000 / requests.max(1);
    claim.check((230..=330).contains(&per_mille), || {
        format!("{per_mille} of a thousand")
    });
    claim.check(evidence.provider.record.strangers() == 0, || {
        format!(
            "{} requests came from nobody",
            evidence.provider.record.strangers()
        )
    });
    claim.counts(
        faulty,
        "faults",
        &format!(" in {requests} requests, of {} sorts", sorts.len()),
    )
}

fn all_ended(evidence: &Evidence<'_>, over: &Over) -> Line {
    let mut claim = Line::new("every call ended, and no task panicked");
    claim.check(evidence.book.over.is_some(), || {
        "the clients' process did not end by itself".to_owned()
    });
    claim.check(over.panics == 0, || format!("{} panics", over.panics));
    for broken in &evidence.book.broken {
        claim.violated(broken.clone());
    }
    let mut ended = 0;
    for lane in &evidence.lanes {
        let calls = evidence
            .book
            .ended
            .range((lane.number, 0)..=(lane.number, u32::MAX))
            .count();
        ended += calls;
        claim.check(calls == lane.calls as usize, || {
            format!("lane {}: {calls} calls ended of {}", lane.number, lane.calls)
        });
    }
    let mut sorts: BTreeMap<What, usize> = BTreeMap::new();
    for call in evidence.book.ended.values() {
        *sorts.entry(call.what).or_default() += 1;
    }
    let sorts: Vec<_> = sorts
        .iter()
        .map(|(what, count)| format!("{count} {what:?}"))
        .collect();
    claim.counts(ended, "calls", &format!(": {}", sorts.join(", ")))
}

fn in_time(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("no call ended later than two seconds after its deadline");
    let (mut latest, mut timeouts, mut dropped) = (0, 0, 0);
    for (call, ended) in &evidence.book.ended {
        let late = ended.millis.saturating_sub(ended.timeout);
        if !ended.unpolled {
            latest = latest.max(late);
        }
        timeouts += usize::from(ended.kind.as_deref() == Some("Timeout"));
        dropped += usize::from(ended.outcome == Outcome::Dropped);
        let in_time = late <= SLACK || ended.unpolled;
        claim.check(in_time && ended.outcome != Outcome::Hung, || {
            format!(
                "{call:?} {:?} ended {late} ms after its deadline: {:?}",
                ended.what, ended.outcome
            )
        });
    }
    let rest = format!(", the latest by {latest} ms; {dropped} futures were dropped");
    claim.counts(timeouts, "calls ended with their deadline", &rest)
}

fn heap(evidence: &Evidence<'_>, over: &Over) -> Line {
    let mut claim = Line::new("the clients' heap is bounded, and does not grow with the calls");
    let hands: usize = evidence.lanes.iter().map(|lane| lane.hands as usize).sum();
    let bound = HEAP_ONCE + hands * HEAP_OF_A_HAND;
    let (early, peak) = (over.peak_after_a_fifth, over.peak);
    claim.check(peak < bound, || format!("{peak} bytes of {bound}"));
    claim.check(peak < early * 3 / 2 + HEAP_ONCE / 2, || {
        format!("{early} bytes after a fifth, {peak} at the end")
    });
    let (bound, early) = (bound >> 10, early >> 10);
    let rest = format!(" of {bound}, {early} KiB after a fifth of the calls; {hands} hands");
    claim.counts(peak >> 10, "KiB at most", &rest)
}

fn logs(over: &Over) -> Line {
    let mut claim = Line::new("no secret in the logs of all libraries, nor in an error");
    for leak in &over.leaks {
        claim.violated(leak.clone());
    }
    for voice in &over.unheard {
        claim.violated(format!("no log line of {voice}"));
    }
    let lines = usize::try_from(over.log_lines).unwrap_or(usize::MAX);
    claim.counts(
        lines,
        "lines",
        &format!(" at TRACE, {} MiB", over.log_bytes >> 20),
    )
}

fn by_url(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("nothing was sent by URL");
    let by_url = evidence.provider.record.sent_by_url();
    claim.check(by_url == 0, || format!("{by_url} requests"));
    claim.counts(
        evidence.book.of(What::ByUrl).count(),
        "calls for it were refused",
        "",
    )
}

fn elsewhere(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("nothing arrived at another origin");
    for heard in evidence.elsewhere.heard() {
        claim.violated(format!("it heard {heard:?}"));
    }
    claim.check(evidence.elsewhere.connections() == 0, || {
        "it was connected to".to_owned()
    });
    let redirects = evidence
        .arrivals
        .iter()
        .filter(|it| it.fault.is_some_and(|it| it.contains("redirect")));
    let foreign = evidence.book.of(What::Foreign).count();
    claim.counts(
        redirects.count(),
        "redirects",
        &format!(", {foreign} calls for it were refused"),
    )
}
