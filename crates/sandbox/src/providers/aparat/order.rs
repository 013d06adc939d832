//! An order, and how it moves on with the clock.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::clock::unix_millis;
use crate::secrets::Secrets;

#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) token: String,
    pub(super) link: String,
    pub(super) count: u64,
    pub(super) kind: String,
    pub(super) placed_at: SystemTime,
    /// From the order to its completion; the first tenth of it is spent waiting.
    pub(super) duration: Duration,
}

impl Order {
    pub(super) fn state(&self, now: SystemTime) -> OrderState {
        let age = self.age(now);
        if age >= self.duration {
            OrderState::Completed
        } else if age < self.waiting() {
            OrderState::Pending
        } else {
            OrderState::InProgress
        }
    }

    pub(super) fn delivered(&self, now: SystemTime) -> u64 {
        match self.state(now) {
            OrderState::Pending => 0,
            OrderState::Completed => self.count,
            OrderState::InProgress => {
                let worked = self.age(now).saturating_sub(self.waiting()).as_nanos();
                let whole = self.duration.saturating_sub(self.waiting()).as_nanos().max(1);
                let delivered = u128::from(self.count).saturating_mul(worked) / whole;
                u64::try_from(delivered).unwrap_or(self.count).min(self.count)
            }
        }
    }

    fn age(&self, now: SystemTime) -> Duration {
        now.duration_since(self.placed_at).unwrap_or_default()
    }

    fn waiting(&self) -> Duration {
        self.duration / 10
    }
}

/// How far an order has come. The provider's document names no states; these words are the sandbox's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderState {
    /// Nothing has been delivered yet.
    Pending,
    /// Some of it may have been delivered.
    InProgress,
    /// All of it has been delivered.
    Completed,
}

impl OrderState {
    /// The word on the wire: `pending`, `in_progress` or `completed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }

    /// For an answer whose state is a number: 0, 1 or 2.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::InProgress => 1,
            Self::Completed => 2,
        }
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An order that has taken effect, as it stood when the sandbox was asked.
#[derive(Clone, Debug)]
pub struct PlacedOrder {
    order: Order,
    state: OrderState,
    delivered: u64,
}

impl PlacedOrder {
    pub(super) fn at(order: &Order, now: SystemTime) -> Self {
        Self {
            order: order.clone(),
            state: order.state(now),
            delivered: order.delivered(now),
        }
    }

    /// Its unique id, also when the answer was told not to show it.
    pub fn id(&self) -> &str {
        &self.order.id
    }

    /// The account that it was charged to.
    pub fn token(&self) -> &str {
        &self.order.token
    }

    /// The link, decoded.
    pub fn link(&self) -> &str {
        &self.order.link
    }

    /// How many were ordered, and charged.
    pub fn count(&self) -> u64 {
        self.order.count
    }

    /// `like`, `view` or `follow`.
    pub fn kind(&self) -> &str {
        &self.order.kind
    }

    /// How far it has come.
    pub fn state(&self) -> OrderState {
        self.state
    }

    /// How many of the count have been delivered.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// When it took effect, by the sandbox's clock.
    pub fn placed_at(&self) -> SystemTime {
        self.order.placed_at
    }

    /// It as a JSON object, the time in milliseconds since the Unix epoch. Serialising it does the same, with its token
    /// hidden.
    pub fn to_json(&self, secrets: Secrets) -> Value {
        json!({
            "id": self.id(),
            "token": secrets.secret(self.token()),
            "link": self.link(),
            "count": self.count(),
            "kind": self.kind(),
            "state": self.state().as_str(),
            "delivered": self.delivered(),
            "placed_at": unix_millis(self.placed_at()),
        })
    }
}

impl Serialize for PlacedOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json(Secrets::Hidden).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_waits_works_and_is_done() {
        let placed_at = SystemTime::now();
        let order = Order {
            id: String::new(),
            token: String::new(),
            link: String::new(),
            count: 90,
            kind: String::new(),
            placed_at,
            duration: Duration::from_secs(10),
        };
        let at = |millis| {
            let now = placed_at + Duration::from_millis(millis);
            (order.state(now), order.delivered(now))
        };
        assert_eq!(at(0), (OrderState::Pending, 0));
        assert_eq!(at(999), (OrderState::Pending, 0));
        assert_eq!(at(1000), (OrderState::InProgress, 0));
        assert_eq!(at(5500), (OrderState::InProgress, 45));
        assert_eq!(at(9999), (OrderState::InProgress, 89));
        assert_eq!(at(10_000), (OrderState::Completed, 90));
        assert_eq!(at(1_000_000), (OrderState::Completed, 90));

        let at_once = Order {
            duration: Duration::ZERO,
            ..order.clone()
        };
        assert_eq!(at_once.state(placed_at), OrderState::Completed);
        let huge = Order {
            count: u64::MAX,
            duration: Duration::MAX,
            ..order
        };
        assert!(huge.delivered(placed_at + Duration::from_secs(1_000_000)) < u64::MAX);
    }
}
