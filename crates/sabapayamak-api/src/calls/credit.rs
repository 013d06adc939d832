use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use http_core::{Redactor, TokenAnswer};
use payvand_sms::provider::whole;
use sabapayamak_auth::PasswordLogin;
use serde::Serialize;
use serde_json::Value;

use crate::answer::data;
use crate::client::{Client, TokenCall};
use crate::contract::{CREDIT, Code};
use crate::error::ErrorBuilder;

impl Client {
    /// The credit that is left. It only reads.
    ///
    /// Source: `GET api/v1/credit`.
    ///
    /// # Errors
    /// Every [`Code`](crate::Code), and what the login and the network can do.
    pub fn credit(&self) -> TokenCall<Credit> {
        TokenCall::new(&self.tokens, &CREDIT)
    }
}

/// The credit that is left. The manual says that it is a decimal number, and not of which unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Credit {
    amount: String,
    json: Value,
}

impl TokenAnswer<PasswordLogin> for Credit {
    type Code = Code;

    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let data = data(response, redactor, Vec::new)?;
        let Some(amount) = Raw::text(data) else {
            return Err(ErrorBuilder::decode("$.data", "no number"));
        };
        Ok(Self {
            amount: redactor.redact(&amount).into_owned(),
            json: whole(data, redactor),
        })
    }
}

impl Credit {
    /// The amount, in the digits of the answer.
    pub fn amount(&self) -> &str {
        &self.amount
    }

    /// The whole `data` of the answer.
    pub fn json(&self) -> &Value {
        &self.json
    }
}
