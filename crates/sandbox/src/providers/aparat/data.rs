//! What `--data` says is there at the start.

use serde::Deserialize;

use super::{Aparat, AparatShape};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Data {
    accounts: Vec<Account>,
    shape: Option<AparatShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    token: String,
    balance: u64,
}

impl Aparat {
    pub(crate) fn put(&self, data: &Data) {
        for account in &data.accounts {
            self.add_account(&account.token, account.balance);
        }
        if let Some(shape) = &data.shape {
            self.set_shape(shape.clone());
        }
    }
}
