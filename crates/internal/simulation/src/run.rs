//! Many cases, and the shortest one that fails.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::case::{Case, Verdict};
use crate::counts::Counts;
use crate::random::Random;

/// Of each case: enough for everything to meet, and few enough that a case is soon over.
const CALLS: u32 = 100;

/// By the machine's clock: a case takes a hundredth of a second.
const LONGEST: Duration = Duration::from_secs(60);

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// How much there was of everything.
    pub counts: Counts,
    /// Of all cases.
    pub hash: u64,
    /// The first case that failed, cut short.
    pub failed: Option<(Case, Verdict)>,
}

/// Plays cases until they have made this number of calls or one fails, on this number of threads.
pub fn run(seed: u64, calls: u64, threads: usize) -> Report {
    let count = calls.div_ceil(CALLS.into());
    let next = AtomicU64::new(0);
    let report = Mutex::new(Report::default());
    let playing = Mutex::new(Vec::<(Case, Instant)>::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let case = Case {
                seed: Random::of(seed, &[index]).bits(),
                calls: CALLS,
            };
            let began = (case, Instant::now());
            playing.lock().expect("no thread panics").push(began);
            let verdict = case.play(false);
            playing
                .lock()
                .expect("no thread panics")
                .retain(|it| *it != began);
            let mut report = report.lock().expect("no thread panics");
            report.counts.add(verdict.counts);
            // In any order.
            report.hash ^= verdict
                .hash
                .rotate_left(u32::try_from(index % 64).unwrap_or_default());
            if !verdict.violations.is_empty() && report.failed.is_none() {
                report.failed = Some((case, verdict));
                next.store(count, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            thread::sleep(Duration::from_millis(20));
            let playing = playing.lock().expect("no thread panics");
            if let Some((case, _)) = playing.iter().find(|(_, begin)| begin.elapsed() > LONGEST) {
                // Its clock stands still, and its thread cannot be stopped.
                println!("BROKEN\n  a case never ends\nAgain: {case}");
                std::process::exit(1);
            }
        }
    });
    let mut report = report.into_inner().expect("no thread panics");
    report.failed = report.failed.map(|(case, _)| shortest(case));
    report
}

/// The fewest calls of this case that still fail, found by bisection.
pub fn shortest(case: Case) -> (Case, Verdict) {
    let of = |calls| Case { calls, ..case };
    let (mut fine, mut failing) = (0, case.calls);
    while failing - fine > 1 {
        let middle = fine.midpoint(failing);
        if of(middle).play(false).violations.is_empty() {
            fine = middle;
        } else {
            failing = middle;
        }
    }
    (of(failing), of(failing).play(false))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counts, hash, failed } = self;
        write!(f, "{counts}\nhash {hash:016x}: ")?;
        match failed {
            None => write!(f, "everything held"),
            Some((case, verdict)) => {
                writeln!(f, "BROKEN")?;
                for violation in &verdict.violations {
                    writeln!(f, "  {violation}")?;
                }
                write!(f, "Again: {case}")
            }
        }
    }
}
