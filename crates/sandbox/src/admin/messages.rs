//! The messages that were sent, of both SMS services.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::Uri;
use serde_json::{Value, json};

use super::problem::Problem;
use super::query::{self, ListQuery};
use crate::server::state::Shared;

pub(super) async fn list(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let mut messages = Vec::new();
    for service in shared.providers.sms_services() {
        if query.is_of(service.name()) {
            let sent = service.sent_messages().into_iter();
            messages.extend(sent.map(|message| (service, message)));
        }
    }
    messages.sort_by_key(|(_, message)| message.accepted_at);
    let messages = query.newest(messages).into_iter().map(|(service, message)| {
        let mut json = of_provider(service.name(), json!(message));
        json["id"] = service.id_of(&message).into();
        json
    });
    Ok(Json(json!({ "messages": messages.collect::<Vec<_>>() })))
}

/// The bodies of the requests that sent them.
pub(super) async fn sends(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let services = shared.providers.sms_services();
    let sends = services
        .filter(|service| query.is_of(service.name()))
        .flat_map(|service| {
            let sends = service.sends().into_iter();
            sends.map(|send| of_provider(service.name(), json!(send)))
        });
    Ok(Json(json!({ "sends": query.newest(sends.collect()) })))
}

/// With the provider's name.
pub(super) fn of_provider(name: &str, mut message: Value) -> Value {
    message["provider"] = name.into();
    message
}
