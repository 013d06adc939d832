//! The messages that came in, of both SMS services.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::messages::of_provider;
use super::problem::{self, Problem};
use super::query::{self, ListQuery};
use crate::server::state::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inbound {
    provider: String,
    sender: String,
    line: String,
    text: String,
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let mut messages = Vec::new();
    for provider in shared.providers.sms_services() {
        if query.is_of(provider.name()) {
            let received = provider.received_messages().into_iter();
            messages.extend(received.map(|message| (provider.name(), message)));
        }
    }
    messages.sort_by_key(|(_, message)| message.received_at);
    let messages = query.newest(messages).into_iter();
    let messages = messages.map(|(provider, message)| of_provider(provider, json!(message)));
    Ok(Json(json!({ "messages": messages.collect::<Vec<_>>() })))
}

pub(super) async fn receive(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let message: Inbound = problem::read(&body)?;
    let provider = shared
        .providers
        .sms_service(&message.provider)
        .ok_or_else(|| problem::no_sms_service(&shared.providers))?;
    provider.receive(message.sender, message.line, message.text);
    Ok(StatusCode::NO_CONTENT)
}
