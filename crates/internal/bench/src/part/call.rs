//! A call end to end, one after another on a connection that stays open.

use super::Context;
use crate::contender::rounds;
use crate::table::{Spread, Table};
use crate::{allocations, provider};

const ROUNDS: usize = 200;
const CALLS: usize = 100;

pub(super) fn run(context: &Context) {
    println!("## 1. A call end to end\n");
    println!(
        "CPU and wall time of one call in µs: the middle of {} rounds of {CALLS} calls. Ours against the others, CPU: \
         the middle of the ratios round by round, and where eight of ten of them lie.\n",
        context.rounds(ROUNDS)
    );
    let counted = allocations::of_calls(&context.programs, &context.server);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for provider in runtime.block_on(provider::all(&context.server.url)) {
        let measured = rounds(&runtime, &provider.contenders, context.rounds(ROUNDS), CALLS);
        let heading = format!("{}: {}", provider.name, provider.call);
        let mut table = Table::new([&heading, "CPU µs", "wall µs", "allocations", "bytes", "ours, CPU"]);
        for it in &measured {
            let allocations = counted[provider.name][&it.name];
            table.row([
                it.name.clone(),
                format!("{:.1}", Spread::of(&it.cpu).median),
                format!("{:.1}", Spread::of(&it.wall).median),
                allocations.count.to_string(),
                allocations.bytes.to_string(),
                Spread::of_ratios(&measured[0].cpu, &it.cpu).ratio(),
            ]);
        }
        table.print();
    }
}
