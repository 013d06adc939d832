//! Many cases, and the shortest one that fails.

use std::fmt;
use std::sync::Mutex;
use std::thread;

use crate::case::{Case, Verdict};
use crate::counts::Counts;
use crate::random::Random;

/// Of each case: enough for everything to meet, and few enough that a case is soon over.
const CALLS: u32 = 100;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// How much there was of everything.
    pub counts: Counts,
    /// Of all cases, in any order.
    pub hash: u64,
    /// The first case that failed, cut short.
    pub failed: Option<(Case, Verdict)>,
}

impl Report {
    /// Takes in what came of a case.
    pub fn add(&mut self, case: Case, verdict: Verdict) {
        for (name, count) in &verdict.counts {
            *self.counts.entry(name).or_default() += count;
        }
        self.hash ^= verdict.hash;
        if !verdict.violations.is_empty() {
            self.failed.get_or_insert((case, verdict));
        }
    }
}

/// Plays cases until they have made this number of calls or one fails, on this number of threads.
pub fn run(seed: u64, calls: u64, threads: u64) -> Report {
    let report = Mutex::new(Report::default());
    // Whether there is more to do.
    let play = |index| {
        let seed = Random::of(seed, &[index]).bits();
        let case = Case { seed, calls: CALLS };
        let verdict = case.play(false);
        let mut report = report.lock().expect("no thread panics");
        report.add(case, verdict);
        report.failed.is_none()
    };
    let play = &play;
    let indices = |thread| (0..calls.div_ceil(CALLS.into())).filter(move |index| index % threads == thread);
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || indices(thread).all(play));
        }
    });
    let mut report = report.into_inner().expect("no thread panics");
    report.failed = report.failed.map(|(case, _)| shortest(case));
    report
}

/// The fewest calls of this case that still fail, found by bisection.
pub fn shortest(case: Case) -> (Case, Verdict) {
    let play = |calls| Case { calls, ..case }.play(false);
    let (mut fine, mut failing) = (0, case.calls);
    while failing - fine > 1 {
        let middle = fine.midpoint(failing);
        let holds = play(middle).violations.is_empty();
        *(if holds { &mut fine } else { &mut failing }) = middle;
    }
    let calls = failing;
    (Case { calls, ..case }, play(calls))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counts, hash, failed } = self;
        write!(f, "{counts:?}\nhash {hash:016x}: ")?;
        let Some((case, verdict)) = failed else {
            return write!(f, "everything held");
        };
        write!(f, "BROKEN\n  {}\nAgain: {case}", verdict.violations.join("\n  "))
    }
}
