//! What calls allocate, as JSON.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measurement that went wrong should fail loudly"
)]

use std::collections::BTreeMap;

use allocation_counter::measure;
use payvand_bench::allocations::{Allocations, Counted, Memory};
use payvand_bench::answers::enveloped;
use payvand_bench::contender::Contender;
use payvand_bench::part::decode::{FORMS, LINKS, client_given, inner};
use payvand_bench::provider;
use tokio::runtime::{Builder, Runtime};

const WARM_UP: usize = 50;
const CALLS: usize = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    match arguments[..] {
        ["calls", url] => println!("{}", serde_json::to_string(&count(&runtime, url)).unwrap()),
        ["token", url] => println!("{}", serde_json::to_string(&token(&runtime, url)).unwrap()),
        ["decode"] => println!("{}", serde_json::to_string(&decode(&runtime)).unwrap()),
        _ => panic!("calls URL, token URL, or decode"),
    }
}

fn count(runtime: &Runtime, url: &str) -> Counted {
    let mut counted = Counted::new();
    for provider in runtime.block_on(provider::all(url)) {
        let of_provider = counted.entry(provider.name.to_owned()).or_default();
        for contender in provider.contenders {
            of_provider.insert(contender.name.clone(), of_one_call(runtime, &contender));
        }
    }
    counted
}

fn token(runtime: &Runtime, url: &str) -> Allocations {
    let contender = provider::token_that_is_there(url);
    of_one_call(runtime, &contender)
}

fn decode(runtime: &Runtime) -> BTreeMap<&'static str, Memory> {
    let inner = inner();
    FORMS
        .into_iter()
        .map(|(name, form)| {
            let client = client_given(enveloped(&inner, form));
            let mut page = None;
            let info = measure(|| page = Some(runtime.block_on(client.list_links().send()).unwrap()));
            let decoded = u64::try_from(info.bytes_current).unwrap();
            assert_eq!(page.unwrap().links().len() as u64, LINKS);
            let memory = Memory {
                peak: info.bytes_max,
                bound: 2 * inner.len() as u64 + decoded,
            };
            (name, memory)
        })
        .collect()
}

/// The middle of many: now and then something lasting grows, such as a timer's level.
fn of_one_call(runtime: &Runtime, contender: &Contender) -> Allocations {
    let whole = of_one_call_and_its_round(runtime, contender);
    let round = of_one_call_and_its_round(runtime, &Contender::new("nothing", || async {}));
    Allocations {
        count: whole.count - round.count,
        bytes: whole.bytes - round.bytes,
    }
}

fn of_one_call_and_its_round(runtime: &Runtime, contender: &Contender) -> Allocations {
    runtime.block_on(contender.calls(WARM_UP));
    let mut calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let info = measure(|| runtime.block_on(contender.calls(1)));
            (info.count_total, info.bytes_total)
        })
        .collect();
    calls.sort_unstable();
    let (count, bytes) = calls[CALLS / 2];
    Allocations { count, bytes }
}
