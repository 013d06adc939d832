//! How the providers behave, and how their answers look.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::problem::{self, Problem};
use crate::providers::aparat::admin::AparatSettings;
use crate::providers::podlink::admin::PodlinkSettings;
use crate::providers::sabapayamak::admin::SabapayamakSettings;
use crate::providers::smsafzar::admin::SmsafzarSettings;
use crate::server::state::Shared;

/// What is set is changed, the rest stays. A shape is set as a whole: what it does not say is as it is by default.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    aparat: AparatSettings,
    podlink: PodlinkSettings,
    sabapayamak: SabapayamakSettings,
    smsafzar: SmsafzarSettings,
}

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Settings> {
    let providers = &shared.providers;
    Json(Settings {
        aparat: providers.aparat.settings(),
        podlink: providers.podlink.settings(),
        sabapayamak: providers.sabapayamak.settings(),
        smsafzar: providers.smsafzar.settings(),
    })
}

pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<Json<Settings>, Problem> {
    let settings: Settings = problem::read(&body)?;
    let providers = &shared.providers;
    providers.aparat.change(settings.aparat);
    providers.podlink.change(settings.podlink);
    providers.sabapayamak.change(settings.sabapayamak);
    providers.smsafzar.change(settings.smsafzar);
    Ok(show(State(shared)).await)
}
