//! Aparat's orders.

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
    let orders = query.newest(shared.providers.aparat.orders());
    let orders = orders.iter().map(|order| order.to_json(query.secrets()));
    Ok(Json(json!({ "orders": orders.collect::<Vec<_>>() })))
}
