use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much may still be ordered through a client and its clones; without a total, anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget {
    left: Option<Arc<AtomicU64>>,
}

impl Budget {
    pub(crate) fn new(total: u64) -> Self {
        Self {
            left: Some(Arc::new(AtomicU64::new(total))),
        }
    }

    pub(crate) fn left(&self) -> Option<u64> {
        self.left.as_ref().map(|left| left.load(Ordering::Acquire))
    }

    /// Sets `count` aside, or says how much is left when that is less.
    pub(crate) fn reserve(&self, count: u32) -> Result<Reservation, u64> {
        let count = u64::from(count);
        if let Some(left) = &self.left {
            left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                left.checked_sub(count)
            })?;
        }
        Ok(Reservation {
            budget: self.clone(),
            count,
            is_spent: false,
        })
    }
}

/// Goes back into the budget when it is dropped before sending, or given back after a refusal. Once an order may
/// have left, only a known refusal frees what it may have spent.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Budget,
    count: u64,
    is_spent: bool,
}

impl Reservation {
    /// From here on the count is spent, until somebody knows better.
    pub(crate) fn sending(mut self) -> Self {
        self.is_spent = true;
        self
    }

    /// Nothing was ordered.
    pub(crate) fn give_back(mut self) {
        self.is_spent = false;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(left) = self.budget.left.as_ref().filter(|_| !self.is_spent) {
            left.fetch_add(self.count, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surely_was_not_ordered_comes_back() {
        let budget = Budget::new(150);
        let unsent = budget.reserve(100).unwrap();
        assert_eq!(budget.left(), Some(50));
        assert_eq!(budget.reserve(51).unwrap_err(), 50);
        drop(unsent);
        assert_eq!(budget.left(), Some(150));
        budget.reserve(100).unwrap().sending().give_back();
        assert_eq!(budget.left(), Some(150));
        let _unknown = budget.reserve(150).unwrap().sending();
        assert_eq!(budget.left(), Some(0));
    }

    #[test]
    fn no_total_no_bound() {
        let budget = Budget::default();
        assert!(budget.reserve(u32::MAX).is_ok());
        assert_eq!(budget.left(), None);
    }
}
