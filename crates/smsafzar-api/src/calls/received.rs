use std::fmt;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use http_core::{Argument, Outgoing, Reason, Redactor};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::{identifier, list, success, text, whole};
use crate::client::Client;
use crate::contract::{RECEIVED, RECEIVED_COUNT, inferred};
use crate::error::ErrorBuilder;

const COUNT: Argument = Argument::new("count", "تعداد");

impl Client {
    /// The latest messages that came in, at most `count` of them, from 1 to 100. It only reads; that it leaves the messages
    /// as they are is inferred.
    ///
    /// Source: `GET messages/received/recent`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the count, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    pub fn received(&self, count: u8) -> ReceivedCall {
        ReceivedCall {
            client: self.clone(),
            count,
            timeout: None,
        }
    }
}

/// Asks for the messages that came in; made by [`Client::received`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct ReceivedCall {
    client: Client,
    count: u8,
    timeout: Option<Duration>,
}

sms_call!(ReceivedCall => ReceivedMessages, RECEIVED);

impl ReceivedCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        if !RECEIVED_COUNT.contains(&self.count) {
            let reason = Reason::OutOfRange {
                least: (*RECEIVED_COUNT.start()).into(),
                most: (*RECEIVED_COUNT.end()).into(),
            };
            return Err(ErrorBuilder::invalid_input(COUNT, reason));
        }
        let count = self.count.to_string();
        self.client.bare(&RECEIVED, COUNT, None, &[("count", &count)])
    }
}

/// Messages that came in. The manual does not show the answer: what is read of it is inferred, and [`json`](Self::json) has
/// the whole.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReceivedMessages {
    messages: Option<Vec<ReceivedMessage>>,
    json: Value,
}

impl ReceivedMessages {
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let json = success(response, redactor, Vec::new)?;
        let messages = list(json).map(|items| {
            let messages = items
                .into_iter()
                .filter_map(|it| ReceivedMessage::read(it, redactor));
            messages.collect()
        });
        Ok(Self {
            messages,
            json: whole(json, redactor),
        })
    }

    /// The messages; `None` if no list was found, which does not mean that there are none: look at
    /// [`json`](Self::json).
    pub fn messages(&self) -> Option<&[ReceivedMessage]> {
        self.messages.as_deref()
    }

    /// The whole answer. It has numbers and texts in it.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl fmt::Debug for ReceivedMessages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessages")
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

/// A message that came in. Whatever the answer does not have is `None`.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReceivedMessage {
    id: Option<String>,
    sender: Option<String>,
    line: Option<String>,
    text: Option<String>,
    time: Option<String>,
    fields: Map<String, Value>,
}

impl ReceivedMessage {
    fn read(item: Raw<'_>, redactor: &Redactor) -> Option<Self> {
        let object = item.object()?;
        let mut fields = object.to_map();
        redactor.redact_json_map(&mut fields);
        let place = [object];
        Some(Self {
            id: identifier(&place, inferred::MESSAGE_ID, redactor),
            sender: identifier(&place, inferred::SENDER, redactor),
            line: identifier(&place, inferred::RECIPIENT, redactor),
            text: text(&place, inferred::CONTENT, redactor),
            time: text(&place, inferred::TIME, redactor),
            fields,
        })
    }

    /// The message's id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The number that it came from.
    pub fn sender(&self) -> Option<&str> {
        self.sender.as_deref()
    }

    /// The line that it came in on.
    pub fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// When it came in, as the service wrote it: seconds, or a date of either calendar.
    pub fn time(&self) -> Option<&str> {
        self.time.as_deref()
    }

    /// Everything that came of the message.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl fmt::Debug for ReceivedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("id", &self.id)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}
