use std::time::Duration;

use http_core::{Argument, Outgoing};

use crate::client::Client;
use crate::contract::LATEST_CREDITS;
use crate::error::ErrorBuilder;
use crate::items::{CreditChange, Listed};

const PART: Argument = Argument::new("count", "تعداد");

impl Client {
    /// The latest changes of the credit. That the number in the path says how many is inferred.
    ///
    /// Source: `GET api/v1/credits/{count}`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn latest_credits(&self, count: u32) -> LatestCreditsCall {
        LatestCreditsCall {
            client: self.clone(),
            count: count.to_string(),
            timeout: None,
        }
    }
}

/// Made by [`Client::latest_credits`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct LatestCreditsCall {
    client: Client,
    count: String,
    timeout: Option<Duration>,
}

sms_call!(LatestCreditsCall => Listed<CreditChange>, LATEST_CREDITS);

impl LatestCreditsCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&LATEST_CREDITS, Some((PART, &self.count)), &[])
    }
}
