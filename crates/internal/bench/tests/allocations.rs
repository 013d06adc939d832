//! How many more allocations a call of each client makes than reqwest used with care: counted, so that a change which
//! adds one shows. Only this thread's are counted, and the server has another.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

use allocation_counter::measure;
use payvand_bench::contender::Contender;
use payvand_bench::decode::{FORMS, LINKS, client_given};
use payvand_bench::{answers, providers, server};
use tokio::runtime::{Builder, Runtime};

const WARM_UP: usize = 50;
const CALLS: usize = 100;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_call_makes_few_allocations_more_than_reqwest_used_with_care() {
    let runtime = runtime();
    let (nothing, nothing_bytes) = of_one_call(&runtime, &Contender::new("nothing", || async {}));
    let providers = providers::all(&server::start_thread());
    for (_, contenders, most_more) in &providers {
        let client = &contenders[0].name;
        let counted: Vec<_> = contenders
            .iter()
            .map(|contender| {
                let (count, bytes) = of_one_call(&runtime, contender);
                let (count, bytes) = (count - nothing, bytes - nothing_bytes);
                println!("{client}: {}: {count} allocations, {bytes} bytes", contender.name);
                count
            })
            .collect();
        let [ours, _same_bounds, careful, _by_hand] = counted[..] else {
            panic!("ours, with the same bounds, with care, by hand");
        };
        // The counter does count: no call goes without.
        assert!(careful > 10);
        assert!(
            ours <= careful + most_more,
            "{client}: {ours} > {careful} + {most_more}"
        );
    }
}

/// The middle of many: now and then something lasting grows, such as a timer's level.
fn of_one_call(runtime: &Runtime, contender: &Contender) -> (u64, u64) {
    runtime.block_on(contender.calls(WARM_UP));
    let one = |_| {
        let info = measure(|| drop(runtime.block_on(contender.calls(1))));
        (info.count_total, info.bytes_total)
    };
    let mut calls: Vec<_> = (0..CALLS).map(one).collect();
    calls.sort_unstable();
    calls[CALLS / 2]
}

/// Beside the answer itself: twice the service's text and what is decoded. One buffer that grows by doubling takes it a
/// little further.
#[test]
fn decoding_needs_little_more_memory_than_the_text_and_what_it_says() {
    let runtime = runtime();
    let service = answers::links(LINKS as u64);
    for (name, form) in FORMS {
        let client = client_given(form(&service));
        let mut page = None;
        let info = measure(|| page = Some(runtime.block_on(client.list_links().send()).unwrap()));
        assert_eq!(page.unwrap().links().len(), LINKS);
        let bound = 2 * service.len() as u64 + u64::try_from(info.bytes_current).unwrap();
        println!("{name}: {} bytes at most, of {bound}", info.bytes_max);
        assert!(
            info.bytes_max <= bound + bound / 20,
            "{name}: {} > {bound}",
            info.bytes_max
        );
    }
}
