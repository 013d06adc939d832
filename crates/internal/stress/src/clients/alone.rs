//! One hand, one order in flight, and the balance compared when its effect is unknown: what README says.

use std::time::Duration;

use aparat_api::Client;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Crew, together};
use crate::ledger::{Entry, Outcome};
use crate::plan::{Plan, purse};

/// Longer than the sandbox holds back any order of these accounts before it takes effect.
const UNTIL_IT_SHOWS: Duration = Duration::from_millis(1200);

/// Every so many orders the balance is looked at though nothing is in doubt.
const LOOK_EVERY: u32 = 4;

pub(super) fn start(crew: &Crew, hands: &mut JoinSet<()>) {
    let client = together::aparat(crew);
    hands.spawn(work(crew.clone(), client));
}

async fn work(crew: Crew, aparat: Client) {
    let mut balance = i64::try_from(purse(&crew.lane).balance).unwrap_or(i64::MAX);
    let lane = crew.lane.number;
    while let Some(number) = crew.next_call() {
        let plan = Plan::of(&crew.settings, &crew.lane, number);
        let count = i64::from(plan.order().count);
        match together::order(&crew, &aparat, number, &plan).await {
            Outcome::Done { .. } => balance -= count,
            Outcome::NoEffect => {}
            Outcome::Unknown | Outcome::Dropped | Outcome::Hung => {
                sleep(UNTIL_IT_SHOWS).await;
                let Some(now) = ask(&aparat).await else { break };
                let difference = balance - now;
                let placed = match difference {
                    0 => Some(false),
                    all if all == count => Some(true),
                    _ => None,
                };
                crew.ledger.note(Entry::Settled {
                    lane,
                    call: number,
                    difference,
                    placed,
                });
                balance = now;
            }
        }
        if number.is_multiple_of(LOOK_EVERY) {
            let read = ask(&aparat).await;
            crew.ledger.note(Entry::Balance {
                lane,
                read,
                expected: balance,
            });
        }
    }
}

/// The balance, asked for until an answer comes.
async fn ask(aparat: &Client) -> Option<i64> {
    for _ in 0..50 {
        let account = aparat.account().timeout(Duration::from_secs(3)).await;
        if let Some(balance) = account.ok().and_then(|account| account.balance()) {
            return Some(balance);
        }
    }
    None
}
