//! One client, on one runtime after the other: each stays, and idles while the others work.

use aparat_api::Client;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::hand::{Call, done};
use super::{Crew, client};
use crate::plan::Plan;

const RUNTIMES: u32 = 3;

pub(super) fn start(crew: &Crew, hands: &mut JoinSet<()>) {
    let crew = crew.clone();
    hands.spawn_blocking(move || {
        let builder = Client::builder(crew.lane.aparat_token(&crew.settings));
        let client = client!(crew, crew.places.ageing.as_str(), builder);
        let runtimes: Vec<_> = (0..RUNTIMES).map(|_| runtime()).collect();
        while let Some(number) = crew.next_call() {
            let plan = Plan::of(&crew.settings, &crew.lane, number);
            let call = Call {
                number,
                what: plan.what,
                timing: plan.timing,
                about: None,
            };
            let account = client.account().timeout(plan.timing.timeout);
            let make = async { crew.make(call, account.send(), done).await };
            // Now and then on one that comes and goes.
            if number % 7 == 0 {
                runtime().block_on(make);
            } else {
                runtimes[(number % RUNTIMES) as usize].block_on(make);
            }
        }
    });
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
