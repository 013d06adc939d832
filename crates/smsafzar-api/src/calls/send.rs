use std::fmt;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::KeptFields;
use http_core::http::Response;
use http_core::{Argument, Outgoing, Reason, Redactor, Secret, Timestamp, token_call};
use payvand_persian::{Mobile, NumberError};
use payvand_sms::provider::{invalid_number, private};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::{batch_id, success_of_change};
use crate::client::Client;
use crate::contract::{Code, SEND};
use crate::error::ErrorBuilder;
use crate::number::{FROM, TO, check_sender};
use crate::row_ids::row_ids;
use crate::time::seconds;

pub(crate) const TEXT: Argument = Argument::new("text", "متن پیام");

impl Client {
    /// Sends one text to one number from one of the account's lines, such as `1000xxxx`.
    ///
    /// **It costs money** and is never sent twice by this library: when nobody can tell whether it arrived, it fails with
    /// [`Effect::Unknown`](crate::Effect::Unknown). The panel's log of calls says what became of it. One-time codes go by
    /// [`template`](Self::template).
    ///
    /// The number is a [`Mobile`] or a text that is one, as people type it; it is sent as `09xxxxxxxxx`.
    ///
    /// Source: `POST messages/send`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a line, a number or an empty text, before anything is sent;
    /// every [`Code`](crate::Code), and what the login and the network can do.
    ///
    /// ```
    /// # use smsafzar_auth::testing::{ScriptedTransport, Step};
    /// # use smsafzar_api::{Client, Credentials, Effect, smsafzar_auth};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = ScriptedTransport::new([Step::answer(200, r#"{"token":"not-a-real-token"}"#), Step::unknown()]);
    /// # let login = smsafzar_auth::Client::builder().transport(script).build()?;
    /// # let sms = Client::new(login.token_source(Credentials::builder().username("username").password("password").build()?));
    /// match sms.send("10001234", "09120000000", "سلام").await {
    ///     Ok(sent) => println!("sent: {:?}", sent.message_id()),
    ///     Err(error) if error.effect() == Effect::None => println!("nothing was sent: {error}"),
    ///     Err(error) => println!("it may have been sent, look before sending again: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn send<M: TryInto<Mobile, Error: Into<NumberError>>>(
        &self,
        from: impl AsRef<str>,
        to: M,
        text: impl Into<String>,
    ) -> SendCall {
        SendCall {
            client: self.clone(),
            from: from.as_ref().to_owned(),
            to: to.try_into().map_err(Into::into),
            text: text.into(),
            at: None,
            timeout: None,
        }
    }
}

/// Sends a text; made by [`Client::send`].
///
/// Put it on a task of its own (`tokio::spawn(call.send())`): if its future is dropped once it has begun to send, nobody can
/// tell any more whether the message was sent.
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct SendCall {
    client: Client,
    from: String,
    to: Result<Mobile, NumberError>,
    text: String,
    at: Option<Timestamp>,
    timeout: Option<Duration>,
}

token_call!(SendCall => Sent, Code, SEND, recipients, private);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    sender_number: &'a str,
    recipient_number: Mobile,
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_timestamp: Option<u64>,
}

impl SendCall {
    /// When it is to be sent (a [`SystemTime`](std::time::SystemTime) or a [`Timestamp`]), in place of at once. The service
    /// knows whole seconds; a part of one counts as one. It asks for a time in the future.
    pub fn at(mut self, at: impl Into<Timestamp>) -> Self {
        self.at = Some(at.into());
        self
    }

    fn recipients(&self) -> Vec<Mobile> {
        self.to.into_iter().collect()
    }

    fn private(&self) -> Vec<Secret> {
        private(self.to, [&*self.from, &*self.text])
    }

    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        check_sender(FROM, &self.from)?;
        let to = self.to.map_err(|error| invalid_number(TO, error))?;
        if self.text.is_empty() {
            return Err(ErrorBuilder::invalid_input(TEXT, Reason::Empty));
        }
        let body = Body {
            sender_number: &self.from,
            recipient_number: to,
            content: &self.text,
            send_timestamp: seconds(self.at)?,
        };
        self.client.json(&SEND, TEXT, &body)
    }
}

impl fmt::Debug for SendCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendCall")
            .field("at", &self.at)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// What the service took for sending: it answered with HTTP 200, as the manual promises for a success, and with a JSON
/// object that speaks of no error. What became of it later, [`Client::status`] says.
///
/// The manual shows no answer of a send, so the keys of the ids are inferred, and everything that came is in
/// [`fields`](Self::fields).
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Sent {
    batch_id: Option<String>,
    message_ids: Vec<String>,
    fields: KeptFields,
}

impl Sent {
    /// `recipients` has one number for each message, in the request's order.
    pub(crate) fn read(
        response: &Response<Bytes>,
        redactor: &Redactor,
        recipients: &[Mobile],
        private: impl Fn() -> Vec<Secret>,
    ) -> Result<Self, ErrorBuilder> {
        let object = success_of_change(response, redactor, private)?;
        Ok(Self {
            batch_id: batch_id(&object, redactor),
            message_ids: row_ids(&object, recipients),
            fields: KeptFields::new(object.iter(), None, redactor),
        })
    }

    /// The batch, for [`Client::cancel`] and [`Client::status`].
    pub fn batch_id(&self) -> Option<&str> {
        self.batch_id.as_deref()
    }

    /// The id of the message where one was sent.
    pub fn message_id(&self) -> Option<&str> {
        match &self.message_ids[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The ids of the messages in the order of the request, for [`Client::status`]; empty if the answer does not have one
    /// for each of them.
    pub fn message_ids(&self) -> &[String] {
        &self.message_ids
    }

    /// Everything that came, an echo of the token or the password taken out. It may have numbers and texts in it.
    pub fn fields(&self) -> &Map<String, Value> {
        self.fields.as_map()
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("batch_id", &self.batch_id)
            .field("message_ids", &self.message_ids)
            .finish_non_exhaustive()
    }
}
