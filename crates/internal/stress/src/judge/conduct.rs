//! How the clients behaved: in time, without a panic, within their memory, and discreetly.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use crate::entry::{Finished, Outcome};
use crate::report::Line;

/// How many milliseconds later than its deadline a call may end: the machine is busy with much else.
const SLACK: u64 = 2000;

/// The most that the clients' process may hold at a time: what stands once, and for each worker and group a connection,
/// a request and a part of an answer.
const HEAP_ONCE: usize = 8 << 20;
const HEAP_OF_A_WORKER: usize = 160 << 10;
const FILES_ONCE: usize = 100;
const FILES_OF_A_WORKER: usize = 4;

pub(super) fn lines(evidence: &Evidence) -> Vec<Line> {
    let unfinished = Finished::default();
    let finished = evidence.finished.as_ref().unwrap_or(&unfinished);
    vec![
        faults(evidence),
        all_ended(evidence, finished),
        in_time(evidence),
        bounded(evidence, finished),
        logs(finished),
        elsewhere(evidence),
    ]
}

fn faults(evidence: &Evidence) -> Line {
    let mut claim = Line::new("three requests of ten have a fault, of every sort");
    let is_disturbed = |group: u16| !evidence.group(group).conditions.is_sheltered();
    let disturbed = evidence
        .arrivals
        .iter()
        .filter(|arrival| is_disturbed(arrival.client.0));
    let faults: Vec<_> = disturbed.map(|arrival| arrival.fault).collect();
    let faulty_requests = faults.iter().flatten().count();
    let sorts: BTreeSet<_> = faults.iter().flatten().collect();
    let per_mille = faulty_requests * 1000 / faults.len().max(1);
    claim.check((230..=350).contains(&per_mille), || {
        format!("{per_mille} of a thousand")
    });
    claim.check(evidence.unknown == 0, || {
        format!("{} requests came from nobody", evidence.unknown)
    });
    let rest = format!(" in {} requests, of {} sorts", faults.len(), sorts.len());
    claim.counts(faulty_requests, "faults", &rest)
}

fn all_ended(evidence: &Evidence, finished: &Finished) -> Line {
    let mut claim = Line::new("every call ended, and no task panicked");
    claim.check(evidence.finished.is_some(), || {
        "the clients' process did not end by itself".to_owned()
    });
    claim.check(finished.panics == 0, || format!("{} panics", finished.panics));
    for broken in &evidence.broken {
        claim.violated(broken.clone());
    }
    for group in &evidence.groups {
        let calls = evidence
            .ended
            .range((group.number, 0)..=(group.number, u32::MAX))
            .count();
        claim.check(calls == group.calls as usize, || {
            format!("group {}: {calls} calls ended of {}", group.number, group.calls)
        });
    }
    let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
    for ended in evidence.ended.values() {
        *sorts.entry(&ended.call).or_default() += 1;
    }
    let sorts: Vec<_> = sorts
        .iter()
        .map(|(call, count)| format!("{count} {call}"))
        .collect();
    claim.counts(evidence.ended.len(), "calls", &format!(": {}", sorts.join(", ")))
}

fn in_time(evidence: &Evidence) -> Line {
    let mut claim = Line::new("no call ended later than two seconds after its deadline");
    let (mut latest, mut timeouts, mut dropped) = (0, 0, 0);
    for (call, ended) in &evidence.ended {
        timeouts += usize::from(ended.has_kind("Timeout"));
        dropped += usize::from(ended.outcome == Outcome::Dropped);
        let late = if ended.unpolled {
            0
        } else {
            ended.millis.saturating_sub(ended.timeout)
        };
        latest = latest.max(late);
        claim.check(late <= SLACK && ended.outcome != Outcome::Hung, || {
            format!(
                "{call:?} {} ended {late} ms after its deadline: {:?}",
                ended.call, ended.outcome
            )
        });
    }
    let rest = format!(", the latest by {latest} ms; {dropped} futures were dropped");
    claim.counts(timeouts, "calls ended with their deadline", &rest)
}

fn bounded(evidence: &Evidence, finished: &Finished) -> Line {
    let mut claim = Line::new("the clients' heap and files are bounded, and do not grow with the calls");
    let workers: usize = evidence.groups.iter().map(|group| group.workers as usize).sum();
    let ((early_heap, early_files), (heap, files)) = (finished.early, finished.most);
    let most_heap = HEAP_ONCE + workers * HEAP_OF_A_WORKER;
    let most_files = FILES_ONCE + workers * FILES_OF_A_WORKER;
    claim.check(heap < most_heap, || format!("{heap} bytes of {most_heap}"));
    claim.check(heap < early_heap * 3 / 2 + HEAP_ONCE / 2, || {
        format!("{early_heap} bytes after a fifth, {heap} at the end")
    });
    claim.check(files < most_files, || format!("{files} files of {most_files}"));
    claim.check(files < early_files * 3 / 2 + FILES_ONCE, || {
        format!("{early_files} files after a fifth, {files} at the end")
    });
    let rest = format!(
        " of {}, {} after a fifth of the calls; {files} files of {most_files}, {early_files} after a fifth",
        most_heap >> 10,
        early_heap >> 10
    );
    claim.counts(heap >> 10, "KiB at most", &rest)
}

fn logs(finished: &Finished) -> Line {
    let mut claim = Line::new("no secret in the logs of all libraries, nor in an error");
    for leak in &finished.leaks {
        claim.violated(leak.clone());
    }
    for target in &finished.unheard {
        claim.violated(format!("no log line of {target}"));
    }
    let lines = usize::try_from(finished.log_lines).unwrap_or(usize::MAX);
    claim.counts(
        lines,
        "lines",
        &format!(" at TRACE, {} MiB", finished.log_bytes >> 20),
    )
}

fn elsewhere(evidence: &Evidence) -> Line {
    let mut claim = Line::new("nothing arrived at another origin");
    for heard in &evidence.elsewhere {
        claim.violated(format!("it heard {heard:?}"));
    }
    let faults = evidence.arrivals.iter().filter_map(|arrival| arrival.fault);
    let redirects = faults.filter(|fault| fault.contains("redirect"));
    claim.counts(redirects.count(), "redirects", "")
}
