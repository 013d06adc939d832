//! What the admin API sees and sets.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Aparat, AparatShape};
use crate::provider::Provider as _;
use crate::providers::new_account::Refused;
use crate::seconds::Seconds;
use crate::secrets::Secrets;

/// What is set is changed, the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    order_seconds: Option<Seconds>,
    least_count: Option<u64>,
    most_count: Option<u64>,
    shape: Option<AparatShape>,
}

/// An account to open, or what is to change about one that exists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    token: String,
    balance: u64,
}

impl Aparat {
    pub(crate) fn settings(&self) -> Settings {
        let state = self.lock();
        let range = &state.panel.count_range;
        Settings {
            order_seconds: Some(state.panel.order_duration.into()),
            least_count: Some(*range.start()),
            most_count: Some(*range.end()),
            shape: Some(state.shape.clone()),
        }
    }

    pub(crate) fn change(&self, settings: Settings) {
        if let Some(seconds) = settings.order_seconds {
            self.set_order_duration(Duration::from(seconds));
        }
        if settings.least_count.or(settings.most_count).is_some() {
            let range = self.lock().panel.count_range.clone();
            let least = settings.least_count.unwrap_or(*range.start());
            self.set_count_range(least..=settings.most_count.unwrap_or(*range.end()));
        }
        if let Some(shape) = settings.shape {
            self.set_shape(shape);
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "at other providers it may be refused")]
    pub(crate) fn set_account(&self, account: Account) -> Result<(), Refused> {
        self.add_account(account.token, account.balance);
        Ok(())
    }

    pub(super) fn list_accounts(&self, secrets: Secrets) -> Vec<Value> {
        let state = self.lock();
        let accounts = state.panel.accounts().map(|(token, balance)| {
            json!({
                "about": self.about(token),
                "token": self.readable(token, secrets),
                "balance": balance,
            })
        });
        accounts.collect()
    }
}
