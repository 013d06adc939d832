//! Contenders, and rounds in which all of them run.

use std::pin::Pin;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::cpu;

type Latencies = Pin<Box<dyn Future<Output = Vec<Duration>> + Send>>;

/// One way to do the thing that is measured.
pub struct Contender {
    pub name: String,
    run: Box<dyn Fn(usize, bool) -> Latencies>,
}

impl Contender {
    pub fn new<F, C>(name: impl Into<String>, call: F) -> Self
    where
        F: Fn() -> C + Clone + Send + Sync + 'static,
        C: Future<Output = ()> + Send + 'static,
    {
        let run = move |calls, timed| -> Latencies {
            let call = call.clone();
            Box::pin(async move {
                let mut latencies = Vec::with_capacity(if timed { calls } else { 0 });
                for _ in 0..calls {
                    if timed {
                        let start = Instant::now();
                        call().await;
                        latencies.push(start.elapsed());
                    } else {
                        call().await;
                    }
                }
                latencies
            })
        };
        Self {
            name: name.into(),
            run: Box::new(run),
        }
    }

    /// So many calls, one after the other.
    pub async fn calls(&self, calls: usize) {
        (self.run)(calls, false).await;
    }

    /// The same, and how long each took.
    pub fn timed_calls(&self, calls: usize) -> Latencies {
        (self.run)(calls, true)
    }
}

/// What one call of a contender took, in each round.
pub struct Measured {
    pub name: String,
    pub cpu: Vec<f64>,
    pub wall: Vec<f64>,
}

/// Runs all contenders in every round, each round beginning with another one.
pub fn rounds(runtime: &Runtime, contenders: &[Contender], rounds: usize, calls: usize) -> Vec<Measured> {
    let mut measured: Vec<_> = contenders
        .iter()
        .map(|contender| Measured {
            name: contender.name.clone(),
            cpu: Vec::new(),
            wall: Vec::new(),
        })
        .collect();
    for contender in contenders {
        runtime.block_on(contender.calls(calls));
    }
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let (cpu, wall) = (cpu::of_this_process(), Instant::now());
            runtime.block_on(contenders[index].calls(calls));
            measured[index]
                .cpu
                .push(micros(cpu::of_this_process() - cpu) / amount(calls));
            measured[index].wall.push(micros(wall.elapsed()) / amount(calls));
        }
    }
    measured
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub fn amount(count: usize) -> f64 {
    count as f64
}
