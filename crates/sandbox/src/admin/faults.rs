use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::problem::{self, Problem};
use super::query::{self, ListQuery};
use crate::fault::Fault;
use crate::rules::fault_rule::FaultRule;
use crate::rules::waiting_fault::WaitingFault;
use crate::server::state::Shared;

/// Without what they are made of, which can be large.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let faults = shared.faults.all().into_iter().map(|fault| {
        let mut fault = json!(fault);
        if let Some(fields) = fault.as_object_mut() {
            fields.remove("fault");
        }
        fault
    });
    Json(json!({ "faults": faults.collect::<Vec<_>>() }))
}

pub(super) async fn add(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let rule: FaultRule = problem::read(&body)?;
    let number = shared.faults.add(rule);
    Ok((StatusCode::CREATED, Json(json!({ "number": number }))))
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<StatusCode, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let goes = |waiting: &WaitingFault| query.provider.is_none() || query.provider == waiting.rule.provider;
    shared.faults.retain(|waiting| !goes(waiting));
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let number = number.parse::<u64>().ok();
    let found = shared.faults.all().into_iter();
    let mut found = found.filter(|waiting| Some(waiting.number()) == number);
    let found = found.next().ok_or_else(no_fault)?;
    Ok(Json(json!(found)))
}

pub(super) async fn remove(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    let number = number.parse::<u64>().ok();
    match shared.faults.retain(|waiting| Some(waiting.number()) != number) {
        0 => Err(no_fault()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

pub(super) async fn names() -> Json<Value> {
    Json(json!({ "names": Fault::names() }))
}

fn no_fault() -> Problem {
    Problem::not_found("no fault of this number waits")
}
