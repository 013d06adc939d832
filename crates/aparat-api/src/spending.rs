//! What an order that is sent is counted and watched by: a budget, and an observer who is told of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::budget::Budget;
use crate::observer::{OrderIntent, OrderObserver, Watch};

#[derive(Default)]
pub(crate) struct Spending {
    pub(crate) observer: Option<Arc<dyn OrderObserver>>,
    pub(crate) budget: Budget,
    orders: AtomicU64,
}

impl Spending {
    pub(crate) fn watch(&self, mut order: OrderIntent) -> Watch {
        order.sequence = 1 + self.orders.fetch_add(1, Ordering::Relaxed);
        Watch::new(self.observer.clone(), order)
    }
}
