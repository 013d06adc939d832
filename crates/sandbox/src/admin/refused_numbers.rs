//! Recipients whom an SMS service refuses.

use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;

use super::problem::{self, Problem};
use crate::server::state::Shared;

#[derive(Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", deny_unknown_fields)]
enum RefusedNumber {
    Sabapayamak { number: String, status: u64 },
    Smsafzar { number: String },
}

pub(super) async fn refuse(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let providers = &shared.providers;
    match problem::read(&body)? {
        RefusedNumber::Sabapayamak { number, status } => providers.sabapayamak.refuse_number(&number, status),
        RefusedNumber::Smsafzar { number } => providers.smsafzar.refuse_number(&number),
    }
    Ok(StatusCode::NO_CONTENT)
}
