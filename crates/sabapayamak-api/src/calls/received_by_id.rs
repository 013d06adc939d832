use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::RECEIVED_BY_ID;
use crate::error::ErrorBuilder;
use crate::items::{Listed, ReceivedMessage};

const PART: Argument = Argument::new("id", "شناسهٔ پیام");

impl Client {
    /// One message that came in. That the number in the path is an id, and not how many of the latest are wanted, is inferred.
    ///
    /// Source: `GET api/v1/recived-messages/{id}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn received_by_id(&self, id: impl Into<String>) -> ReceivedByIdCall {
        ReceivedByIdCall {
            client: self.clone(),
            id: id.into(),
            timeout: None,
        }
    }
}

/// Made by [`Client::received_by_id`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct ReceivedByIdCall {
    client: Client,
    id: String,
    timeout: Option<Duration>,
}

sms_call!(ReceivedByIdCall => Listed<ReceivedMessage>, RECEIVED_BY_ID);

impl ReceivedByIdCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&RECEIVED_BY_ID, Some((PART, &self.id)), &[])
    }
}
