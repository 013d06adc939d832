//! Who may call which product.

use std::collections::HashMap;

#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_token: HashMap<String, Keys>,
}

#[derive(Debug, Default)]
struct Keys {
    any: String,
    by_product: HashMap<u64, String>,
}

impl Accounts {
    pub(super) fn open(&mut self, token: &str, key: &str) {
        key.clone_into(&mut self.by_token.entry(token.to_owned()).or_default().any);
    }

    /// Each token with the key for all products.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        let all = self.by_token.iter();
        all.map(|(token, keys)| (token.clone(), keys.any.clone()))
            .collect()
    }

    pub(super) fn set_key(&mut self, token: &str, product: u64, key: &str) {
        let keys = self.by_token.entry(token.to_owned()).or_default();
        keys.by_product.insert(product, key.to_owned());
    }

    pub(super) fn accepts(&self, token: &str, product: u64, key: &str) -> bool {
        self.by_token.get(token).is_some_and(|keys| {
            let right = keys.by_product.get(&product).unwrap_or(&keys.any);
            !right.is_empty() && right == key
        })
    }
}
