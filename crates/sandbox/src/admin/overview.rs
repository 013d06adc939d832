//! What there is, and the way back to the start.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use crate::clock::unix_millis;
use crate::providers::sms::SmsService;
use crate::server::state::Shared;

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let providers = shared.providers.all().map(|provider| {
        let control = provider.control();
        let sms_service = shared.providers.sms_service(control.name());
        json!({
            "name": control.name(),
            "logins": sms_service.map(SmsService::logins),
            "calls": control.calls(),
            "requests": control.request_count(),
        })
    });
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "now": unix_millis(shared.clock.now()),
        "requests": shared.records.count(),
        "dropped_requests": shared.records.dropped(),
        "dropped_items": shared.dropped_items(),
        "connections": shared.connections(),
        "providers": providers,
        "over_the_rate_limit": shared.providers.smsafzar.too_many(),
    }))
}

/// The variables that point the clients at this sandbox, at the address by which it was asked.
pub(super) async fn environment(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Json<Value> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let url = format!("http://{}", host.unwrap_or("127.0.0.1"));
    let variables = shared.environment(&url).into_iter();
    let variables = variables.map(|(name, value)| (name.to_owned(), value.into()));
    Json(json!({ "variables": Value::Object(variables.collect()) }))
}

pub(super) async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
