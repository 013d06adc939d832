//! POD's links, with their clicks.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{self, Problem};
use super::query::{self, ListQuery};
use crate::server::state::Shared;

/// A larger number is a slip, and would fill the memory.
const MOST_SEEDS: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    token: String,
    count: usize,
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let links = query.newest(shared.providers.podlink.links());
    let links = links.iter().map(|link| link.to_json(query.secrets()));
    Ok(Json(json!({ "links": links.collect::<Vec<_>>() })))
}

pub(super) async fn seed(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let seed: Seed = problem::read(&body)?;
    if seed.count > MOST_SEEDS {
        return Err(Problem::bad_request(format!("`count` is at most {MOST_SEEDS}")));
    }
    shared.providers.podlink.seed_links(&seed.token, seed.count);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(hash): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let link = shared.providers.podlink.link(&hash).ok_or_else(no_link)?;
    Ok(Json(link.to_json(query.secrets())))
}

pub(super) async fn remove(
    State(shared): State<Arc<Shared>>,
    Path(hash): Path<String>,
) -> Result<StatusCode, Problem> {
    let podlink = &shared.providers.podlink;
    podlink.link(&hash).ok_or_else(no_link)?;
    podlink.remove_link(&hash);
    Ok(StatusCode::NO_CONTENT)
}

fn no_link() -> Problem {
    Problem::not_found("no link has this hash")
}
