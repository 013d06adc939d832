//! What the admin API sees and sets.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AccountState, Sabapayamak, SabapayamakShape};
use crate::provider::Provider as _;
use crate::providers::new_account::{Refused, both};
use crate::providers::token::TokenForm;
use crate::secrets::Secrets;

/// What is set is changed, the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    token: Option<TokenForm>,
    shape: Option<SabapayamakShape>,
}

/// An account to open, or what is to change about one that exists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    username: String,
    password: Option<String>,
    virtual_number: Option<String>,
    state: Option<AccountState>,
    balance: Option<u64>,
}

impl Sabapayamak {
    pub(crate) fn settings(&self) -> Settings {
        let state = self.lock();
        Settings {
            token: Some(state.tokens.form.clone()),
            shape: Some(state.shape),
        }
    }

    pub(crate) fn change(&self, settings: Settings) {
        if let Some(form) = settings.token {
            self.lock().tokens.form = form;
        }
        if let Some(shape) = settings.shape {
            self.set_shape(shape);
        }
    }

    pub(crate) fn set_account(&self, account: Account) -> Result<(), Refused> {
        let (username, number) = (account.username, account.virtual_number);
        let is_there = self.credit(&username).is_some();
        if let Some((password, number)) = both(account.password, number, is_there, "virtual_number")? {
            self.add_account(&username, password, number);
        }
        if let Some(state) = account.state {
            self.set_account_state(&username, state);
        }
        if let Some(balance) = account.balance {
            self.set_credit(&username, balance);
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
                "virtual_number": account.virtual_number,
                "state": account.state,
                "balance": account.credit,
            })
        });
        accounts.collect()
    }
}
