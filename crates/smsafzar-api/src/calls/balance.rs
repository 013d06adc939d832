use std::fmt;

use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use http_core::{Redactor, TokenAnswer};
use payvand_sms::provider::{text_under, whole};
use serde::Serialize;
use serde_json::Value;
use smsafzar_auth::PasswordLogin;

use crate::answer::{places, success};
use crate::client::{Client, TokenCall};
use crate::contract::{BALANCE, Code, inferred};
use crate::error::ErrorBuilder;

impl Client {
    /// The account's balance. It only reads.
    ///
    /// Source: `GET account/balance`.
    ///
    /// # Errors
    /// Every [`Code`](crate::Code), and what the login and the network can do.
    pub fn balance(&self) -> TokenCall<Balance> {
        TokenCall::new(&self.tokens, &BALANCE)
    }
}

/// What the account has. The manual says that there are an amount and a unit, and not how they are called: what is read is
/// inferred, and [`json`](Self::json) has the whole.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Balance {
    amount: Option<String>,
    unit: Option<String>,
    json: Value,
}

impl TokenAnswer<PasswordLogin> for Balance {
    type Code = Code;

    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let (json, object) = success(response, redactor)?;
        let places = object.map_or_else(Vec::new, places);
        let alone = || Raw::text(json).map(|it| redactor.redact(&it).into_owned());
        Ok(Self {
            amount: text_under(&places, inferred::AMOUNT, redactor).or_else(alone),
            unit: text_under(&places, inferred::UNIT, redactor),
            json: whole(json, redactor),
        })
    }
}

impl Balance {
    /// The amount, in the digits of the answer.
    pub fn amount(&self) -> Option<&str> {
        self.amount.as_deref()
    }

    /// Its unit, in the service's words.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The whole answer.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl fmt::Debug for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Balance")
            .field("amount", &self.amount)
            .field("unit", &self.unit)
            .finish_non_exhaustive()
    }
}
