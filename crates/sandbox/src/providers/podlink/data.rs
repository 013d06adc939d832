//! What `--data` says is there at the start.

use serde::Deserialize;

use super::{Podlink, PodlinkShape};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Data {
    accounts: Vec<Account>,
    shape: Option<PodlinkShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    token: String,
    api_key: String,
    /// This many links and texts to begin with.
    #[serde(default)]
    links: usize,
}

impl Podlink {
    pub(crate) fn put(&self, data: &Data) {
        for account in &data.accounts {
            self.add_account(&account.token, &account.api_key);
            self.seed_links(&account.token, account.links);
        }
        if let Some(shape) = &data.shape {
            self.set_shape(shape.clone());
        }
    }
}
