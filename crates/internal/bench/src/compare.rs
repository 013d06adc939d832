//! Rounds in which all contenders run, and a table of what they took.
//!
//! What counts are ratios: every round begins with another contender, and the first is compared with each of the others
//! in the same round. So a machine that is busy or slow moves both sides alike.

use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime;

use crate::contender::Contender;
use crate::server::Server;

/// What one contender took in one round.
struct Took {
    /// User and system, of all threads of this process, in µs a call.
    cpu: f64,
    calls_per_second: f64,
    /// In µs.
    p99: f64,
    connections: u64,
}

/// Prints what each took, and how the first compares: a ratio of 0.5 in CPU is half of what that one needs. The connections
/// are those that it opened after its first round.
///
/// A round is a number of calls of each, and a number of them is in flight at once.
pub fn compare(
    title: &str,
    runtime: &Runtime,
    server: &Server,
    contenders: &[Contender],
    [rounds, calls, in_flight]: [usize; 3],
) {
    let mut took: Vec<Vec<Took>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let it = one_round(runtime, server, &contenders[index], [calls, in_flight]);
            // The first round opens connections and logs in.
            if round > 0 {
                took[index].push(it);
            }
        }
    }
    let heads = ["CPU µs", "calls/s", "p99 µs"];
    let ratios = ["first, CPU", "first, calls/s", "first, p99"];
    println!(
        "| {title:<40} | {} | {} | {} |",
        heads.map(right).join(" | "),
        ratios.map(wide).join(" | "),
        right("opened"),
    );
    println!(
        "| {} |{}",
        "-".repeat(40),
        " --------: |".repeat(3) + &" ------------------: |".repeat(3) + " --------: |"
    );
    let values: [fn(&Took) -> f64; 3] = [|it| it.cpu, |it| it.calls_per_second, |it| it.p99];
    for (contender, its) in contenders.iter().zip(&took) {
        let middles = values.map(|value| right(&format!("{:.1}", Spread::of(its.iter().map(value)).median)));
        let ratios = values.map(|value| {
            let ratio = took[0]
                .iter()
                .zip(its)
                .map(|(first, it)| value(first) / value(it));
            let Spread { low, median, high } = Spread::of(ratio);
            wide(&format!("{median:.2}× ({low:.2}–{high:.2})"))
        });
        let opened: u64 = its.iter().map(|it| it.connections).sum();
        println!(
            "| {:<40} | {} | {} | {} |",
            contender.name,
            middles.join(" | "),
            ratios.join(" | "),
            right(&opened.to_string()),
        );
    }
    println!();
}

fn right(cell: &str) -> String {
    format!("{cell:>9}")
}

fn wide(cell: &str) -> String {
    format!("{cell:>19}")
}

fn one_round(
    runtime: &Runtime,
    server: &Server,
    contender: &Contender,
    [calls, in_flight]: [usize; 2],
) -> Took {
    let opened_before = server.connections();
    let (cpu, start) = (cpu_time(), Instant::now());
    let mut latencies = runtime.block_on(async {
        let start = |_| tokio::spawn(contender.calls(calls / in_flight));
        let tasks: Vec<_> = (0..in_flight).map(start).collect();
        let mut latencies = Vec::with_capacity(calls);
        for task in tasks {
            latencies.extend(task.await.unwrap());
        }
        latencies
    });
    let (cpu, wall) = (cpu_time() - cpu, start.elapsed());
    latencies.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let done = latencies.len() as f64;
    Took {
        cpu: cpu.as_secs_f64() * 1e6 / done,
        calls_per_second: done / wall.as_secs_f64(),
        p99: latencies[(latencies.len() - 1) * 99 / 100].as_secs_f64() * 1e6,
        connections: server.connections() - opened_before,
    }
}

/// The middle of many measurements, and where eight of ten of them lie.
#[derive(Debug, PartialEq)]
struct Spread {
    low: f64,
    median: f64,
    high: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<_> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let [low, median, high] = [10, 50, 90].map(|percent| sorted[(sorted.len() - 1) * percent / 100]);
        Self { low, median, high }
    }
}

fn cpu_time() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap().into()
}

/// A thousand calls in flight are a thousand sockets.
pub fn allow_many_sockets() {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_spread() {
        let spread = Spread::of((1..=101).rev().map(f64::from));
        let expected = Spread {
            low: 11.0,
            median: 51.0,
            high: 91.0,
        };
        assert_eq!(spread, expected);
    }
}
