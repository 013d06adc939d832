//! The public address of a link.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};

use super::calendar::millis;
use super::click::Click;
use super::service::Target;
use super::state::Podlink;

pub(super) const PATH: &str = "/{hash}";

/// Counts a click, with what the browser says about itself.
pub(super) async fn open(
    State(podlink): State<Podlink>,
    Path(hash): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response();
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let click = Click::new(
        millis(podlink.clock.now()),
        text(header::USER_AGENT),
        text(header::REFERER),
    );
    let target = podlink.lock().service.click(&hash, click);
    match target {
        Ok(target) => answer(target),
        Err(_) => (
            StatusCode::NOT_FOUND,
            "payvand-sandbox: no short link has this address\n",
        )
            .into_response(),
    }
}

/// The redirect, or the text.
pub(super) fn answer(target: Target) -> Response {
    match target {
        Target::Redirect(url) => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
        Target::Content(text) => text.into_response(),
    }
}
