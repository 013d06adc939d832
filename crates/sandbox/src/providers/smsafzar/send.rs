//! Sending: a text, a batch, a template; and cancelling what waits.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::refusal::{
    NOT_VALID, REQUIRED, answer, invalid_parameters, no_such_batch, not_enough_balance, recipient_refused,
};
use super::state::{PRICE, ServiceState, Smsafzar, uuid};
use crate::providers::bounded::memory_of;
use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::{Draft, is_line, mobile, segments};

const MOST_ROWS: usize = 100;
const LONGEST_VALUE: usize = 100;

/// The fields that are not valid, and what is wrong with them.
type Invalid = Vec<(&'static str, &'static str)>;

pub(super) async fn send(State(afzar): State<Smsafzar>, headers: HeaderMap, body: Bytes) -> Response {
    let checked = |body: &Value, _: &ServiceState, invalid: &mut Invalid| {
        vec![Draft {
            sender: line(body, "senderNumber", invalid),
            recipient: recipient(&body["recipientNumber"], "RecipientNumber", invalid),
            text: text(body, "content", "Content", invalid).into(),
            template: None,
        }]
    };
    accept(&afzar, &headers, &body, checked)
}

pub(super) async fn bulk(State(afzar): State<Smsafzar>, headers: HeaderMap, body: Bytes) -> Response {
    accept(&afzar, &headers, &body, |body, _, invalid| batch(body, invalid))
}

pub(super) async fn template(State(afzar): State<Smsafzar>, headers: HeaderMap, body: Bytes) -> Response {
    accept(&afzar, &headers, &body, |body, state, invalid| {
        vec![filled(body, state, invalid)]
    })
}

pub(super) async fn cancel(
    State(afzar): State<Smsafzar>,
    headers: HeaderMap,
    Path(batch): Path<String>,
) -> Response {
    let mut state = afzar.lock();
    let now = afzar.clock.now();
    let username = match state.who(now, &headers) {
        Ok(username) => username,
        Err(refused) => return refused,
    };
    let parts = batch
        .parse()
        .ok()
        .and_then(|batch| state.messages.outbox.cancel(&username, batch, now));
    let Some(parts) = parts else {
        return no_such_batch();
    };
    if let Some(account) = state.accounts.get_mut(&username) {
        account.balance += parts * PRICE;
    }
    answer(StatusCode::OK, &json!({"batchId": batch}))
}

/// Takes what a body asks for as a whole, or refuses it as a whole.
fn accept(
    afzar: &Smsafzar,
    headers: &HeaderMap,
    body: &[u8],
    drafts: impl FnOnce(&Value, &ServiceState, &mut Invalid) -> Vec<Draft>,
) -> Response {
    let mut state = afzar.lock();
    let now = afzar.clock.now();
    let username = match state.who(now, headers) {
        Ok(username) => username,
        Err(refused) => return refused,
    };
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return invalid_parameters(&[("Body", ".بدنه درخواست معتبر نمی باشد")]);
    };
    let mut invalid = Vec::new();
    let drafts = drafts(&body, &state, &mut invalid);
    let due = due(&body, now, &mut invalid);
    if !invalid.is_empty() {
        return invalid_parameters(&invalid);
    }
    if drafts
        .iter()
        .any(|it| state.refused_numbers.contains(&it.recipient))
    {
        return recipient_refused();
    }
    let cost = drafts.iter().map(|it| segments(&it.text)).sum::<u64>() * PRICE;
    let account = state.accounts.get_mut(&username);
    let Some(account) = account.filter(|it| it.balance >= cost) else {
        return not_enough_balance();
    };
    account.balance -= cost;
    let (batch, numbers) = state.messages.outbox.accept(&username, drafts, due, now);
    let memory = memory_of(&body);
    state
        .messages
        .bodies
        .push(ReceivedMessage { username, body }, memory);
    // The manual shows no answer: this is one plausible shape.
    let ids: Vec<_> = numbers.into_iter().map(uuid).collect();
    answer(StatusCode::OK, &json!({"batchId": batch, "sentMessageIdes": ids}))
}

fn batch(body: &Value, invalid: &mut Invalid) -> Vec<Draft> {
    let mut list = |name, field| {
        let list = body[name]
            .as_array()
            .filter(|it| (1..=MOST_ROWS).contains(&it.len()));
        if list.is_none() {
            invalid.push((field, REQUIRED));
        }
        list.cloned().unwrap_or_default()
    };
    let senders = list("senderNumbers", "SenderNumbers");
    let recipients = list("recipientNumbers", "RecipientNumbers");
    let contents = list("contents", "Contents");
    let lists = [
        (&senders, "SenderNumbers"),
        (&recipients, "RecipientNumbers"),
        (&contents, "Contents"),
    ];
    let rows = lists.iter().map(|it| it.0.len()).max().unwrap_or_default();
    for (list, field) in lists {
        if list.len() != 1 && list.len() != rows {
            invalid.push((field, NOT_VALID));
        }
    }
    if !invalid.is_empty() {
        return Vec::new();
    }
    let texts = contents
        .iter()
        .map(|content| text(&json!({"content": content}), "content", "Contents", invalid).into());
    let texts: Vec<Arc<str>> = texts.collect();
    let rows = (0..rows).map(|row| {
        let of = |list: &Vec<Value>| {
            list.get(row)
                .or_else(|| list.first())
                .cloned()
                .unwrap_or_default()
        };
        Draft {
            sender: line(&json!({"sender": of(&senders)}), "sender", invalid),
            recipient: recipient(&of(&recipients), "RecipientNumbers", invalid),
            text: texts
                .get(row)
                .or_else(|| texts.first())
                .cloned()
                .unwrap_or_default(),
            template: None,
        }
    });
    rows.collect()
}

fn filled(body: &Value, state: &ServiceState, invalid: &mut Invalid) -> Draft {
    let id = body["templateId"].as_str().unwrap_or_default();
    let template = state.templates.get(id);
    if template.is_none() {
        invalid.push(("TemplateId", NOT_VALID));
    }
    let mut values = HashMap::new();
    for parameter in body["parameters"].as_array().into_iter().flatten() {
        match (parameter["name"].as_str(), parameter["value"].as_str()) {
            (Some(name), Some(value)) if value.chars().count() <= LONGEST_VALUE => {
                values.insert(name, value);
            }
            _ => invalid.push(("Parameters", NOT_VALID)),
        }
    }
    let text = fill(template.map_or("", |it| &it.text), &values);
    if text.is_none() {
        invalid.push(("Parameters", REQUIRED));
    }
    let sender = match (body.get("senderNumber"), template) {
        (None | Some(Value::Null), Some(template)) => template.sender.clone(),
        _ => line(body, "senderNumber", invalid),
    };
    Draft {
        sender,
        recipient: recipient(&body["recipientNumber"], "RecipientNumber", invalid),
        text: text.unwrap_or_default().into(),
        template: Some(id.to_owned()),
    }
}

/// The template's text with a value for each `{name}`; `None` if one is missing.
fn fill(template: &str, values: &HashMap<&str, &str>) -> Option<String> {
    let mut parts = template.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        text.extend([values.get(name)?, rest]);
    }
    Some(text)
}

fn line(of: &Value, name: &str, invalid: &mut Invalid) -> String {
    let line = of[name].as_str().unwrap_or_default();
    if line.is_empty() {
        invalid.push(("SenderNumber", REQUIRED));
    } else if !is_line(line) {
        invalid.push(("SenderNumber", NOT_VALID));
    }
    line.to_owned()
}

fn recipient(number: &Value, field: &'static str, invalid: &mut Invalid) -> String {
    let number = number.as_str().unwrap_or_default();
    let mobile = mobile(number);
    if mobile.is_none() {
        invalid.push((field, if number.is_empty() { REQUIRED } else { NOT_VALID }));
    }
    mobile.unwrap_or_default()
}

fn text(of: &Value, name: &str, field: &'static str, invalid: &mut Invalid) -> String {
    let text = of[name].as_str().unwrap_or_default();
    if text.is_empty() {
        invalid.push((field, REQUIRED));
    }
    text.to_owned()
}

/// When it is to be sent, if it is to be sent later.
fn due(body: &Value, now: SystemTime, invalid: &mut Invalid) -> Option<SystemTime> {
    let time = body.get("sendTimestamp").filter(|it| !it.is_null())?;
    let due = time
        .as_u64()
        .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
        .filter(|due| *due > now);
    if due.is_none() {
        invalid.push(("SendTimestamp", NOT_VALID));
    }
    due
}
