use std::time::Duration;

use http_core::Outgoing;
use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use serde::Serialize;
use serde_json::Value;

use crate::answer::{data, whole};
use crate::client::Client;
use crate::contract::CREDIT;
use crate::error::ErrorBuilder;

impl Client {
    /// The credit that is left. It only reads.
    ///
    /// Source: `GET api/v1/credit`.
    ///
    /// # Errors
    /// Every [`Code`](crate::Code), and what the login and the network can do.
    pub fn credit(&self) -> CreditCall {
        CreditCall {
            client: self.clone(),
            timeout: None,
        }
    }
}

/// Made by [`Client::credit`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct CreditCall {
    client: Client,
    timeout: Option<Duration>,
}

sms_call!(CreditCall => Credit, CREDIT);

impl CreditCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.ask(&CREDIT, None, &[])
    }
}

/// The credit that is left. The manual says that it is a decimal number, and not of which unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Credit {
    amount: String,
    json: Value,
}

impl Credit {
    pub(crate) fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let data = data(response, redactor, Vec::new)?;
        let Some(amount) = Raw::text(data) else {
            return Err(ErrorBuilder::decode("$.data", "no number"));
        };
        Ok(Self {
            amount: redactor.redact(&amount).into_owned(),
            json: whole(data, redactor),
        })
    }

    /// The amount, in the digits of the answer.
    pub fn amount(&self) -> &str {
        &self.amount
    }

    /// The whole `data` of the answer.
    pub fn json(&self) -> &Value {
        &self.json
    }
}
