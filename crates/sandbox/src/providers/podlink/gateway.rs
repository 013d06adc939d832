//! The gateway: who calls, for which product, and the call itself.

use std::time::SystemTime;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header, request};
use serde_json::Value;
use url::form_urlencoded;

use super::answer::{self, Reply};
use super::calendar::millis;
use super::click::Click;
use super::public;
use super::refusal::Refusal;
use super::service::{Parameters, Service, given};
use super::shape::PodlinkShape;
use super::state::Podlink;

/// The documented one, and those of the vendor's own clients.
pub(super) const PATHS: [&str; 3] = [
    "/srv/sc/nzh/doServiceCall",
    "/srv/core/nzh/doServiceCall",
    "/srv/basic-platform/nzh/doServiceCall",
];

const ADD: u64 = 46410;
const VISIT: u64 = 46411;
const LIST: u64 = 46412;
const SET_STATUS: u64 = 46413;
const STATS: u64 = 46414;

/// Nothing that can be shortened comes near it.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

pub(super) fn call(podlink: &Podlink, head: &request::Parts, body: &Bytes) -> Response {
    if head.method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
    }
    if body.len() > LARGEST_BODY {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let mut guard = podlink.lock();
    let state = &mut *guard;
    state.exchanges += 1;
    let reply = reply(
        &mut state.service,
        &head.headers,
        body,
        podlink.clock.now(),
        &state.shape,
    );
    match reply {
        Reply::Visit(target) if !state.shape.visit_in_envelope => public::answer(target),
        reply => {
            let json = answer::body(&reply, state.exchanges, &state.shape);
            ([(header::CONTENT_TYPE, "application/json;charset=UTF-8")], json).into_response()
        }
    }
}

fn reply<'a>(
    service: &'a mut Service,
    headers: &HeaderMap,
    body: &Bytes,
    now: SystemTime,
    shape: &PodlinkShape,
) -> Reply<'a> {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let token = text("_token_").to_owned();
    if token.is_empty() {
        return Reply::Gateway(21, "توکن ارسال نشده است");
    }
    let is_form = text("content-type").split(';').next().is_some_and(|kind| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    });
    let Some(parameters) = parameters(body).filter(|_| is_form && text("_token_issuer_") == "1") else {
        return Reply::Gateway(116, "درخواست درست نیست");
    };
    let product = given(&parameters, "scProductId").and_then(|id| id.parse().ok());
    let Some(product @ ADD..=STATS) = product else {
        return Reply::Gateway(404, "سرویسی با این شناسه پیدا نشد");
    };
    let key = given(&parameters, "scApiKey").unwrap_or_default();
    if !service.accounts.accepts(&token, product, key) {
        // The table of a visit has no 401: there the gateway says it.
        return match product {
            VISIT => Reply::Gateway(401, Refusal::Unauthorized.message()),
            SET_STATUS | STATS => Reply::Refused(Refusal::Anauthorized),
            _ => Reply::Refused(Refusal::Unauthorized),
        };
    }
    match run(service, product, &token, &parameters, now, shape) {
        Ok(_) if shape.internal_error => Reply::Refused(Refusal::Internal),
        Ok(reply) => reply,
        Err(refusal) => Reply::Refused(refusal),
    }
}

fn run<'a>(
    service: &'a mut Service,
    product: u64,
    owner: &str,
    parameters: &Parameters,
    now: SystemTime,
    shape: &PodlinkShape,
) -> Result<Reply<'a>, Refusal> {
    Ok(match product {
        ADD => Reply::Added(service.add(owner, parameters, now)?),
        VISIT => {
            let hash = given(parameters, "hash").ok_or(Refusal::InvalidParameter)?;
            // It is the caller who visits, and nobody knows with what.
            Reply::Visit(service.click(hash, Click::new(millis(now), None, None))?)
        }
        LIST => Reply::Listed(service.list(owner, parameters, shape.ignore_offset)?),
        SET_STATUS => {
            if shape.status_change_false {
                return Ok(Reply::Changed(false));
            }
            service.set_active(owner, parameters)?;
            Reply::Changed(true)
        }
        _ => match service.stats(owner, parameters) {
            Err(Refusal::NotFound) => return Err(Refusal::HashNotFound),
            stats => Reply::Counted(stats?),
        },
    })
}

/// The form's fields, and those of the JSON object in the field `body`, if there is one.
fn parameters(form: &[u8]) -> Option<Parameters> {
    let mut parameters: Parameters = form_urlencoded::parse(form).into_owned().collect();
    if let Some(body) = parameters.remove("body") {
        let Ok(Value::Object(fields)) = serde_json::from_str(&body) else {
            return None;
        };
        parameters.extend(fields.into_iter().map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        }));
    }
    Some(parameters)
}
