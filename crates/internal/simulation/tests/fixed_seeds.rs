//! Fixed seeds. `cargo xtask check --long` plays new ones.

use payvand_simulation::{Case, run};

const THREADS: u64 = 2;

#[test]
fn everything_holds_while_everything_goes_wrong() {
    for seed in 1..=2 {
        let report = run(seed, 10_000, THREADS);
        println!("seed {seed}: {report}");
        assert!(report.failed.is_none(), "{report}");
        assert!(report.counts.values().all(|count| *count > 0), "{report}");
    }
}

/// One byte more or less, or one millisecond, and the hash of all that happened is another one.
#[test]
fn a_seed_replays_byte_for_byte() {
    for seed in 1..=20 {
        let case = Case { seed, calls: 60 };
        let verdict = case.play(false);
        assert_eq!(case.play(false), verdict, "{case}");
        let other = Case {
            seed: seed + 1000,
            ..case
        };
        assert_ne!(other.play(false).hash, verdict.hash);
    }
}

/// What a failure of many calls is cut short by.
#[test]
fn fewer_calls_are_the_beginning_of_the_same_case() {
    let requests = |calls| Case { seed: 3, calls }.play(false).counts["requests"];
    assert!(requests(10) < requests(40) && requests(40) < requests(80));
}
