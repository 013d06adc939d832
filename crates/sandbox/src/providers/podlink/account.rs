//! Who may call which product.

use std::collections::HashMap;

use crate::providers::bounded::ItemLimits;
use crate::providers::bounded_map::BoundedMap;

#[derive(Debug)]
pub(super) struct Accounts {
    by_token: BoundedMap<Keys>,
}

#[derive(Clone, Debug, Default)]
struct Keys {
    any: String,
    by_product: HashMap<u64, String>,
}

impl Accounts {
    pub(super) fn new(limits: ItemLimits) -> Self {
        Self {
            by_token: BoundedMap::new(limits),
        }
    }

    pub(super) fn open(&mut self, token: &str, key: &str) {
        self.change(token, |keys| key.clone_into(&mut keys.any));
    }

    /// Each token with the key for all products.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.by_token.iter();
        all.map(|(token, keys)| (token, keys.any.as_str()))
    }

    pub(super) fn set_key(&mut self, token: &str, product: u64, key: &str) {
        self.change(token, |keys| {
            keys.by_product.insert(product, key.to_owned());
        });
    }

    fn change(&mut self, token: &str, change: impl FnOnce(&mut Keys)) {
        let mut keys = self.by_token.get(token).cloned().unwrap_or_default();
        change(&mut keys);
        let each = keys.by_product.values();
        let memory = keys.any.len() + each.map(|key| key.len() + 64).sum::<usize>();
        self.by_token.insert(token, keys, memory);
    }

    pub(super) fn accepts(&self, token: &str, product: u64, key: &str) -> bool {
        self.by_token.get(token).is_some_and(|keys| {
            let right = keys.by_product.get(&product).unwrap_or(&keys.any);
            !right.is_empty() && right == key
        })
    }

    pub(super) fn dropped(&self) -> u64 {
        self.by_token.dropped()
    }
}
