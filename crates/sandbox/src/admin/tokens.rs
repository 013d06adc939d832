//! Tokens that the SMS services have handed out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{self, Problem};
use crate::server::state::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    provider: String,
    /// Without one all of them.
    token: Option<String>,
}

pub(super) async fn revoke(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Problem> {
    let revoke: Revoke = problem::read(&body)?;
    let service = shared
        .providers
        .sms_service(&revoke.provider)
        .ok_or_else(|| problem::no_sms_service(&shared.providers))?;
    let revoked = if let Some(token) = revoke.token {
        service.revoke(&token)
    } else {
        service.revoke_all();
        true
    };
    Ok(Json(json!({ "revoked": revoked })))
}
