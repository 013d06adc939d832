//! What the admin API sees and sets.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Aparat, AparatShape};
use crate::provider::Provider as _;
use crate::seconds::Seconds;
use crate::secrets::Secrets;

/// What is set is changed, the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AparatSettings {
    order_seconds: Option<Seconds>,
    least_count: Option<u64>,
    most_count: Option<u64>,
    shape: Option<AparatShape>,
}

impl Aparat {
    pub(crate) fn settings(&self) -> AparatSettings {
        let state = self.lock();
        let range = &state.panel.count_range;
        AparatSettings {
            order_seconds: Some(state.panel.order_duration.into()),
            least_count: Some(*range.start()),
            most_count: Some(*range.end()),
            shape: Some(state.shape.clone()),
        }
    }

    pub(crate) fn change(&self, settings: AparatSettings) {
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

    pub(super) fn list_accounts(&self, secrets: Secrets) -> Vec<Value> {
        let accounts = self.lock().panel.accounts();
        let accounts = accounts.into_iter().map(|(token, balance)| {
            json!({
                "about": self.about(&token),
                "token": self.readable(&token, secrets),
                "balance": balance,
            })
        });
        accounts.collect()
    }
}
