use std::fmt;
use std::time::Duration;

use http_core::{Argument, Outgoing, Reason, Secret, Timestamp, check, token_call};
use payvand_persian::{Mobile, NumberError};
use payvand_sms::provider::{invalid_number, private};
use serde::Serialize;

use crate::calls::send::Sent;
use crate::client::Client;
use crate::contract::{Code, SEND_TEMPLATE, TEMPLATE_VALUE};
use crate::error::ErrorBuilder;
use crate::number::{FROM, TO, check_sender};
use crate::time::seconds;

const TEMPLATE: Argument = Argument::new("template", "الگو");
const LENGTH: Argument = Argument::new("length of a value", "تعداد نویسه‌های مقدار الگو");
const SET: Argument = Argument::new("set", "مقدار الگو");

impl Client {
    /// Sends a template of the panel, filled in, to one number. One-time codes have to be sent so.
    ///
    /// **It costs money** and is never sent twice by this library, as [`send`](Self::send).
    ///
    /// Source: `POST messages/send/template`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the template, a missing number, a line, and a value of more
    /// than [`TEMPLATE_VALUE`] characters, before anything is sent; every [`Code`](crate::Code), and what the login and
    /// the network can do.
    ///
    /// ```
    /// # use smsafzar_auth::testing::{ScriptedTransport, Step};
    /// # use smsafzar_api::{Client, Credentials, smsafzar_auth};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = ScriptedTransport::new([Step::answer(200, r#"{"token":"not-a-real-token"}"#), Step::answer(200, r#"{"batchId":7}"#)]);
    /// # let login = smsafzar_auth::Client::builder().transport(script).build()?;
    /// # let sms = Client::new(login.token_source(Credentials::builder().username("username").password("password").build()?));
    /// let sent = sms.template("TydSt1skQE").to("09120000000").set("code", "1234").await?;
    /// println!("batch {:?}", sent.batch_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn template(&self, template: impl Into<String>) -> SendTemplateCall {
        SendTemplateCall {
            client: self.clone(),
            template: template.into(),
            from: None,
            to: Err(NumberError::Empty),
            parameters: Vec::new(),
            at: None,
            timeout: None,
        }
    }
}

/// Sends a template; made by [`Client::template`]. It needs a number: [`to`](Self::to).
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct SendTemplateCall {
    client: Client,
    template: String,
    from: Option<String>,
    to: Result<Mobile, NumberError>,
    parameters: Vec<Parameter>,
    at: Option<Timestamp>,
    timeout: Option<Duration>,
}

token_call!(SendTemplateCall => Sent, Code, SEND_TEMPLATE, recipients, private);

#[derive(Clone, Serialize)]
struct Parameter {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_number: Option<&'a str>,
    recipient_number: Mobile,
    template_id: &'a str,
    parameters: &'a [Parameter],
    #[serde(skip_serializing_if = "Option::is_none")]
    send_timestamp: Option<u64>,
}

impl SendTemplateCall {
    /// The number, as [`Client::send`] takes it.
    pub fn to<M: TryInto<Mobile, Error: Into<NumberError>>>(mut self, number: M) -> Self {
        self.to = number.try_into().map_err(Into::into);
        self
    }

    /// The line. Default: the template's own. That a template has one is inferred: if yours has none, name a line.
    pub fn from(mut self, line: impl AsRef<str>) -> Self {
        self.from = Some(line.as_ref().to_owned());
        self
    }

    /// A value of the template, in place of one of the same name that was set before.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.parameters.retain(|it| it.name != name);
        self.parameters.push(Parameter { name, value });
        self
    }

    /// When it is to be sent, as [`SendCall::at`](crate::SendCall::at).
    pub fn at(mut self, at: impl Into<Timestamp>) -> Self {
        self.at = Some(at.into());
        self
    }

    fn check(&self) -> Result<Mobile, ErrorBuilder> {
        let invalid = ErrorBuilder::invalid_input;
        if self.template.is_empty() {
            return Err(invalid(TEMPLATE, Reason::Empty));
        }
        check::argument(&self.template).map_err(|reason| invalid(TEMPLATE, reason))?;
        let to = self.to.map_err(|error| invalid_number(TO, error))?;
        if let Some(from) = &self.from {
            check_sender(FROM, from)?;
        }
        for Parameter { name, value } in &self.parameters {
            if name.is_empty() {
                return Err(invalid(SET, Reason::Empty));
            }
            if value.chars().count() > TEMPLATE_VALUE {
                let reason = Reason::OutOfRange {
                    least: 0,
                    most: TEMPLATE_VALUE as u64,
                };
                return Err(invalid(LENGTH, reason));
            }
        }
        Ok(to)
    }

    fn recipients(&self) -> Vec<Mobile> {
        self.to.into_iter().collect()
    }

    fn private(&self) -> Vec<Secret> {
        let values = self.parameters.iter().map(|it| &*it.value);
        private(self.to, values.chain(self.from.as_deref()))
    }

    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        let to = self.check()?;
        let body = Body {
            sender_number: self.from.as_deref(),
            recipient_number: to,
            template_id: &self.template,
            parameters: &self.parameters,
            send_timestamp: seconds(self.at)?,
        };
        self.client.json(&SEND_TEMPLATE, SET, &body)
    }
}

impl fmt::Debug for SendTemplateCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendTemplateCall")
            .field("template", &self.template)
            .field("at", &self.at)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
