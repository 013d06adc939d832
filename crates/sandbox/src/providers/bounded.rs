//! The latest of what a provider has taken in.

use std::collections::VecDeque;

use serde_json::Value;

/// How much a provider keeps of each kind of thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemLimits {
    pub(crate) count: usize,
    pub(crate) memory: usize,
}

impl ItemLimits {
    pub(super) fn are_kept_by(self, count: usize, memory: usize) -> bool {
        count <= self.count && memory <= self.memory
    }
}

impl Default for ItemLimits {
    fn default() -> Self {
        Self {
            count: 10_000,
            memory: 32 * 1024 * 1024,
        }
    }
}

/// The newest items, up to the limits; all are counted.
#[derive(Debug)]
pub(crate) struct Bounded<T> {
    limits: ItemLimits,
    kept: VecDeque<(usize, T)>,
    memory: usize,
    added: u64,
}

impl<T> Bounded<T> {
    pub(crate) fn new(limits: ItemLimits) -> Self {
        Self {
            limits,
            kept: VecDeque::new(),
            memory: 0,
            added: 0,
        }
    }

    /// Adds an item, and gives back those that had to go. `memory` is about what it takes, its own fields aside.
    pub(crate) fn push(&mut self, item: T, memory: usize) -> Vec<T> {
        let memory = memory + size_of::<(usize, T)>();
        self.added += 1;
        self.memory += memory;
        self.kept.push_back((memory, item));
        let mut gone = Vec::new();
        while !self.limits.are_kept_by(self.kept.len(), self.memory) {
            let Some((memory, oldest)) = self.kept.pop_front() else {
                break;
            };
            self.memory -= memory;
            gone.push(oldest);
        }
        gone
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.kept.iter().map(|(_, item)| item)
    }

    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.kept.iter_mut().map(|(_, item)| item)
    }

    /// How many there ever were.
    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    /// How many are no longer kept.
    pub(crate) fn dropped(&self) -> u64 {
        self.added - self.kept.len() as u64
    }
}

/// About how much memory a JSON value takes, itself aside.
pub(crate) fn memory_of(json: &Value) -> usize {
    let each = |value: &Value| size_of::<Value>() + memory_of(value);
    match json {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(each).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| 2 * size_of::<String>() + name.len() + each(value))
            .sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept() {
        let limits = ItemLimits {
            count: 3,
            memory: 1000,
        };
        let mut bounded = Bounded::new(limits);
        let gone: Vec<_> = (0..5).flat_map(|number| bounded.push(number, 10)).collect();
        assert_eq!(gone, [0, 1]);
        assert_eq!(bounded.iter().copied().collect::<Vec<_>>(), [2, 3, 4]);
        bounded.push(5, 935);
        assert_eq!(bounded.iter().copied().collect::<Vec<_>>(), [4, 5]);
        bounded.push(6, 2000);
        assert_eq!(bounded.iter().count(), 0, "larger than all that may be kept");
        assert_eq!((bounded.added(), bounded.dropped(), bounded.memory), (7, 7, 0));
    }
}
