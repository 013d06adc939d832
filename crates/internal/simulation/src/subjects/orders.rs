//! Orders whose client has an observer and a budget.

use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};

use aparat_api::{Client as Aparat, OrderIntent, OrderKind, OrderObserver, OrderOutcome};
use http_core::async_trait;
use payvand_harness::{Account, Arguments, ClientOptions};

use crate::conditions::Conditions;
use crate::subjects::{Client, Told, What, Work};

pub(crate) const COUNT: u32 = 100;
pub(crate) const LINK: &str = "https://www.aparat.com/v/";

/// What the observer was told of each order, by its marker: `None` before its outcome.
type Observed = Vec<(String, Option<What>)>;

/// What stands written at the end.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    pub(crate) observed: Observed,
    /// Outcomes without an intent, or after another outcome.
    pub(crate) contradictions: usize,
    pub(crate) budget: u64,
    pub(crate) budget_left: u64,
}

pub(crate) struct Orders {
    client: Aparat,
    observer: Observer,
    budget: u64,
}

#[derive(Clone, Default)]
struct Observer(Arc<Mutex<(Observed, usize)>>);

impl Orders {
    pub(crate) fn new(account: &Account, conditions: &Conditions, options: &ClientOptions) -> Self {
        let observer = Observer::default();
        // Sometimes too little for all that is wanted.
        let budget = u64::from(COUNT) * conditions.gap;
        let mut builder = Aparat::builder(account.secrets[0].value.as_str())
            .base_url(options.base_url.as_str())
            .retry(options.retry)
            .rate_limit(conditions.limit)
            .timeout(conditions.timeout)
            .budget(budget)
            .observer(observer.clone());
        if let Some(transport) = &options.transport {
            builder = builder.transport(Arc::clone(transport));
        }
        Self {
            client: builder.build().expect("a client"),
            observer,
            budget,
        }
    }
}

/// Gives a call its time, and says what its caller was told.
macro_rules! make {
    ($call:expr, $arguments:expr, $id:expr) => {{
        let mut call = $call;
        if let Some(timeout) = $arguments.timeout {
            call = call.timeout(timeout);
        }
        Box::pin(async move {
            match call.await {
                Ok(answer) => Told::done($id(answer)),
                Err(error) => Told::failed(error.kind(), error.effect(), error.attempts()),
            }
        })
    }};
}
pub(super) use make;

impl Client for Orders {
    fn call(&self, name: &'static str, arguments: &Arguments) -> Work {
        match name {
            "order" => {
                let link = format!("{LINK}{}", arguments.marker);
                let order = self.client.order(OrderKind::View, link, COUNT);
                make!(order, arguments, |order: aparat_api::Order| order
                    .id()
                    .map(str::to_owned))
            }
            "account" => make!(self.client.account(), arguments, |_| None),
            _ => {
                let id = arguments.id.as_deref().unwrap_or("5f0000000001g");
                make!(self.client.order_status(id), arguments, |_| None)
            }
        }
    }

    fn journal(&self) -> Option<Journal> {
        let (observed, contradictions) = self.observer.lock().clone();
        Some(Journal {
            observed,
            contradictions,
            budget: self.budget,
            budget_left: self.client.budget_left().unwrap_or_default(),
        })
    }
}

impl Observer {
    fn lock(&self) -> std::sync::MutexGuard<'_, (Observed, usize)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OrderObserver for Observer {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn StdError + Send + Sync>> {
        tokio::task::yield_now().await;
        self.lock().0.push((marker(order), None));
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let what = match outcome {
            OrderOutcome::Placed { id } => What::Done { id: id.clone() },
            OrderOutcome::NotPlaced { .. } => What::NoEffect,
            _ => What::Unknown,
        };
        let mut inner = self.lock();
        let (observed, contradictions) = &mut *inner;
        let marker = marker(order);
        match observed
            .iter_mut()
            .find(|(of, told)| *of == marker && told.is_none())
        {
            Some((_, told)) => *told = Some(what),
            // Dropped while its intent was being written.
            None if what == What::NoEffect => {}
            None => *contradictions += 1,
        }
    }
}

fn marker(order: &OrderIntent) -> String {
    order.link().trim_start_matches(LINK).to_owned()
}
