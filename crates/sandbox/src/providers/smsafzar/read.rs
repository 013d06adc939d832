//! What became of messages, what came in, and the balance. The manual shows none of these answers: each is one plausible
//! shape.

use std::time::UNIX_EPOCH;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::refusal::{NOT_VALID, REQUIRED, answer, invalid_parameters};
use super::state::{Smsafzar, uuid};
use crate::providers::sms::{InboundMessage, MessageState, SentMessage};

const MOST_IDS: usize = 100;

pub(super) async fn status(State(afzar): State<Smsafzar>, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = afzar.lock();
    let now = afzar.clock.now();
    let username = match state.who(now, &headers) {
        Ok(username) => username,
        Err(refused) => return refused,
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let own = state.messages.outbox.of(&username, now);
    let found: Vec<SentMessage> = match (body["sentMessageIdes"].as_array(), &body["batchId"]) {
        (Some(ids), _) if ids.len() > MOST_IDS => {
            return invalid_parameters(&[("SentMessageIdes", NOT_VALID)]);
        }
        (Some(ids), _) if !ids.is_empty() => {
            let asks_for = |it: &SentMessage| ids.iter().any(|id| *id == uuid(it.number).as_str());
            own.filter(asks_for).collect()
        }
        (_, Value::String(batch)) => own.filter(|it| it.batch.to_string() == *batch).collect(),
        (_, Value::Number(batch)) => own.filter(|it| batch.as_u64() == Some(it.batch)).collect(),
        _ => return invalid_parameters(&[("SentMessageIdes", REQUIRED)]),
    };
    let found: Vec<_> = found.iter().map(shown).collect();
    answer(StatusCode::OK, &json!({"messages": found}))
}

fn shown(message: &SentMessage) -> Value {
    let (status, text) = match message.state() {
        MessageState::Scheduled => (0, "در انتظار زمان ارسال"),
        MessageState::Accepted => (1, "در صف ارسال"),
        MessageState::Sent => (2, "ارسال شده"),
        MessageState::Delivered => (3, "رسیده به گوشی"),
        MessageState::Cancelled => (4, "لغو شده"),
    };
    json!({
        "id": uuid(message.number),
        "recipientNumber": message.recipient,
        "status": status,
        "statusText": text,
    })
}

pub(super) async fn received(
    State(afzar): State<Smsafzar>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let mut state = afzar.lock();
    if let Err(refused) = state.who(afzar.clock.now(), &headers) {
        return refused;
    }
    let query = query.unwrap_or_default();
    let count = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "count");
    let count = count.and_then(|(_, count)| count.parse().ok());
    let Some(count) = count.filter(|it| (1..=100).contains(it)) else {
        return invalid_parameters(&[("count", ".مقدار باید بین 1 تا 100 باشد")]);
    };
    let latest = state.messages.inbox.messages.iter().rev().take(count);
    let latest: Vec<_> = latest.map(inbound).collect();
    answer(StatusCode::OK, &json!({"messages": latest}))
}

fn inbound(message: &InboundMessage) -> Value {
    let received = message.received_at.duration_since(UNIX_EPOCH).unwrap_or_default();
    json!({
        "id": uuid(message.id),
        "senderNumber": message.sender,
        "recipientNumber": message.line,
        "content": message.text,
        "receivedTimestamp": received.as_secs(),
    })
}

pub(super) async fn balance(State(afzar): State<Smsafzar>, headers: HeaderMap) -> Response {
    let mut state = afzar.lock();
    match state.who(afzar.clock.now(), &headers) {
        Ok(username) => {
            let balance = state.accounts.get(&username).map_or(0, |it| it.balance);
            answer(StatusCode::OK, &json!({"amount": balance, "unit": "rial"}))
        }
        Err(refused) => refused,
    }
}
