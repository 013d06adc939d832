//! What the admin API sees and sets.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Podlink, PodlinkShape};
use crate::provider::Provider as _;
use crate::providers::new_account::Refused;
use crate::seconds::Seconds;
use crate::secrets::Secrets;

/// What is set is changed, the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    lifetime_seconds: Option<Seconds>,
    longest_hash: Option<usize>,
    largest_page: Option<usize>,
    shape: Option<PodlinkShape>,
}

/// An account to open, or what is to change about one that exists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    token: String,
    api_key: String,
    product: Option<u64>,
}

impl Podlink {
    pub(crate) fn settings(&self) -> Settings {
        let state = self.lock();
        Settings {
            lifetime_seconds: Some(state.service.lifetime.into()),
            longest_hash: Some(state.service.longest_hash),
            largest_page: Some(state.service.largest_page),
            shape: Some(state.shape.clone()),
        }
    }

    pub(crate) fn change(&self, settings: Settings) {
        if let Some(seconds) = settings.lifetime_seconds {
            self.set_lifetime(Duration::from(seconds));
        }
        if let Some(characters) = settings.longest_hash {
            self.set_longest_hash(characters);
        }
        if let Some(links) = settings.largest_page {
            self.set_largest_page(links);
        }
        if let Some(shape) = settings.shape {
            self.set_shape(shape);
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "at other providers it may be refused")]
    pub(crate) fn set_account(&self, account: Account) -> Result<(), Refused> {
        let (token, api_key) = (account.token, account.api_key);
        match account.product {
            None => self.add_account(&token, &api_key),
            Some(product) => self.set_api_key(&token, product, &api_key),
        }
        Ok(())
    }

    pub(super) fn list_accounts(&self, secrets: Secrets) -> Vec<Value> {
        let state = self.lock();
        let accounts = state.service.accounts.all().map(|(token, api_key)| {
            json!({
                "about": self.about(token),
                "token": self.readable(token, secrets),
                "api_key": self.readable(api_key, secrets),
            })
        });
        accounts.collect()
    }
}
