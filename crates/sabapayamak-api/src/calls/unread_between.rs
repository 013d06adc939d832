use std::time::Duration;

use http_core::Outgoing;

use crate::client::Client;
use crate::contract::UNREAD_BETWEEN;
use crate::error::ErrorBuilder;
use crate::items::{Listed, ReceivedMessage};
use crate::span::Span;

impl Client {
    /// The unread messages that came in between two days. Days are those of the Jalali calendar, such as `1404/01/01`; both belong
    /// to it.
    ///
    /// **It marks what it answers with as read** (inferred), so it is not idempotent: when its answer is lost, [`received`](Self::received)
    /// still has the messages.
    ///
    /// Source: `GET api/v1/recived-messages/date/unread`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a day, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    #[expect(clippy::needless_pass_by_value, reason = "a text or a date of another crate")]
    pub fn unread_between(&self, first: impl ToString, last: impl ToString) -> UnreadBetweenCall {
        UnreadBetweenCall {
            client: self.clone(),
            span: Span::new(&first, &last),
            timeout: None,
        }
    }
}

/// Made by [`Client::unread_between`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct UnreadBetweenCall {
    client: Client,
    span: Span,
    timeout: Option<Duration>,
}

sms_call!(UnreadBetweenCall => Listed<ReceivedMessage>, UNREAD_BETWEEN);

impl UnreadBetweenCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&UNREAD_BETWEEN, None, &self.span.query()?)
    }
}
