//! A token that is there: the `Authorization` header from memory.

use std::hint::black_box;
use std::sync::RwLock;
use std::time::Instant;

use http::HeaderValue;
use tokio::runtime::Runtime;

use super::Context;
use crate::answers::TOKEN;
use crate::contender::amount;
use crate::cpu;
use crate::provider::sabapayamak;
use crate::table::{Spread, Table};

const ROUNDS: usize = 60;
const TIMES: usize = 200_000;

/// The least that such a source can do: one read lock, one look at the clock, one clone.
struct Floor {
    held: RwLock<(Instant, HeaderValue)>,
}

impl Floor {
    fn authorization(&self) -> Option<HeaderValue> {
        let held = self.held.read().unwrap();
        (Instant::now() < held.0).then(|| held.1.clone())
    }
}

pub(super) fn run(context: &Context) {
    println!("## 4. The token's hit path\n");
    println!(
        "`authorization()` of `sabapayamak-auth` when the token is there: CPU ns of each thread for one header, the \
         middle of {} rounds of {TIMES}. The floor is a read lock, a look at the clock and a clone.\n",
        context.rounds(ROUNDS)
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let tokens = sabapayamak::tokens(&context.server.url);
    runtime.block_on(tokens.authorization()).unwrap();
    let floor = Floor {
        held: RwLock::new((
            Instant::now() + std::time::Duration::from_secs(86_400),
            HeaderValue::from_str(&format!("Bearer {TOKEN}")).unwrap(),
        )),
    };
    let ours = || {
        let source = tokens.clone();
        Runtime::block_on(&current_thread(), async move {
            for _ in 0..TIMES {
                black_box(source.authorization().await.unwrap());
            }
        });
    };
    let least = || {
        for _ in 0..TIMES {
            black_box(floor.authorization().unwrap());
        }
    };
    let heading = "a header";
    let mut table = Table::new([
        heading,
        "ns, ours",
        "ns, floor",
        "ours against the floor",
        "allocations",
    ]);
    let allocations = crate::allocations::of_token(&context.programs, &context.server);
    for threads in [1, 2] {
        let (mut of_ours, mut of_floor) = (Vec::new(), Vec::new());
        for round in 0..=context.rounds(ROUNDS) {
            let pair = if round % 2 == 0 {
                let ours = nanos(threads, &ours);
                (ours, nanos(threads, &least))
            } else {
                let least = nanos(threads, &least);
                (nanos(threads, &ours), least)
            };
            if round > 0 {
                of_ours.push(pair.0);
                of_floor.push(pair.1);
            }
        }
        table.row([
            if threads == 1 {
                "on one thread".to_owned()
            } else {
                "on each of two threads".to_owned()
            },
            format!("{:.0}", Spread::of(&of_ours).median),
            format!("{:.0}", Spread::of(&of_floor).median),
            Spread::of_ratios(&of_ours, &of_floor).ratio(),
            allocations.count.to_string(),
        ]);
    }
    table.print();
}

fn current_thread() -> Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// CPU time for one, of the middle thread.
fn nanos(threads: usize, work: &(impl Fn() + Sync)) -> f64 {
    let times: Vec<f64> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let before = cpu::of_this_thread();
                    work();
                    (cpu::of_this_thread() - before).as_secs_f64() * 1e9 / amount(TIMES)
                })
            })
            .collect();
        all.into_iter().map(|it| it.join().unwrap()).collect()
    });
    times.iter().sum::<f64>() / amount(threads)
}
