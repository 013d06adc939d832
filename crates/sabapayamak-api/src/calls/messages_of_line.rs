use std::fmt;
use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::MESSAGES_OF_LINE;
use crate::error::ErrorBuilder;
use crate::items::{Listed, SentMessage};

const PART: Argument = Argument::new("line", "خط فرستنده");

impl Client {
    /// The messages that were sent from a line.
    ///
    /// Source: `GET api/v1/messages/number/{number}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn messages_of_line(&self, line: impl AsRef<str>) -> MessagesOfLineCall {
        MessagesOfLineCall {
            client: self.clone(),
            line: line.as_ref().to_owned(),
            timeout: None,
        }
    }
}

/// Made by [`Client::messages_of_line`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct MessagesOfLineCall {
    client: Client,
    line: String,
    timeout: Option<Duration>,
}

sms_call!(MessagesOfLineCall => Listed<SentMessage>, MESSAGES_OF_LINE);

impl MessagesOfLineCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&MESSAGES_OF_LINE, Some((PART, &self.line)), &[])
    }
}

impl fmt::Debug for MessagesOfLineCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagesOfLineCall")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
