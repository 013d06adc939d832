//! The record.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use super::query::{self, SecretsWord};
use crate::record::recorded_request::RecordedRequest;
use crate::secrets::Secrets;
use crate::server::state::Shared;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RequestQuery {
    provider: Option<String>,
    call: Option<String>,
    after: Option<u64>,
    limit: Option<usize>,
    secrets: SecretsWord,
}

impl RequestQuery {
    fn of(&self, shared: &Shared) -> Vec<RecordedRequest> {
        let is = |wanted: &Option<String>, found| wanted.as_deref().is_none_or(|it| Some(it) == found);
        let mut found = shared.records.all();
        found.retain(|request| {
            is(&self.provider, request.provider())
                && is(&self.call, request.call())
                && self.after.is_none_or(|after| request.number() > after)
        });
        query::newest(found, self.limit)
    }
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: RequestQuery = query::read(&uri)?;
    let found = query.of(&shared);
    let found = found.iter().map(|request| request.to_json(query.secrets.into()));
    Ok(Json(json!({
        "requests": found.collect::<Vec<_>>(),
        "count": shared.records.count(),
        "dropped": shared.records.dropped(),
    })))
}

pub(super) async fn list_brief(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: RequestQuery = query::read(&uri)?;
    let found = query.of(&shared);
    let found = found.iter().map(RecordedRequest::brief);
    Ok(Json(json!({ "requests": found.collect::<Vec<_>>() })))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OneQuery {
    secrets: SecretsWord,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let query: OneQuery = query::read(&uri)?;
    let secrets = Secrets::from(query.secrets);
    let found = shared.records.all().into_iter();
    let found = number
        .parse()
        .ok()
        .and_then(|number: u64| found.rev().find(|request| request.number() == number));
    let found = found.ok_or_else(|| Problem::not_found("the record has no request of this number"))?;
    Ok(Json(found.to_json(secrets)))
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.records.clear();
    StatusCode::NO_CONTENT
}
