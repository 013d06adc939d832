//! Many calls in flight, on a runtime with a thread for each core.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::Context;
use crate::contender::{Contender, amount, micros};
use crate::table::{Spread, Table};
use crate::{cpu, provider};

const ROUNDS: usize = 15;
const CALLS: usize = 10_000;
const IN_FLIGHT: [usize; 3] = [1, 64, 1000];

#[derive(Default)]
struct Seen {
    cpu: Vec<f64>,
    per_second: Vec<f64>,
    latencies: Vec<Duration>,
}

pub(super) fn run(context: &Context) {
    println!("## 2. Under load\n");
    println!(
        "{} rounds of {CALLS} calls of each; calls one after the other in each task, latencies in µs over all rounds, ratios round by round.\n",
        context.rounds(ROUNDS)
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for provider in runtime.block_on(provider::all(&context.server.url)) {
        let ours = &provider.contenders[0];
        let careful = provider.find("reqwest with care");
        let heading = format!("{}: {}", provider.name, provider.call);
        let mut table = Table::new([
            &heading,
            "in flight",
            "calls/s",
            "p50",
            "p99",
            "p99.9",
            "CPU µs",
            "ours, calls/s",
            "ours, p99",
            "ours, CPU",
        ]);
        for in_flight in IN_FLIGHT {
            let mut seen = [Seen::default(), Seen::default()];
            let mut p99 = [Vec::new(), Vec::new()];
            for round in 0..=context.rounds(ROUNDS) {
                for turn in 0..2 {
                    let index = (round + turn) % 2;
                    let contender = [ours, careful][index];
                    let (per_second, cpu, latencies) = one_round(&runtime, contender, in_flight);
                    // The first round opens the connections.
                    if round > 0 {
                        seen[index].per_second.push(per_second);
                        seen[index].cpu.push(cpu);
                        p99[index].push(micros(percentile(&latencies, 990)));
                        seen[index].latencies.extend(latencies);
                    }
                }
            }
            for (index, contender) in [ours, careful].into_iter().enumerate() {
                let it = &mut seen[index];
                it.latencies.sort_unstable();
                let at = |per_mille| format!("{:.0}", micros(percentile(&it.latencies, per_mille)));
                let cells = [at(500), at(990), at(999)];
                let [p50, p990, p999] = cells;
                table.row([
                    contender.name.clone(),
                    in_flight.to_string(),
                    format!("{:.0}", Spread::of(&it.per_second).median),
                    p50,
                    p990,
                    p999,
                    format!("{:.1}", Spread::of(&it.cpu).median),
                    Spread::of_ratios(&seen[0].per_second, &seen[index].per_second).ratio(),
                    Spread::of_ratios(&p99[0], &p99[index]).ratio(),
                    Spread::of_ratios(&seen[0].cpu, &seen[index].cpu).ratio(),
                ]);
            }
        }
        table.print();
    }
}

/// Calls a second, CPU time of one in µs, and how long each took, sorted.
fn one_round(runtime: &Runtime, contender: &Contender, in_flight: usize) -> (f64, f64, Vec<Duration>) {
    let cpu = cpu::of_this_process();
    let start = Instant::now();
    let tasks: Vec<_> = (0..in_flight)
        .map(|_| runtime.spawn(contender.timed_calls(CALLS / in_flight)))
        .collect();
    let mut latencies = runtime.block_on(async {
        let mut all = Vec::with_capacity(CALLS);
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    });
    let per_second = amount(latencies.len()) / start.elapsed().as_secs_f64();
    let cpu = micros(cpu::of_this_process() - cpu) / amount(latencies.len());
    latencies.sort_unstable();
    (per_second, cpu, latencies)
}

fn percentile(sorted: &[Duration], per_mille: usize) -> Duration {
    sorted[(sorted.len() - 1) * per_mille / 1000]
}
