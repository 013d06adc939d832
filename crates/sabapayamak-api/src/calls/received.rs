use std::time::Duration;

use http_core::Outgoing;

use crate::client::Client;
use crate::contract::RECEIVED;
use crate::error::ErrorBuilder;
use crate::items::{Listed, ReceivedMessage};
use crate::span::Span;

impl Client {
    /// The messages that came in between two days. Days are those of the Jalali calendar, such as `1404/01/01`; both belong
    /// to it.
    ///
    /// Source: `GET api/v1/recived-messages`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a day, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    #[expect(clippy::needless_pass_by_value, reason = "a text or a date of another crate")]
    pub fn received(&self, first: impl ToString, last: impl ToString) -> ReceivedCall {
        ReceivedCall {
            client: self.clone(),
            span: Span::new(&first, &last),
            timeout: None,
        }
    }
}

/// Made by [`Client::received`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct ReceivedCall {
    client: Client,
    span: Span,
    timeout: Option<Duration>,
}

sms_call!(ReceivedCall => Listed<ReceivedMessage>, RECEIVED);

impl ReceivedCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&RECEIVED, None, &self.span.query()?)
    }
}
