use std::fmt;
use std::time::Duration;

use http_core::{Argument, Outgoing, Reason, Secret, Timestamp, token_call};
use payvand_persian::{Mobile, NumberError};
use payvand_sms::provider::{invalid_number, private};
use serde::Serialize;

use crate::calls::send::{Sent, TEXT};
use crate::client::Client;
use crate::contract::{Code, MOST_ROWS, SEND_BULK};
use crate::error::ErrorBuilder;
use crate::number::{FROM, TO, check_sender};
use crate::time::seconds;

const ROWS: Argument = Argument::new("number of messages", "تعداد پیام‌ها");

impl Client {
    /// Sends up to [`MOST_ROWS`] messages as one batch, which the service takes as a whole or refuses as a whole.
    ///
    /// There are three lists: [`from`](SendBulkCall::from), [`to`](SendBulkCall::to) and [`text`](SendBulkCall::text). Each
    /// has one item, which then counts for all messages, or as many as the longest: one text to many numbers, a text of its
    /// own to each, many texts to one number.
    ///
    /// **It costs money** and is never sent twice by this library, as [`send`](Self::send).
    ///
    /// Source: `POST messages/send/bulk`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a line, a number, an empty text and lists that do not go
    /// together, before anything is sent; every [`Code`](crate::Code), and what the login and the network can do.
    ///
    /// ```
    /// # use smsafzar_auth::testing::{ScriptedTransport, Step};
    /// # use smsafzar_api::{Client, Credentials, smsafzar_auth};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sent = r#"{"batchId":7,"sentMessageIdes":["3f2504e0-4f89-41d3-9a0c-0305e82c3301","3f2504e0-4f89-41d3-9a0c-0305e82c3302"]}"#;
    /// # let script = ScriptedTransport::new([Step::answer(200, r#"{"token":"not-a-real-token"}"#), Step::answer(200, sent)]);
    /// # let login = smsafzar_auth::Client::builder().transport(script).build()?;
    /// # let sms = Client::new(login.token_source(Credentials::builder().username("username").password("password").build()?));
    /// let batch = sms.send_bulk().from("10001234").text("سلام").to("09120000000").to("09350000000");
    /// assert_eq!(batch.await?.message_ids().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_bulk(&self) -> SendBulkCall {
        SendBulkCall {
            client: self.clone(),
            from: Vec::new(),
            to: Vec::new(),
            text: Vec::new(),
            at: None,
            timeout: None,
        }
    }
}

/// Sends a batch; made by [`Client::send_bulk`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct SendBulkCall {
    client: Client,
    from: Vec<String>,
    to: Vec<Result<Mobile, NumberError>>,
    text: Vec<String>,
    at: Option<Timestamp>,
    timeout: Option<Duration>,
}

token_call!(SendBulkCall => Sent, Code, SEND_BULK, recipients, private);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    sender_numbers: &'a [String],
    recipient_numbers: &'a [Mobile],
    contents: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    send_timestamp: Option<u64>,
}

impl SendBulkCall {
    /// A line, added to those already set.
    pub fn from(mut self, line: impl AsRef<str>) -> Self {
        self.from.push(line.as_ref().to_owned());
        self
    }

    /// A number, as [`Client::send`] takes it, added to those already set.
    pub fn to<M: TryInto<Mobile, Error: Into<NumberError>>>(mut self, number: M) -> Self {
        self.to.push(number.try_into().map_err(Into::into));
        self
    }

    /// A text, added to those already set.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text.push(text.into());
        self
    }

    /// When it is to be sent, as [`SendCall::at`](crate::SendCall::at). Until 30 seconds before, [`Client::cancel`] can
    /// take it back.
    pub fn at(mut self, at: impl Into<Timestamp>) -> Self {
        self.at = Some(at.into());
        self
    }

    /// How many messages it is.
    fn rows(&self) -> usize {
        self.from.len().max(self.to.len()).max(self.text.len())
    }

    /// The number of each message.
    fn recipients(&self) -> Vec<Mobile> {
        let numbers: Vec<_> = self.to.iter().flatten().copied().collect();
        match &numbers[..] {
            [only] => vec![*only; self.rows()],
            _ => numbers,
        }
    }

    fn check(&self) -> Result<Vec<Mobile>, ErrorBuilder> {
        let rows = self.rows();
        let counts = [
            (FROM, self.from.len()),
            (TO, self.to.len()),
            (TEXT, self.text.len()),
        ];
        for (argument, count) in counts {
            if count == 0 {
                return Err(ErrorBuilder::invalid_input(argument, Reason::Empty));
            }
            if count != 1 && count != rows {
                let detail = "neither one item nor as many as the longest list";
                return Err(ErrorBuilder::invalid_input(argument, Reason::Unwritable).detail(detail));
            }
        }
        if rows > MOST_ROWS {
            let reason = Reason::OutOfRange {
                least: 1,
                most: MOST_ROWS as u64,
            };
            return Err(ErrorBuilder::invalid_input(ROWS, reason));
        }
        self.from.iter().try_for_each(|it| check_sender(FROM, it))?;
        let numbers: Result<Vec<_>, _> = self.to.iter().copied().collect();
        let numbers = numbers.map_err(|error| invalid_number(TO, error))?;
        if self.text.iter().any(String::is_empty) {
            return Err(ErrorBuilder::invalid_input(TEXT, Reason::Empty));
        }
        Ok(numbers)
    }

    fn private(&self) -> Vec<Secret> {
        let texts = self.from.iter().chain(&self.text).map(String::as_str);
        private(self.to.iter().flatten().copied(), texts)
    }

    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        let numbers = self.check()?;
        let body = Body {
            sender_numbers: &self.from,
            recipient_numbers: &numbers,
            contents: &self.text,
            send_timestamp: seconds(self.at)?,
        };
        self.client.json(&SEND_BULK, TEXT, &body)
    }
}

impl fmt::Debug for SendBulkCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendBulkCall")
            .field("rows", &self.rows())
            .field("at", &self.at)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
