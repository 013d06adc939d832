//! How many more allocations a call of each client makes than reqwest used with care: counted, so that a change which
//! adds one shows. The counting program warms up, uses one thread, and takes the middle of many calls.

use payvand_bench::allocations::of_calls;
use payvand_bench::process::{Programs, Server};

/// Eight is the goal. Sabapayamak's and SMSAfzar's answers are read as maps to find out whether they are refusals, each
/// field for itself; the balance of SMSAfzar's manual has two.
const MOST_MORE: [(&str, u64); 4] = [
    ("aparat-api", 8),
    ("podlink-api", 8),
    ("sabapayamak-auth", 20),
    ("smsafzar-auth", 9),
];

#[test]
fn a_call_makes_few_allocations_more_than_reqwest_used_with_care() {
    let programs = Programs {
        server: env!("CARGO_BIN_EXE_payvand-bench-server").into(),
        count: env!("CARGO_BIN_EXE_payvand-bench-count").into(),
    };
    let server = Server::start(&programs);
    let counted = of_calls(&programs, &server);
    assert_eq!(counted.len(), MOST_MORE.len());
    for (client, most_more) in MOST_MORE {
        let of_it = &counted[client];
        let (ours, careful) = (of_it[client].count, of_it["reqwest with care"].count);
        println!("{client}: {ours}, with care {careful}");
        // The counter does count: no call goes without.
        assert!(careful > 10);
        assert!(
            ours <= careful + most_more,
            "{client}: {ours} > {careful} + {most_more}"
        );
    }
}
