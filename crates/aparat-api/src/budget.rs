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
            unsent: count,
        })
    }
}

/// Goes back into the budget when it is dropped before sending, or given back after a refusal. Once an order may
/// have left, only a known refusal frees what it may have spent.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Budget,
    unsent: u64,
}

impl Reservation {
    /// From here on the count is spent, until somebody knows better; returns it for that case.
    pub(crate) fn sending(mut self) -> Spent {
        Spent {
            budget: self.budget.clone(),
            count: std::mem::take(&mut self.unsent),
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.put_back(self.unsent);
    }
}

/// Stays spent, unless given back.
#[derive(Debug)]
pub(crate) struct Spent {
    budget: Budget,
    count: u64,
}

impl Spent {
    pub(crate) fn give_back(self) {
        self.budget.put_back(self.count);
    }
}

impl Budget {
    fn put_back(&self, count: u64) {
        if let Some(left) = &self.left {
            left.fetch_add(count, Ordering::AcqRel);
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
