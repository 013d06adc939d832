//! What was sent and what came in, and the credit.

use std::collections::BTreeMap;
use std::time::SystemTime;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::refusal::{NO_DATA, Refusal, invalid};
use super::state::{CreditChange, PRICE, Sabapayamak, ServiceState};
use crate::providers::sms::{InboundMessage, MessageState, SentMessage, day_of, is_day, segments, time_of};

/// The first and the last day; without a day there is no end.
#[derive(Default)]
struct Span {
    first: Option<String>,
    last: Option<String>,
}

impl Span {
    fn of(query: Option<String>) -> Result<Self, Refusal> {
        let mut span = Self::default();
        for (name, day) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let (end, name) = match &*name.to_ascii_lowercase() {
                "startdate" => (&mut span.first, "StartDate"),
                "enddate" => (&mut span.last, "EndDate"),
                _ => continue,
            };
            if !is_day(&day) {
                return Err(invalid(name));
            }
            *end = Some(day.into_owned());
        }
        Ok(span)
    }

    fn contains(&self, time: SystemTime) -> bool {
        let day = day_of(time);
        self.first.as_ref().is_none_or(|first| *first <= day)
            && self.last.as_ref().is_none_or(|last| day <= *last)
    }
}

/// Lets a call in, and answers with what `read` finds.
fn answer(
    saba: &Sabapayamak,
    headers: &HeaderMap,
    read: impl FnOnce(&mut ServiceState, &str, SystemTime) -> Result<Value, Refusal>,
) -> Response {
    let mut state = saba.lock();
    let now = saba.clock.now();
    let username = match state.who(now, headers) {
        Ok(username) => username,
        Err(refused) => return refused,
    };
    let read = read(&mut state, &username, now);
    let is_empty = |data: &Value| data.as_array().is_some_and(Vec::is_empty);
    match read {
        Ok(data) if is_empty(&data) && state.shape.no_data => state.shape.refused(&NO_DATA),
        Ok(data) => state.shape.done(data, &[]),
        Err(refusal) => state.shape.refused(&refusal),
    }
}

pub(super) async fn messages(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&saba, &headers, |state, username, now| {
        let span = Span::of(query)?;
        Ok(sent(state, username, now, |it| span.contains(it.accepted_at)).collect())
    })
}

pub(super) async fn message(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, now| {
        let mut found = sent(state, username, now, |it| it.batch.to_string() == id);
        found.next().ok_or(NO_DATA)
    })
}

pub(super) async fn messages_of_line(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(line): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, now| {
        Ok(sent(state, username, now, |it| it.sender == line).collect())
    })
}

pub(super) async fn deliveries(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, now| {
        let own = state.messages.outbox.of(username, now);
        let own = own.filter(|it| it.batch.to_string() == id);
        Ok(own.map(|it| delivery(&it)).collect())
    })
}

/// The messages of a user, each with its recipients.
fn sent<'a>(
    state: &'a ServiceState,
    username: &'a str,
    now: SystemTime,
    is_wanted: impl Fn(&SentMessage) -> bool + 'a,
) -> impl Iterator<Item = Value> + 'a {
    let mut batches = BTreeMap::<u64, Vec<SentMessage>>::new();
    for message in state.messages.outbox.of(username, now).filter(is_wanted) {
        batches.entry(message.batch).or_default().push(message);
    }
    batches.into_values().filter_map(|messages| {
        let first = messages.first()?;
        let (status, words) = words(first.state());
        Some(json!({
            "MessageID": first.batch,
            "UserID": 1,
            "Body": first.text(),
            "Sender": first.sender,
            "MessagePage": first.segments(),
            "Credit": hundredths(first.segments() * messages.len() as u64 * PRICE),
            "InsertDate": time_of(first.accepted_at),
            "IsUnicode": !first.text().is_ascii(),
            "MessageCount": messages.len(),
            "Status": status,
            "StatusDesc": words,
            "Deliveries": messages.iter().map(delivery).collect::<Value>(),
        }))
    })
}

fn delivery(message: &SentMessage) -> Value {
    let (flag, words) = words(message.state());
    json!({
        "RecordID": message.number,
        "MessageID": message.batch,
        "SendDate": time_of(message.due),
        "Number": message.recipient,
        "DeliveryFlag": flag,
        "DeliveryDesc": words,
    })
}

/// Nobody has said what the numbers beyond 0 mean: these are the sandbox's own.
fn words(state: MessageState) -> (u64, &'static str) {
    match state {
        MessageState::Sent => (1, "ارسال شده به مخابرات"),
        MessageState::Delivered => (2, "رسیده به گوشی"),
        _ => (0, "نامشخص"),
    }
}

pub(super) async fn credit(State(saba): State<Sabapayamak>, headers: HeaderMap) -> Response {
    answer(&saba, &headers, |state, username, _| {
        let credit = state.accounts.get(username).map_or(0, |it| it.credit);
        Ok(hundredths(credit))
    })
}

pub(super) async fn credits(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        let span = Span::of(query)?;
        let own = state.credit_changes.iter();
        let own = own.filter(|it| it.username == username && span.contains(it.at));
        Ok(own.map(change).collect())
    })
}

pub(super) async fn latest_credits(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(count): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        let count: usize = count.parse().map_err(|_| invalid("count"))?;
        let own = state.credit_changes.iter().rev();
        let own = own.filter(|it| it.username == username);
        Ok(own.take(count).map(change).collect())
    })
}

fn change(change: &CreditChange) -> Value {
    json!({
        "CreditType": 1,
        "Amount": hundredths(change.amount),
        "CreditRemain": hundredths(change.remains),
        "Descriptions": "ارسال پیامک",
        "InsertDate": time_of(change.at),
    })
}

fn hundredths(amount: u64) -> Value {
    let number = format!("{}.{:02}", amount / 100, amount % 100);
    json!(number.parse::<f64>().unwrap_or_default())
}

pub(super) async fn received(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        let span = Span::of(query)?;
        Ok(state.inbound(username, false, |it| span.contains(it.received_at)))
    })
}

pub(super) async fn unread_between(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        let span = Span::of(query)?;
        Ok(state.inbound(username, true, |it| span.contains(it.received_at)))
    })
}

pub(super) async fn unread(State(saba): State<Sabapayamak>, headers: HeaderMap) -> Response {
    answer(&saba, &headers, |state, username, _| {
        Ok(state.inbound(username, true, |_| true))
    })
}

pub(super) async fn received_by_id(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        let found = state.inbound(username, false, |it| it.id.to_string() == id);
        // One sample of the manual shows an object in place of the list.
        found.get(0).cloned().ok_or(NO_DATA)
    })
}

pub(super) async fn unread_by_id(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        Ok(state.inbound(username, true, |it| it.id.to_string() == id))
    })
}

pub(super) async fn received_on_line(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(line): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        Ok(state.inbound(username, false, |it| it.line == line))
    })
}

pub(super) async fn unread_on_line(
    State(saba): State<Sabapayamak>,
    headers: HeaderMap,
    Path(line): Path<String>,
) -> Response {
    answer(&saba, &headers, |state, username, _| {
        Ok(state.inbound(username, true, |it| it.line == line))
    })
}

impl ServiceState {
    /// The messages that came in on a user's line. Where only unread ones are wanted, they are read afterwards.
    fn inbound(
        &mut self,
        username: &str,
        only_unread: bool,
        is_wanted: impl Fn(&InboundMessage) -> bool,
    ) -> Value {
        let line = self.line(username);
        let own = self
            .messages
            .inbox
            .messages
            .iter_mut()
            .filter(|it| it.line == line);
        let wanted = own.filter(|it| is_wanted(it) && !(only_unread && it.is_read));
        let shown = wanted.map(|message| {
            let shown = json!({
                "Body": message.text,
                "Sender": message.sender,
                "Receiver": message.line,
                "MessageCount": segments(&message.text),
                "InsertDate": time_of(message.received_at),
                "IsRead": message.is_read,
            });
            message.is_read |= only_unread;
            shown
        });
        shown.collect()
    }
}
