use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{self, Problem};
use crate::clock::unix_millis;
use crate::server::state::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({ "now": unix_millis(shared.clock.now()) }))
}

pub(super) async fn advance(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Problem> {
    let advance: Advance = problem::read(&body)?;
    let by = Duration::try_from_secs_f64(advance.seconds)
        .map_err(|_| Problem::bad_request("`seconds` is a number from 0 on: the clock goes only forward"))?;
    shared.clock.advance(by);
    Ok(show(State(shared)).await)
}
