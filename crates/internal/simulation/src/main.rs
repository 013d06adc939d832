//! `payvand-simulation`: a run of any size and seed, or one case again.

#![allow(clippy::print_stdout, reason = "a program's output")]

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use payvand_simulation::{Case, Report, run};

/// How many cases are played at a time.
const THREADS: u64 = 2;

/// Callers, clients and sandbox in one process, on a clock of their own, while everything goes wrong. Nothing leaves this
/// process, and a seed repeats all of it.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many calls to make: of all cases, or of the one
    #[arg(long, default_value_t = 100_000)]
    calls: u32,

    /// What everything comes from [default: a new one]
    #[arg(long)]
    seed: Option<u64>,

    /// Play this case alone, and print all that happens
    #[arg(long)]
    case: Option<u64>,
}

fn main() -> ExitCode {
    let Arguments { calls, seed, case } = Arguments::parse();
    let begin = Instant::now();
    let report = if let Some(seed) = case {
        let (case, mut report) = (Case { seed, calls }, Report::default());
        report.add(case, case.play(true));
        report
    } else {
        let seed = seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
        println!("seed {seed}");
        run(seed, calls.into(), THREADS)
    };
    println!("{report}\n{:.1} s", begin.elapsed().as_secs_f64());
    ExitCode::from(u8::from(report.failed.is_some()))
}
