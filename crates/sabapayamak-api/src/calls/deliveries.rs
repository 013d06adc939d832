use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::DELIVERIES;
use crate::error::ErrorBuilder;
use crate::items::{Delivery, Listed};

const PART: Argument = Argument::new("message", "شناسهٔ پیام");

impl Client {
    /// What became of a message, for each recipient.
    ///
    /// Source: `GET api/v1/deliveries/{messageId}`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn deliveries(&self, message: impl Into<String>) -> DeliveriesCall {
        DeliveriesCall {
            client: self.clone(),
            message: message.into(),
            timeout: None,
        }
    }
}

/// Made by [`Client::deliveries`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct DeliveriesCall {
    client: Client,
    message: String,
    timeout: Option<Duration>,
}

sms_call!(DeliveriesCall => Listed<Delivery>, DELIVERIES);

impl DeliveriesCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&DELIVERIES, Some((PART, &self.message)), &[])
    }
}
