use std::time::Duration;

use http_core::Outgoing;

use crate::client::Client;
use crate::contract::MESSAGES;
use crate::error::ErrorBuilder;
use crate::items::{Listed, SentMessage};
use crate::span::Span;

impl Client {
    /// The messages that were sent between two days, each with its recipients. Days are those of the Jalali calendar, such as `1404/01/01`; both belong
    /// to it.
    ///
    /// Source: `GET api/v1/messages`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a day, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    #[expect(clippy::needless_pass_by_value, reason = "a text or a date of another crate")]
    pub fn messages(&self, first: impl ToString, last: impl ToString) -> MessagesCall {
        MessagesCall {
            client: self.clone(),
            span: Span::new(&first, &last),
            timeout: None,
        }
    }
}

/// Made by [`Client::messages`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct MessagesCall {
    client: Client,
    span: Span,
    timeout: Option<Duration>,
}

sms_call!(MessagesCall => Listed<SentMessage>, MESSAGES);

impl MessagesCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&MESSAGES, None, &self.span.query()?)
    }
}
