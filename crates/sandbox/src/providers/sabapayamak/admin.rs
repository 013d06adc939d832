//! What the admin API sees and sets.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Sabapayamak, SabapayamakShape};
use crate::provider::Provider as _;
use crate::providers::token::TokenForm;
use crate::secrets::Secrets;

/// What is set is changed, the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SabapayamakSettings {
    token: Option<TokenForm>,
    shape: Option<SabapayamakShape>,
}

impl Sabapayamak {
    pub(crate) fn settings(&self) -> SabapayamakSettings {
        let state = self.lock();
        SabapayamakSettings {
            token: Some(state.tokens.form.clone()),
            shape: Some(state.shape),
        }
    }

    pub(crate) fn change(&self, settings: SabapayamakSettings) {
        if let Some(form) = settings.token {
            self.lock().tokens.form = form;
        }
        if let Some(shape) = settings.shape {
            self.set_shape(shape);
        }
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
