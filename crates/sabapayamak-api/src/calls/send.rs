use std::fmt;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{KeptFields, Raw};
use http_core::http::Response;
use http_core::{Argument, Outgoing, Reason, Redactor, Secret, token_call};
use payvand_persian::{Mobile, NumberError};
use payvand_sms::provider::{invalid_number, private};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::sent;
use crate::client::Client;
use crate::contract::{Code, MOST_NUMBERS, SEND};
use crate::error::ErrorBuilder;
use crate::recipients::Recipient;

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
    /// A number is a [`Mobile`] or a text that is one, as people type it; it is sent as `09xxxxxxxxx`.
    ///
    /// Source: `POST api/v1/message`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an empty text and for numbers, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    pub fn send<M: TryInto<Mobile, Error: Into<NumberError>>>(
        &self,
        text: impl Into<String>,
        numbers: impl IntoIterator<Item = M>,
    ) -> SendCall {
        let numbers = numbers.into_iter().map(|it| it.try_into().map_err(Into::into));
        SendCall {
            client: self.clone(),
            text: text.into(),
            numbers: numbers.collect(),
            timeout: None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    text: &'a str,
    numbers: &'a [Mobile],
}

impl Client {
    /// The request that sends a text.
    pub(crate) fn send_request(&self, text: &str, numbers: &[Mobile]) -> Result<Outgoing, ErrorBuilder> {
        if text.is_empty() {
            return Err(ErrorBuilder::invalid_input(TEXT, Reason::Empty));
        }
        let request = self.http().json_request(&SEND, &Body { text, numbers });
        request.map_err(|reason| ErrorBuilder::invalid_input(TEXT, reason))
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
    numbers: Vec<Result<Mobile, NumberError>>,
    timeout: Option<Duration>,
}

token_call!(SendCall => Sent, Code, SEND, mobiles, private);

impl SendCall {
    /// The client that it was made by, to ask what became of it.
    #[doc(hidden)]
    pub fn client(&self) -> &Client {
        &self.client
    }

    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        if !(1..=MOST_NUMBERS).contains(&self.numbers.len()) {
            let reason = Reason::OutOfRange {
                least: 1,
                most: MOST_NUMBERS as u64,
            };
            return Err(ErrorBuilder::invalid_input(COUNT, reason));
        }
        let numbers: Result<Vec<_>, _> = self.numbers.iter().copied().collect();
        let numbers = numbers.map_err(|error| invalid_number(NUMBER, error))?;
        self.client.send_request(&self.text, &numbers)
    }

    fn mobiles(&self) -> Vec<Mobile> {
        self.numbers.iter().flatten().copied().collect()
    }

    fn private(&self) -> Vec<Secret> {
        private(self.mobiles(), [&*self.text])
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
    fields: KeptFields,
}

impl Sent {
    pub(crate) fn read(
        response: &Response<Bytes>,
        redactor: &Redactor,
        numbers: &[Mobile],
        private: impl Fn() -> Vec<Secret>,
    ) -> Result<Self, ErrorBuilder> {
        let object = sent(response, redactor, private)?;
        let id = object.get("Id").and_then(Raw::identifier);
        Ok(Self {
            id: id.map(|it| redactor.redact(&it).into_owned()),
            recipients: Recipient::all(numbers, &object, redactor),
            fields: KeptFields::new(object.iter(), None, redactor),
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
        self.fields.as_map()
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
