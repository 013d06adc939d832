//! The latest of what a provider knows by its name.

use std::collections::{BTreeMap, HashMap};

use crate::providers::bounded::ItemLimits;

/// The newest items by their keys, up to the limits.
#[derive(Debug)]
pub(crate) struct BoundedMap<T> {
    limits: ItemLimits,
    numbers: HashMap<String, u64>,
    /// By their numbers, and so the oldest first.
    items: BTreeMap<u64, Item<T>>,
    memory: usize,
    added: u64,
    dropped: u64,
}

#[derive(Debug)]
struct Item<T> {
    key: String,
    memory: usize,
    value: T,
}

impl<T> BoundedMap<T> {
    pub(crate) fn new(limits: ItemLimits) -> Self {
        Self {
            limits,
            numbers: HashMap::new(),
            items: BTreeMap::new(),
            memory: 0,
            added: 0,
            dropped: 0,
        }
    }

    /// Adds an item, or puts it in the place of the one that has the key, and gives back those that had to go. `memory` is
    /// about what it takes, key and own fields aside.
    pub(crate) fn insert(&mut self, key: impl Into<String>, value: T, memory: usize) -> Vec<T> {
        let key = key.into();
        let memory = memory + 2 * key.len() + size_of::<Item<T>>() + size_of::<(String, u64)>();
        let number = self.numbers.get(&key).copied().unwrap_or_else(|| {
            self.added += 1;
            self.numbers.insert(key.clone(), self.added);
            self.added
        });
        self.memory += memory;
        let item = Item { key, memory, value };
        if let Some(before) = self.items.insert(number, item) {
            self.memory -= before.memory;
        }
        let mut gone = Vec::new();
        while !self.limits.are_kept_by(self.items.len(), self.memory) {
            let Some((_, oldest)) = self.items.pop_first() else {
                break;
            };
            self.numbers.remove(&oldest.key);
            self.memory -= oldest.memory;
            self.dropped += 1;
            gone.push(oldest.value);
        }
        gone
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<T> {
        let item = self.items.remove(&self.numbers.remove(key)?)?;
        self.memory -= item.memory;
        Some(item.value)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        let item = self.items.get(self.numbers.get(key)?)?;
        Some(&item.value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.get_by_number(*self.numbers.get(key)?)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.numbers.contains_key(key)
    }

    /// The number of the item: none is given twice.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.numbers.get(key).copied()
    }

    pub(crate) fn get_by_number(&mut self, number: u64) -> Option<&mut T> {
        self.items.get_mut(&number).map(|item| &mut item.value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.items.values().map(|item| (item.key.as_str(), &item.value))
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.values_mut().map(|item| &mut item.value)
    }

    /// How many there ever were.
    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    /// How many had to go.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(map: &BoundedMap<u32>) -> String {
        map.iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn the_newest_are_kept() {
        let mut map = BoundedMap::new(ItemLimits {
            count: 3,
            memory: 1000,
        });
        for (key, value) in [("a", 0), ("b", 1), ("c", 2), ("a", 3)] {
            assert!(map.insert(key, value, 10).is_empty(), "{key}");
        }
        assert_eq!((keys(&map).as_str(), map.get("a")), ("abc", Some(&3)));
        assert_eq!(map.insert("d", 4, 10), [3]);
        assert_eq!((map.get("a"), map.number("d")), (None, Some(4)));
        assert_eq!((map.remove("c"), map.remove("c")), (Some(2), None));
        assert_eq!((keys(&map).as_str(), map.get_mut("b")), ("bd", Some(&mut 1)));
        assert_eq!(
            map.insert("e", 5, 10_000),
            [1, 4, 5],
            "larger than all that may be kept"
        );
        assert_eq!((map.items.len(), map.numbers.len(), map.memory), (0, 0, 0));
        assert_eq!((map.added(), map.dropped()), (5, 4));
    }
}
