//! The spans and events of the calls: `docs/tracing.md` lists them. They cost next to nothing while nobody listens.
//!
//! All numbers are `i64`: `tracing-opentelemetry` makes text of unsigned ones.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::time::Instant;
use tracing::{Span, debug, debug_span, field};

use crate::call::outgoing::Outgoing;
use crate::error::Error;
#[cfg(feature = "auth")]
use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::kind::Kind;
use crate::error::transport::TransportError;
use crate::operation::Operation;

/// The span of a call as a whole: its waits, a login that it waits for, its attempts.
pub(crate) fn call(operation: &Operation, request: &Outgoing) -> Span {
    debug_span!(
        target: "payvand",
        "call",
        payvand.operation = operation.name,
        http.request.method = request.method.as_str(),
        url.template = template(operation),
        server.address = request.url.host_str(),
        server.port = request.url.port_or_known_default().map(i64::from),
        error.type = field::Empty,
        otel.status_code = field::Empty,
        payvand.effect = field::Empty,
    )
}

/// The span of one request, as OpenTelemetry has it for a client.
pub(super) fn attempt(operation: &Operation, request: &Outgoing, number: u32) -> Span {
    let path = operation.path;
    let space = if path.is_empty() { "" } else { " " };
    debug_span!(
        target: "payvand",
        "attempt",
        otel.kind = "client",
        otel.name = %format_args!("{}{space}{path}", request.method),
        http.request.method = request.method.as_str(),
        http.request.resend_count = i64::from(number) - 1,
        url.template = template(operation),
        server.address = request.url.host_str(),
        server.port = request.url.port_or_known_default().map(i64::from),
        http.response.status_code = field::Empty,
        error.type = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// None for a call of the user's own: its path may hold a number of his.
fn template(operation: &Operation) -> Option<&'static str> {
    (!operation.path.is_empty()).then_some(operation.path)
}

/// What came back, or none of it.
pub(super) fn received(attempt: &Span, response: &Result<Response<Bytes>, TransportError>) {
    let status = match response {
        Ok(response) => Some(response.status()),
        Err(error) => error.status,
    };
    if let Some(status) = status {
        attempt.record("http.response.status_code", i64::from(status.as_u16()));
    }
}

/// The end of an attempt that failed.
pub(super) fn attempt_failed(attempt: &Span, kind: Kind) {
    failed(attempt, kind);
}

/// The end of a call.
pub(crate) fn finished<T, C: Code>(call: &Span, outcome: &Result<T, Error<C>>) {
    if let Err(error) = outcome {
        failed(call, error.kind());
        call.record("payvand.effect", error.effect().as_str());
    }
}

fn failed(span: &Span, kind: Kind) {
    span.record("error.type", kind.name());
    span.record("otel.status_code", "ERROR");
}

/// Waits for the turn of an attempt under the rate limit.
pub(super) async fn wait<T>(turn: impl Future<Output = T>) -> T {
    let since = Instant::now();
    let turn = turn.await;
    let time = since.elapsed();
    if !time.is_zero() {
        debug!(
            name: "rate_limit",
            target: "payvand",
            { payvand.wait_ms = millis(time) },
            "waited for the rate limit"
        );
    }
    turn
}

/// An attempt failed, and another one follows.
pub(super) fn retry(kind: Kind, pause: Duration) {
    debug!(
        name: "retry",
        target: "payvand",
        { error.type = kind.name(), payvand.pause_ms = millis(pause) },
        "trying again"
    );
}

/// The server asked that nothing is sent for a time.
pub(super) fn pause(time: Duration) {
    debug!(
        name: "pause",
        target: "payvand",
        { payvand.pause_ms = millis(time) },
        "the server asked for a pause"
    );
}

/// A login brought a token.
#[cfg(feature = "auth")]
pub(crate) fn logged_in(expires_in: Option<Duration>) {
    debug!(
        name: "login",
        target: "payvand",
        { payvand.expires_in_ms = expires_in.map(millis) },
        "logged in"
    );
}

/// A login failed, and until the end of the pause there is no other.
#[cfg(feature = "auth")]
pub(crate) fn login_failed(kind: Kind, pause: Duration) {
    debug!(
        name: "login_failed",
        target: "payvand",
        { error.type = kind.name(), payvand.pause_ms = millis(pause) },
        "the login failed"
    );
}

/// The provider refused a token, which is not used again.
#[cfg(feature = "auth")]
pub(crate) fn token_refused() {
    debug!(name: "token_refused", target: "payvand", "the token was refused");
}

/// A token came from the store, in place of a login.
#[cfg(feature = "auth")]
pub(crate) fn token_from_store(expires_in: Option<Duration>) {
    debug!(
        name: "token_from_store",
        target: "payvand",
        { payvand.expires_in_ms = expires_in.map(millis) },
        "took a token from the store"
    );
}

/// Another login began before this one ended, so the store does not take its token.
#[cfg(feature = "auth")]
pub(crate) fn token_not_saved() {
    debug!(name: "token_not_saved", target: "payvand", "another login began: the token is not saved");
}

/// A store failed, and the call goes on without it.
#[cfg(feature = "auth")]
pub(crate) fn store_failed(error: &Cause) {
    debug!(name: "store_failed", target: "payvand", { payvand.store_error = ?error }, "the token store failed");
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
