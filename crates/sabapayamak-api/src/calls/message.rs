use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::MESSAGE;
use crate::error::ErrorBuilder;
use crate::items::{Listed, SentMessage};

const PART: Argument = Argument::new("id", "شناسهٔ پیام");

impl Client {
    /// One message that was sent, by the id that [`Sent::id`](crate::Sent::id) has. A list of one, or of none.
    ///
    /// Source: `GET api/v1/messages/{id}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn message(&self, id: impl Into<String>) -> MessageCall {
        MessageCall {
            client: self.clone(),
            id: id.into(),
            timeout: None,
        }
    }
}

/// Made by [`Client::message`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct MessageCall {
    client: Client,
    id: String,
    timeout: Option<Duration>,
}

sms_call!(MessageCall => Listed<SentMessage>, MESSAGE);

impl MessageCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&MESSAGE, Some((PART, &self.id)), &[])
    }
}
