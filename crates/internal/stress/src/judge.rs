//! What must hold at the end. The truth is what the sandboxes have then; the clients' entries are what they said of it.

use std::collections::BTreeMap;

use payvand_harness::{Comparison, Comparisons, Effect, What};

use crate::clients::WORKERS;
use crate::entry::{Ended, Entry, Finished};
use crate::record::Arrivals;
use crate::report::Line;
use crate::settings::{CallId, Group, marker};

/// How many files the clients' process may hold at a time: what stands once, and for each worker.
const ONCE: usize = 100;
const PER_WORKER: usize = 8;

/// Everything that is known at the end.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) groups: Vec<Group>,
    pub(crate) ended: BTreeMap<CallId, Ended>,
    pub(crate) finished: Option<Finished>,
    pub(crate) arrivals: Arrivals,
    pub(crate) effects: Vec<Effect>,
    /// How many TLS connections were made.
    pub(crate) handshakes: usize,
}

impl Evidence {
    /// Takes in a line of the clients'.
    pub(crate) fn take(&mut self, line: &str) {
        match serde_json::from_str(line).expect("an entry") {
            Entry::Ended(ended) => drop(self.ended.insert((ended.group, ended.number), ended)),
            Entry::Finished(finished) => self.finished = Some(finished),
        }
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        let all = self.told();
        let unfinished = Finished::default();
        let finished = self.finished.as_ref().unwrap_or(&unfinished);
        vec![
            effects(&all),
            self.faults(),
            self.all_ended(finished),
            self.on_runtimes(),
            self.kept(),
            self.files(finished),
            logs(finished),
        ]
    }

    fn told(&self) -> Comparisons {
        let calls = self.ended.iter().map(|(id, ended)| {
            let calls = self.groups[usize::from(ended.group)].provider.calls();
            let call = calls.iter().find(|call| call.name == ended.call);
            let call = call.expect("a call of the harness");
            (call, marker(*id), ended.id.clone(), &ended.outcome)
        });
        Comparison::all(calls, &self.effects)
    }

    fn faults(&self) -> Line {
        let claim = Line::new("requests meet faults of every sort");
        let Arrivals { count, faults, .. } = &self.arrivals;
        let rest = format!(" in {count} requests, of {} sorts", faults.len());
        claim.counts(faults.values().sum(), "faults", &rest)
    }

    fn all_ended(&self, finished: &Finished) -> Line {
        let mut claim = Line::new("every call ended, none hung, and no task panicked");
        claim.check(self.finished.is_some(), || {
            "the clients' process did not finish".to_owned()
        });
        claim.check(finished.panics == 0, || format!("{} panics", finished.panics));
        let of = |outcome: What| self.ended.iter().filter(move |(_, it)| it.outcome == outcome);
        claim
            .violations
            .extend(of(What::Hung).map(|hung| format!("{hung:?}")));
        let calls: u32 = self.groups.iter().map(|group| group.calls).sum();
        let ended = self.ended.len();
        claim.check(ended == calls as usize, || format!("of {calls}"));
        claim.counts(
            ended,
            "calls",
            &format!(", {} of them dropped", of(What::Dropped).count()),
        )
    }

    /// Nothing goes wrong there, so each call does what it was made for.
    fn on_runtimes(&self) -> Line {
        let mut claim = Line::new("each runtime works by itself, while others idle or end");
        let is_there = |it: &&Ended| self.groups[usize::from(it.group)].on_runtimes;
        let calls = self.ended.values().filter(is_there);
        let waited = calls.filter(|it| it.outcome != What::Dropped);
        let (done, others): (Vec<_>, Vec<_>) = waited.partition(|it| matches!(it.outcome, What::Done(_)));
        // A machine may stand still for seconds.
        claim.check(others.len() * 50 <= done.len(), || format!("{others:?}"));
        claim.counts(
            done.len(),
            "calls",
            &format!(", and {} that were not done", others.len()),
        )
    }

    fn kept(&self) -> Line {
        let mut claim = Line::new("connections are kept, and all of them are TLS");
        let kept = self
            .arrivals
            .kept
            .values()
            .filter(|requests| **requests > 1)
            .count();
        let connections = self.arrivals.kept.len();
        claim.check(self.handshakes >= connections, || {
            "some came without TLS".to_owned()
        });
        claim.counts(
            kept,
            "connections with several requests",
            &format!(" of {connections}; {} handshakes", self.handshakes),
        )
    }

    fn files(&self, finished: &Finished) -> Line {
        let mut claim = Line::new("the clients' files are bounded");
        let bound = ONCE + self.groups.len() * WORKERS as usize * PER_WORKER;
        claim.check(finished.files < bound, || "that is too much".to_owned());
        claim.counts(finished.files, "at most", &format!(" of {bound}"))
    }
}

fn effects(all: &Comparisons) -> Line {
    let mut claim =
        Line::new("what was done is what the callers were told: nothing twice, and with the same id");
    for it in all {
        claim.check(it.1.holds(), || format!("{it:?}"));
    }
    let sum = |of: fn(&Comparison) -> usize| all.values().map(of).sum::<usize>();
    let rest = format!(", {} with effect none", sum(|told| told.no_effect));
    claim.counts(sum(|told| told.done.len()), "reported", &rest)
}

fn logs(finished: &Finished) -> Line {
    let mut claim = Line::new("no secret in the logs of all libraries, nor in an error");
    claim.violations.extend(finished.leaks.iter().cloned());
    let unheard = &finished.unheard;
    claim.check(unheard.is_empty(), || format!("no log line of {unheard:?}"));
    let (lines, bytes) = finished.logged;
    claim.counts(lines, "lines", &format!(" of {bytes} bytes at TRACE"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    /// Everything that was told of one order, and what is there.
    fn violations(outcome: &What, there: &[&str]) -> usize {
        let groups = Settings { calls: 100, seed: 1 }.groups();
        let mut evidence = Evidence {
            groups,
            ..Evidence::default()
        };
        let ended = Ended {
            group: 0,
            number: 0,
            call: "order".to_owned(),
            id: None,
            outcome: outcome.clone(),
        };
        evidence.ended.insert((0, 0), ended);
        evidence.effects = there
            .iter()
            .map(|id| Effect {
                call: "order",
                key: marker((0, 0)),
                id: Some((*id).to_owned()),
            })
            .collect();
        let violations = effects(&evidence.told()).violations.into_iter();
        violations.filter(|it| !it.contains("nothing was tried")).count()
    }

    #[test]
    fn a_lie_about_an_order_is_found() {
        let done = |id: &str| What::Done(Some(id.to_owned()));
        for (outcome, there, lies) in [
            (done("a"), &["a"][..], 0),
            (What::NoEffect, &[], 0),
            (What::Unknown, &["a"], 0),
            (What::Unknown, &[], 0),
            (done("a"), &[], 1),
            (done("a"), &["b"], 1),
            (done("a"), &["a", "b"], 1),
            (What::NoEffect, &["a"], 1),
            (What::Unknown, &["a", "b"], 1),
        ] {
            let found = violations(&outcome, there);
            assert_eq!(found, lies, "{outcome:?} {there:?}");
        }
    }
}
