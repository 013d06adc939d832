use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::refusal::invalid;
use super::state::{CreditChange, PRICE, Sabapayamak, ServiceState};
use crate::providers::bounded::memory_of;
use crate::providers::member::member;
use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::{Draft, mobile, segments};

const MOST_NUMBERS: usize = 100;

// What a recipient's own answer says. The numbers were seen in public clients.
const TAKEN: u64 = 0;
const NO_NUMBER: u64 = 10;
const NOT_ENOUGH_CREDIT: u64 = 14;

/// Takes each recipient, or refuses it, by itself.
pub(super) async fn send(State(saba): State<Sabapayamak>, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = saba.lock();
    let now = saba.clock.now();
    let username = match state.who(now, &headers) {
        Ok(username) => username,
        Err(refused) => return refused,
    };
    let Ok(Value::Object(body)) = serde_json::from_slice(&body) else {
        return state.shape.refused(&invalid("body"));
    };
    let Some(text) = member(&body, "Text")
        .and_then(Value::as_str)
        .filter(|it| !it.is_empty())
    else {
        return state.shape.refused(&invalid("Text"));
    };
    let numbers = member(&body, "Numbers").and_then(Value::as_array);
    let Some(numbers) = numbers.filter(|it| (1..=MOST_NUMBERS).contains(&it.len())) else {
        return state.shape.refused(&invalid("Numbers"));
    };
    let cost = segments(text) * PRICE;
    let shared_text: Arc<str> = text.into();
    let (mut drafts, mut statuses) = (Vec::new(), Vec::new());
    for number in numbers {
        let number = number.as_str().unwrap_or_default();
        let status = state.take(&username, number, cost);
        statuses.push((number, status));
        if let (TAKEN, Some(recipient)) = (status, mobile(number)) {
            drafts.push(Draft {
                sender: state.line(&username),
                recipient,
                text: Arc::clone(&shared_text),
                template: None,
            });
        }
    }
    let spent = drafts.len() as u64 * cost;
    let (id, records) = state.messages.outbox.accept(&username, drafts, None, now);
    let detail = details(&statuses, &records);
    if spent > 0 {
        let remains = state.accounts.get(&username).map_or(0, |it| it.credit);
        let change = CreditChange {
            username: username.clone(),
            amount: spent,
            remains,
            at: now,
        };
        state.credit_changes.push(change, username.len());
    }
    let answer = state.shape.done(json!({"Id": id, "Detail": detail}), &[]);
    let body = Value::Object(body);
    let memory = memory_of(&body);
    state
        .messages
        .bodies
        .push(ReceivedMessage { username, body }, memory);
    answer
}

/// One public client sends to the path of the list. The manual does not say so, so no `Allow` names it.
pub(super) async fn on_the_other_path(
    method: Method,
    saba: State<Sabapayamak>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method == Method::POST {
        return send(saba, headers, body).await;
    }
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,HEAD")]).into_response()
}

fn details(statuses: &[(&str, u64)], records: &[u64]) -> Vec<Value> {
    let mut records = records.iter();
    let answers = statuses.iter().map(|(number, status)| {
        let (message, record) = match *status {
            TAKEN => ("ارسال شد", records.next().copied().unwrap_or_default()),
            NO_NUMBER => ("شماره اشتباه است", 0),
            NOT_ENOUGH_CREDIT => ("اعتبار کافی نیست", 0),
            _ => ("ارسال نشد", 0),
        };
        let answer = [
            ("status", Value::from(*status)),
            ("message", Value::from(message)),
            ("number", Value::from(*number)),
            ("recID", Value::from(record)),
        ];
        let answer = answer.map(|(name, value)| (name.to_owned(), value));
        Value::Object(Map::from_iter(answer))
    });
    answers.collect()
}

impl ServiceState {
    /// Takes what a message to one recipient costs, and says the recipient's status.
    fn take(&mut self, username: &str, number: &str, cost: u64) -> u64 {
        let Some(number) = mobile(number) else {
            return NO_NUMBER;
        };
        if let Some(status) = self.refused_numbers.get(&number) {
            return *status;
        }
        match self.accounts.get_mut(username) {
            Some(account) if account.credit >= cost => {
                account.credit -= cost;
                TAKEN
            }
            _ => NOT_ENOUGH_CREDIT,
        }
    }

    /// The number that a user's tokens are made for.
    pub(super) fn line(&self, username: &str) -> String {
        let account = self.accounts.get(username);
        account.map_or_else(String::new, |it| it.virtual_number.clone())
    }
}
