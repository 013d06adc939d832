//! What `--data` says is there at the start.

use serde::Deserialize;

use super::{AccountState, Sabapayamak, SabapayamakShape};
use crate::providers::received::Received;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Data {
    accounts: Vec<Account>,
    received: Vec<Received>,
    shape: Option<SabapayamakShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    username: String,
    password: String,
    virtual_number: String,
    #[serde(default)]
    state: AccountState,
    /// In hundredths.
    credit: Option<u64>,
}

impl Sabapayamak {
    pub(crate) fn put(&self, data: &Data) {
        for account in &data.accounts {
            self.add_account(&account.username, &account.password, &account.virtual_number);
            self.set_account_state(&account.username, account.state);
            if let Some(credit) = account.credit {
                self.set_credit(&account.username, credit);
            }
        }
        for it in &data.received {
            self.receive(&it.sender, &it.line, &it.text);
        }
        if let Some(shape) = data.shape {
            self.set_shape(shape);
        }
    }
}
