use std::fmt;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use http_core::{Argument, Outgoing, Reason, Redactor, Secret, check};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::data;
use crate::client::Client;
use crate::contract::{MOST_NUMBERS, SEND};
use crate::error::ErrorBuilder;
use crate::recipients::{Recipient, national};

const TEXT: Argument = Argument::new("text", "متن پیام");
const NUMBER: Argument = Argument::new("number", "شمارهٔ گیرنده");
const COUNT: Argument = Argument::new("number of recipients", "تعداد گیرنده‌ها");

impl Client {
    /// Sends one text to up to [`MOST_NUMBERS`] numbers, from the number of the login. Each recipient is taken or refused by
    /// itself: look at [`Sent::recipients`].
    ///
    /// **It costs money** and is never sent twice by this library: when nobody can tell whether it arrived, it fails with
    /// [`Effect::Unknown`](crate::Effect::Unknown). [`messages`](Self::messages) of the day say what became of it.
    ///
    /// Source: `POST api/v1/message`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an empty text and for numbers, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    pub fn send<N: AsRef<str>>(
        &self,
        text: impl Into<String>,
        numbers: impl IntoIterator<Item = N>,
    ) -> SendCall {
        SendCall {
            client: self.clone(),
            text: text.into(),
            numbers: numbers.into_iter().map(|it| it.as_ref().to_owned()).collect(),
            timeout: None,
        }
    }
}

/// Sends a text; made by [`Client::send`].
///
/// Put it on a task of its own (`tokio::spawn(call.send())`): if its future is dropped once it has begun to send, nobody can
/// tell any more whether the message was sent.
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct SendCall {
    client: Client,
    text: String,
    numbers: Vec<String>,
    timeout: Option<Duration>,
}

sms_call!(SendCall => Sent, SEND, numbers, private);

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    text: &'a str,
    numbers: &'a [String],
}

impl SendCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        if self.text.is_empty() {
            return Err(ErrorBuilder::invalid_input(TEXT, Reason::Empty));
        }
        if !(1..=MOST_NUMBERS).contains(&self.numbers.len()) {
            let reason = Reason::OutOfRange {
                least: 1,
                most: MOST_NUMBERS as u64,
            };
            return Err(ErrorBuilder::invalid_input(COUNT, reason));
        }
        for number in &self.numbers {
            let checked = match number.trim() {
                "" => Err(Reason::Empty),
                _ => check::argument(number),
            };
            checked.map_err(|reason| ErrorBuilder::invalid_input(NUMBER, reason))?;
        }
        let body = Body {
            text: &self.text,
            numbers: &self.numbers,
        };
        let request = self.client.http().json_request(&SEND, &body);
        request.map_err(|reason| ErrorBuilder::invalid_input(TEXT, reason))
    }

    fn private(&self) -> Vec<Secret> {
        let numbers = self.numbers.iter().map(|it| national(it));
        numbers.chain([&*self.text]).map(Secret::from).collect()
    }
}

impl fmt::Debug for SendCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendCall")
            .field("numbers", &self.numbers.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// What the service answered to a send: some recipients may be refused, and of some nobody may know.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Sent {
    id: Option<String>,
    recipients: Vec<Recipient>,
    fields: Map<String, Value>,
}

impl Sent {
    pub(crate) fn read(
        response: &Response<Bytes>,
        redactor: &Redactor,
        numbers: &[String],
        private: impl Fn() -> Vec<Secret>,
    ) -> Result<Self, ErrorBuilder> {
        let Some(object) = data(response, redactor, private)?.object() else {
            return Err(ErrorBuilder::decode("$.data", "no object"));
        };
        if object.duplicate_key().is_some() {
            return Err(ErrorBuilder::decode("$.data", "a key stands twice"));
        }
        let mut fields = object.to_map();
        redactor.redact_json_map(&mut fields);
        let id = object.get("Id").and_then(Raw::identifier);
        Ok(Self {
            id: id.map(|it| redactor.redact(&it).into_owned()),
            recipients: Recipient::all(numbers, &object, redactor),
            fields,
        })
    }

    /// The message, for [`Client::message`] and [`Client::deliveries`].
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What became of each number, in the request's order.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// Everything that came in `data`, an echo of the token or the password taken out. It has numbers in it.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("id", &self.id)
            .field("recipients", &self.recipients)
            .finish_non_exhaustive()
    }
}
