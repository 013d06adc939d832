use std::error::Error as StdError;
use std::sync::Arc;

use http_core::{Effect, async_trait};
use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::order_kind::OrderKind;

/// Records what happens to orders, in a database or a file of yours, so that an order whose outcome nobody saw
/// (a crash, a dropped future, a lost answer) is never lost from sight.
///
/// ```
/// # #![allow(deprecated)]
/// use aparat_api::{OrderIntent, OrderObserver, OrderOutcome, async_trait};
///
/// struct Journal;
///
/// #[async_trait]
/// impl OrderObserver for Journal {
///     async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         println!("{:?}: about to order {} {}s", order.reference(), order.count(), order.kind());
///         Ok(())
///     }
///
///     fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
///         println!("{:?}: {outcome:?}", order.reference());
///     }
/// }
///
/// let client = aparat_api::Client::builder("not-a-real-token").observer(Journal).build();
/// ```
#[deprecated = "`payvand-journal` records orders in a file, and knows after a crash what is in doubt"]
#[async_trait]
pub trait OrderObserver: Send + Sync + 'static {
    /// Called before an order is sent. On an error the order is not sent, and fails with
    /// [`Kind::Withheld`](crate::Kind::Withheld). The time it takes counts against the call's timeout.
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn StdError + Send + Sync>>;

    /// Called once for each intent, also when the order's future is dropped: so it is not async, must not block,
    /// and must not panic. Only a crash of the process comes between the two: an intent without an outcome is to
    /// be read as [`OrderOutcome::Unknown`].
    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome);
}

/// An order that is about to be sent.
#[derive(Debug, Clone, Serialize)]
pub struct OrderIntent {
    pub(crate) sequence: u64,
    pub(crate) kind: OrderKind,
    pub(crate) link: String,
    pub(crate) count: u32,
    pub(crate) reference: Option<String>,
}

impl OrderIntent {
    /// Tells the orders of a client and its clones apart: 1, 2, 3, … Another client and another process begin at 1 again;
    /// what is to be found again later needs a [`reference`](Self::reference).
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Likes, views or followers.
    pub fn kind(&self) -> OrderKind {
        self.kind
    }

    /// The video or profile.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// How many.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Your own name for the order, if you gave one with [`OrderCall::reference`](crate::OrderCall::reference).
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }
}

/// What became of an order, as far as this side can know.
///
/// It serialises as an object: its `outcome` is `placed`, `not_placed` or `unknown`, and an error is its sentence.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderOutcome {
    /// The provider took it.
    Placed {
        /// The provider's id, if its answer had one.
        id: Option<String>,
    },
    /// Nothing was ordered: it was never sent, or the provider refused it in its own words.
    NotPlaced {
        /// Why; `None` when the future was dropped before anything was sent.
        #[serde(serialize_with = "sentence")]
        error: Option<Error>,
    },
    /// Nobody can tell whether it was placed. Compare the balance, or ask the provider's support, before ordering
    /// again.
    Unknown {
        /// Why; `None` when the future was dropped after it had begun to send.
        #[serde(serialize_with = "sentence")]
        error: Option<Error>,
    },
}

#[allow(clippy::ref_option, reason = "serde passes the field")]
fn sentence<S: Serializer>(error: &Option<Error>, serializer: S) -> Result<S::Ok, S::Error> {
    error.as_ref().map(ToString::to_string).serialize(serializer)
}

/// Sees to it that an intent gets its outcome, whatever happens to the future that holds this.
pub(crate) struct Watch {
    observer: Option<Arc<dyn OrderObserver>>,
    order: OrderIntent,
    sending: bool,
}

impl Watch {
    pub(crate) fn new(observer: Option<Arc<dyn OrderObserver>>, order: OrderIntent) -> Self {
        Self {
            observer,
            order,
            sending: false,
        }
    }

    pub(crate) async fn record_intent(&self) -> Result<(), Box<dyn StdError + Send + Sync>> {
        match &self.observer {
            Some(observer) => observer.intent(&self.order).await,
            None => Ok(()),
        }
    }

    pub(crate) fn is_observed(&self) -> bool {
        self.observer.is_some()
    }

    pub(crate) fn sending(&mut self) {
        self.sending = true;
    }

    pub(crate) fn placed(mut self, id: Option<&str>) {
        self.tell(&OrderOutcome::Placed {
            id: id.map(str::to_owned),
        });
    }

    pub(crate) fn failed(mut self, error: &Error) {
        let error = Some(error.clone());
        self.tell(&match error.as_ref().map(Error::effect) {
            Some(Effect::None) => OrderOutcome::NotPlaced { error },
            _ => OrderOutcome::Unknown { error },
        });
    }

    fn tell(&mut self, outcome: &OrderOutcome) {
        if let Some(observer) = self.observer.take() {
            observer.outcome(&self.order, outcome);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let error = None;
        let dropped = if self.sending {
            OrderOutcome::Unknown { error }
        } else {
            OrderOutcome::NotPlaced { error }
        };
        self.tell(&dropped);
    }
}
