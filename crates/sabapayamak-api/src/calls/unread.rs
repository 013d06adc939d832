use std::time::Duration;

use http_core::Outgoing;

use crate::client::Client;
use crate::contract::UNREAD;
use crate::error::ErrorBuilder;
use crate::items::{Listed, ReceivedMessage};

impl Client {
    /// All unread messages that came in.
    ///
    /// **It marks what it answers with as read** (inferred), so it is not idempotent: when its answer is lost, [`received`](Self::received)
    /// still has the messages.
    ///
    /// Source: `GET api/v1/recived-messages/unread`, seen in public clients.
    ///
    /// # Errors
    /// Every [`Code`](crate::Code), and what the login and the network can do.
    pub fn unread(&self) -> UnreadCall {
        UnreadCall {
            client: self.clone(),
            timeout: None,
        }
    }
}

/// Made by [`Client::unread`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct UnreadCall {
    client: Client,
    timeout: Option<Duration>,
}

sms_call!(UnreadCall => Listed<ReceivedMessage>, UNREAD);

impl UnreadCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&UNREAD, None, &[])
    }
}
