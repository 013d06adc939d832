//! `payvand-simulation`: a run of any size and seed, or one case again.

#![allow(clippy::print_stdout, reason = "a program's output")]

use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use payvand_simulation::{Case, run};

/// Callers, clients and sandbox in one process, on a clock of their own, while everything goes wrong. Nothing leaves this
/// process, and a seed repeats all of it.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many calls to make: of all cases, or of the one
    #[arg(long, default_value_t = 100_000)]
    calls: u64,

    /// What everything comes from [default: the time]
    #[arg(long)]
    seed: Option<u64>,

    /// Play this case alone, and print all that happens
    #[arg(long)]
    case: Option<u64>,

    /// How many cases are played at a time
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.case {
        let calls = u32::try_from(arguments.calls).unwrap_or(u32::MAX);
        let verdict = Case { seed, calls }.play(true);
        println!("{}\nhash {:016x}", verdict.counts, verdict.hash);
        for violation in &verdict.violations {
            println!("BROKEN  {violation}");
        }
        return ExitCode::from(u8::from(!verdict.violations.is_empty()));
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed = arguments.seed.unwrap_or(since.as_secs());
    let begin = Instant::now();
    println!("seed {seed}");
    let report = run(seed, arguments.calls, arguments.threads);
    println!("{report}\n{:.1} s", begin.elapsed().as_secs_f64());
    ExitCode::from(u8::from(report.failed.is_some()))
}
