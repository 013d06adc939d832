use std::fmt;
use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::UNREAD_ON_LINE;
use crate::error::ErrorBuilder;
use crate::items::{Listed, ReceivedMessage};

const PART: Argument = Argument::new("line", "خط");

impl Client {
    /// The unread messages of a line.
    ///
    /// **It marks what it answers with as read** (inferred), so it is not idempotent: when its answer is lost, [`received`](Self::received)
    /// still has the messages.
    ///
    /// Source: `GET api/v1/recived-messages/virtaul-number/{number}/unread`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn unread_on_line(&self, line: impl AsRef<str>) -> UnreadOnLineCall {
        UnreadOnLineCall {
            client: self.clone(),
            line: line.as_ref().to_owned(),
            timeout: None,
        }
    }
}

/// Made by [`Client::unread_on_line`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct UnreadOnLineCall {
    client: Client,
    line: String,
    timeout: Option<Duration>,
}

sms_call!(UnreadOnLineCall => Listed<ReceivedMessage>, UNREAD_ON_LINE);

impl UnreadOnLineCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&UNREAD_ON_LINE, Some((PART, &self.line)), &[])
    }
}

impl fmt::Debug for UnreadOnLineCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadOnLineCall")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
