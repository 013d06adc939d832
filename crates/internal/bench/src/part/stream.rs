//! Streaming a long list against asking for its pages by hand.

use super::Context;
use crate::answers::{LONG_LIST, MANY_LINKS};
use crate::contender::{Contender, rounds};
use crate::provider::podlink::{Outer, client, list_by_hand};
use crate::table::{Spread, Table};

const ROUNDS: usize = 15;
const PAGE: u64 = 1000;

pub(super) fn run(context: &Context) {
    println!("## 5. Streaming 100,000 links\n");
    println!(
        "In pages of {PAGE}, CPU and wall time in ms: the middle of {} rounds.\n",
        context.rounds(ROUNDS)
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let base = format!("{}{LONG_LIST}", context.server.url);
    let ours = client(&base);
    let by_hand = reqwest::Client::new();
    let contenders = [
        Contender::new("podlink-api, stream()", move || {
            let mut links = ours.list_links().count(PAGE).stream();
            async move {
                let mut seen = 0;
                while let Some(link) = links.next().await {
                    assert!(!link.unwrap().hash().is_empty());
                    seen += 1;
                }
                assert_eq!(seen, MANY_LINKS);
            }
        }),
        Contender::new("the pages by hand", move || {
            let (client, base) = (by_hand.clone(), base.clone());
            async move {
                let mut seen = 0;
                while seen < MANY_LINKS {
                    let response = list_by_hand(&client, &base, seen, PAGE).send().await.unwrap();
                    let outer: Outer = response.json().await.unwrap();
                    seen += outer.links().len() as u64;
                }
            }
        }),
    ];
    let measured = rounds(&runtime, &contenders, context.rounds(ROUNDS), 1);
    let mut table = Table::new(["100,000 links", "CPU ms", "wall ms", "ours, CPU"]);
    for it in &measured {
        table.row([
            it.name.clone(),
            format!("{:.0}", Spread::of(&it.cpu).median / 1e3),
            format!("{:.0}", Spread::of(&it.wall).median / 1e3),
            Spread::of_ratios(&measured[0].cpu, &it.cpu).ratio(),
        ]);
    }
    table.print();
}
