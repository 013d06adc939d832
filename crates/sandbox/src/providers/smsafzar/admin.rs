//! What the admin API sees and sets.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::{AccountState, Smsafzar};
use crate::provider::Provider as _;
use crate::providers::new_account::{Refused, both};
use crate::providers::token::TokenForm;
use crate::seconds::Seconds;
use crate::secrets::Secrets;

/// What is set is changed, `null` too; the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::option_option, reason = "left out, or null")]
pub(crate) struct Settings {
    token: Option<TokenForm>,
    token_seconds: Option<Seconds>,
    #[serde(deserialize_with = "given")]
    rate_limit: Option<Option<usize>>,
    #[serde(deserialize_with = "given")]
    retry_after: Option<Option<u64>>,
}

#[allow(clippy::option_option, reason = "left out, or null")]
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

/// An account to open, or what is to change about one that exists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    username: String,
    password: Option<String>,
    domain: Option<String>,
    state: Option<AccountState>,
    balance: Option<u64>,
}

impl Smsafzar {
    pub(crate) fn settings(&self) -> Settings {
        let state = self.lock();
        Settings {
            token: Some(state.tokens.form.clone()),
            token_seconds: Some(state.token_life.into()),
            rate_limit: Some(state.limit),
            retry_after: Some(state.retry_after),
        }
    }

    pub(crate) fn change(&self, settings: Settings) {
        if let Some(form) = settings.token {
            self.lock().tokens.form = form;
        }
        if let Some(seconds) = settings.token_seconds {
            self.set_token_life(Duration::from(seconds));
        }
        if let Some(limit) = settings.rate_limit {
            self.set_rate_limit(limit);
        }
        if let Some(seconds) = settings.retry_after {
            self.set_retry_after(seconds);
        }
    }

    pub(crate) fn set_account(&self, account: Account) -> Result<(), Refused> {
        let (username, domain) = (account.username, account.domain);
        let is_there = self.balance(&username).is_some();
        if let Some((password, domain)) = both(account.password, domain, is_there, "domain")? {
            self.add_account(&username, password, domain);
        }
        if let Some(state) = account.state {
            self.set_account_state(&username, state);
        }
        if let Some(balance) = account.balance {
            self.set_balance(&username, balance);
        }
        Ok(())
    }

    pub(super) fn list_accounts(&self, secrets: Secrets) -> Vec<Value> {
        let state = self.lock();
        let accounts = state.accounts.iter().map(|(username, account)| {
            json!({
                "about": self.about(username),
                "username": username,
                "password": self.readable(&account.password, secrets),
                "domain": account.domain,
                "state": account.state,
                "balance": account.balance,
            })
        });
        accounts.collect()
    }
}
