//! Many hands that order from one account, with one budget and one observer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use aparat_api::{Client, Effect, OrderIntent, OrderObserver, OrderOutcome, async_trait};
use tokio::task::JoinSet;

use super::hand::{Answered, Call, done};
use super::{Crew, client};
use crate::lanes::marked;
use crate::ledger::{Entry, Ledger, Outcome, What, now};
use crate::plan::{ObserverPlan, Plan, purse};

/// Orders that can be asked about.
#[derive(Debug, Default)]
struct Placed(Mutex<VecDeque<String>>);

pub(super) fn start(crew: &Crew, hands: &mut JoinSet<()>) {
    let client = aparat(crew);
    let placed = Arc::new(Placed::default());
    let lane = Arc::clone(&crew.lane);
    let mut own = JoinSet::new();
    for _ in 0..lane.hands {
        own.spawn(work(crew.clone(), client.clone(), Arc::clone(&placed)));
    }
    let crew = crew.clone();
    hands.spawn(async move {
        while let Some(ended) = own.join_next().await {
            ended.expect("a hand does not panic");
        }
        crew.ledger.note(Entry::BudgetLeft {
            lane: lane.number,
            left: client.budget_left(),
        });
    });
}

pub(super) fn aparat(crew: &Crew) -> Client {
    let builder =
        Client::builder(crew.lane.aparat_token(&crew.settings)).observer(Journal { crew: crew.clone() });
    let builder = match purse(&crew.lane).budget {
        Some(budget) => builder.budget(budget),
        None => builder,
    };
    client!(crew, crew.places.sandbox.as_str(), builder)
}

async fn work(crew: Crew, aparat: Client, placed: Arc<Placed>) {
    while let Some(number) = crew.next_call() {
        let plan = Plan::of(&crew.settings, &crew.lane, number);
        let timeout = plan.timing.timeout;
        let call = |what| Call {
            number,
            what,
            timing: plan.timing,
            about: None,
        };
        match (plan.what, placed.any(number)) {
            (What::Order, _) => {
                if let Outcome::Done { id: Some(id) } = order(&crew, &aparat, number, &plan).await {
                    placed.push(id);
                }
            }
            (What::OrderStatus, Some(id)) => {
                let future = aparat.order_status(id).timeout(timeout).send();
                let _ = crew.make(call(What::OrderStatus), future, done).await;
            }
            _ => {
                let future = aparat.account().timeout(timeout).send();
                let _ = crew.make(call(What::Account), future, done).await;
            }
        }
    }
}

pub(super) async fn order(crew: &Crew, aparat: &Client, number: u32, plan: &Plan) -> Outcome {
    let order = plan.order();
    let future = aparat
        .order(order.kind, order.link, order.count)
        .reference(plan.mark.as_str())
        .timeout(plan.timing.timeout)
        .send();
    let call = Call {
        number,
        what: What::Order,
        timing: plan.timing,
        about: None,
    };
    let id_of = |order: &aparat_api::Order| Answered::Done(order.id().map(str::to_owned));
    crew.make(call, future, id_of).await.outcome
}

impl Placed {
    fn push(&self, id: String) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.push_back(id);
        if ids.len() > 50 {
            ids.pop_front();
        }
    }

    fn any(&self, number: u32) -> Option<String> {
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let length = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let index = number.checked_rem(length)?;
        ids.get(usize::try_from(index).ok()?).cloned()
    }
}

/// Records every order in the ledger, or does not, as the plan says.
struct Journal {
    crew: Crew,
}

impl Journal {
    fn call(order: &OrderIntent) -> u32 {
        let reference = order.reference().and_then(marked);
        reference.map_or(u32::MAX, |(_, call)| call)
    }

    fn ledger(&self) -> &Ledger {
        &self.crew.ledger
    }
}

#[async_trait]
impl OrderObserver for Journal {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let call = Self::call(order);
        let Crew { lane, settings, .. } = &self.crew;
        match Plan::of(settings, lane, call).order().observer {
            ObserverPlan::Refuses => return Err("the journal is full".into()),
            ObserverPlan::TakesItsTime(time) => tokio::time::sleep(time).await,
            ObserverPlan::Records => {}
        }
        self.ledger().note(Entry::Intent {
            lane: lane.number,
            call,
            sequence: order.sequence(),
            at: now(),
        });
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let outcome = match outcome {
            OrderOutcome::Placed { id } => Outcome::Done { id: id.clone() },
            OrderOutcome::NotPlaced { error } => {
                let agrees = error.as_ref().is_none_or(|error| error.effect() == Effect::None);
                if agrees {
                    Outcome::NoEffect
                } else {
                    Outcome::Unknown
                }
            }
            _ => Outcome::Unknown,
        };
        self.ledger().note(Entry::Told {
            lane: self.crew.lane.number,
            call: Self::call(order),
            outcome,
        });
    }
}
