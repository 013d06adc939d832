//! SMSAfzar's templates.

use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;

use super::problem::{self, Problem};
use crate::server::state::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    id: String,
    text: String,
    line: String,
}

pub(super) async fn set(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let template: Template = problem::read(&body)?;
    let smsafzar = &shared.providers.smsafzar;
    smsafzar.add_template(template.id, template.text, template.line);
    Ok(StatusCode::NO_CONTENT)
}
