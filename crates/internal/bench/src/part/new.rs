//! Making a client, and ten of them.

use super::Context;
use crate::answers::TOKEN;
use crate::cpu;
use crate::table::{Spread, Table};

const ROUNDS: usize = 15;

pub(super) fn run(context: &Context) {
    println!("## 8. Making a client\n");
    println!(
        "CPU time in µs, nothing sent: the system's certificates are read, once for all clients of ours that live at \
         the same time. The middle of {} rounds.\n",
        context.rounds(ROUNDS)
    );
    let ours = || aparat_api::Client::new(TOKEN).unwrap();
    let made: [(&str, &dyn Fn()); 3] = [
        ("`aparat_api::Client::new`", &|| drop(ours())),
        ("ten of them", &|| drop([(); 10].map(|()| ours()))),
        ("`reqwest::Client::new`", &|| drop(reqwest::Client::new())),
    ];
    let mut times: [Vec<f64>; 3] = Default::default();
    for round in 0..=context.rounds(ROUNDS) {
        for ((_, make), times) in made.iter().zip(&mut times) {
            let before = cpu::of_this_thread();
            make();
            let time = (cpu::of_this_thread() - before).as_secs_f64() * 1e6;
            if round > 0 {
                times.push(time);
            }
        }
    }
    let mut table = Table::new(["made", "CPU µs", "against one of ours", "against reqwest"]);
    let [one, _, by_hand] = &times;
    for ((name, _), times) in made.iter().zip(&times) {
        table.row([
            (*name).to_owned(),
            format!("{:.0}", Spread::of(times).median),
            Spread::of_ratios(times, one).ratio(),
            Spread::of_ratios(times, by_hand).ratio(),
        ]);
    }
    table.print();
}
