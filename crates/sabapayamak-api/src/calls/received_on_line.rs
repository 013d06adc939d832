use std::fmt;
use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::RECEIVED_ON_LINE;
use crate::error::ErrorBuilder;
use crate::items::{Listed, ReceivedMessage};

const PART: Argument = Argument::new("line", "خط");

impl Client {
    /// The messages that came in on a line.
    ///
    /// Source: `GET api/v1/recived-messages/virtaul-number/{number}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn received_on_line(&self, line: impl AsRef<str>) -> ReceivedOnLineCall {
        ReceivedOnLineCall {
            client: self.clone(),
            line: line.as_ref().to_owned(),
            timeout: None,
        }
    }
}

/// Made by [`Client::received_on_line`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct ReceivedOnLineCall {
    client: Client,
    line: String,
    timeout: Option<Duration>,
}

sms_call!(ReceivedOnLineCall => Listed<ReceivedMessage>, RECEIVED_ON_LINE);

impl ReceivedOnLineCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&RECEIVED_ON_LINE, Some((PART, &self.line)), &[])
    }
}

impl fmt::Debug for ReceivedOnLineCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedOnLineCall")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
