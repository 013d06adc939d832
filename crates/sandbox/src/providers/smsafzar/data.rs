//! What `--data` says is there at the start.

use serde::Deserialize;

use super::{AccountState, Smsafzar};
use crate::providers::received::Received;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Data {
    accounts: Vec<Account>,
    templates: Vec<Template>,
    received: Vec<Received>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    username: String,
    password: String,
    domain: String,
    #[serde(default)]
    state: AccountState,
    /// In rials.
    balance: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    id: String,
    text: String,
    line: String,
}

impl Smsafzar {
    pub(crate) fn put(&self, data: &Data) {
        for account in &data.accounts {
            self.add_account(&account.username, &account.password, &account.domain);
            self.set_account_state(&account.username, account.state);
            if let Some(balance) = account.balance {
                self.set_balance(&account.username, balance);
            }
        }
        for it in &data.templates {
            self.add_template(&it.id, &it.text, &it.line);
        }
        for it in &data.received {
            self.receive(&it.sender, &it.line, &it.text);
        }
    }
}
