use std::fmt;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use http_core::{Argument, Outgoing, Reason, Redactor};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::{identifier, list, success, text, whole};
use crate::client::Client;
use crate::contract::{MOST_IDS, STATUS, inferred};
use crate::error::ErrorBuilder;

const COUNT: Argument = Argument::new("number of ids", "تعداد شناسه‌ها");
const OF: Argument = Argument::new("of", "شناسهٔ پیام");

impl Client {
    /// What became of messages: up to [`MOST_IDS`] by their ids, or those of a batch. It only reads.
    ///
    /// Source: `POST messages/status`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for no ids and for too many, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    ///
    /// ```
    /// # use smsafzar_auth::testing::{ScriptedTransport, Step};
    /// # use smsafzar_api::{Client, Credentials, StatusQuery, smsafzar_auth};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let answer = r#"[{"id":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","status":"Delivered"}]"#;
    /// # let script = ScriptedTransport::new([
    /// #     Step::answer(200, r#"{"token":"not-a-real-token"}"#), Step::answer(200, answer), Step::answer(200, answer),
    /// # ]);
    /// # let login = smsafzar_auth::Client::builder().transport(script).build()?;
    /// # let sms = Client::new(login.token_source(Credentials::builder().username("username").password("password").build()?));
    /// let statuses = sms.status(["3f2504e0-4f89-41d3-9a0c-0305e82c3301"]).await?;
    /// for message in statuses.messages().unwrap_or_default() {
    ///     println!("{:?}: {:?}", message.id(), message.status());
    /// }
    /// let of_a_batch = sms.status(StatusQuery::batch("104729")).await?;
    /// # assert_eq!(of_a_batch.messages().unwrap()[0].status(), Some("Delivered"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self, of: impl Into<StatusQuery>) -> StatusCall {
        StatusCall {
            client: self.clone(),
            of: of.into(),
            timeout: None,
        }
    }
}

/// Which messages [`Client::status`] asks for. A list of ids is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StatusQuery(Of);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Of {
    Messages {
        #[serde(rename = "sentMessageIdes")]
        ids: Vec<String>,
    },
    Batch {
        #[serde(rename = "batchId")]
        batch: String,
    },
}

impl StatusQuery {
    /// Messages by their ids.
    pub fn messages(ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Of::Messages {
            ids: ids.into_iter().map(Into::into).collect(),
        })
    }

    /// The messages of a batch. That the service takes one is said; how it is sent is inferred.
    pub fn batch(batch: impl Into<String>) -> Self {
        Self(Of::Batch { batch: batch.into() })
    }
}

impl<I: IntoIterator<Item = T>, T: Into<String>> From<I> for StatusQuery {
    fn from(ids: I) -> Self {
        Self::messages(ids)
    }
}

/// Asks what became of messages; made by [`Client::status`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct StatusCall {
    client: Client,
    of: StatusQuery,
    timeout: Option<Duration>,
}

sms_call!(StatusCall => Statuses, STATUS);

impl StatusCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        match &self.of.0 {
            Of::Messages { ids } if ids.len() > MOST_IDS => {
                let reason = Reason::OutOfRange {
                    least: 1,
                    most: MOST_IDS as u64,
                };
                return Err(ErrorBuilder::invalid_input(COUNT, reason));
            }
            Of::Messages { ids } if !ids.is_empty() && ids.iter().all(|it| !it.is_empty()) => {}
            Of::Batch { batch } if !batch.is_empty() => {}
            _ => return Err(ErrorBuilder::invalid_input(OF, Reason::Empty)),
        }
        self.client.json(&STATUS, OF, &self.of)
    }
}

/// What became of messages. The manual does not show the answer: what is read of it is inferred, and
/// [`json`](Self::json) has the whole.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Statuses {
    messages: Option<Vec<MessageStatus>>,
    json: Value,
}

impl Statuses {
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let json = success(response, redactor, Vec::new)?;
        let messages = list(json).map(|items| {
            let messages = items
                .into_iter()
                .filter_map(|it| MessageStatus::read(it, redactor));
            messages.collect()
        });
        Ok(Self {
            messages,
            json: whole(json, redactor),
        })
    }

    /// The messages; `None` if no list was found, which does not mean that there are none: look at
    /// [`json`](Self::json).
    pub fn messages(&self) -> Option<&[MessageStatus]> {
        self.messages.as_deref()
    }

    /// The whole answer. It may have numbers and texts in it.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl fmt::Debug for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statuses")
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

/// What became of one message. Whatever the answer does not have is `None`.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MessageStatus {
    id: Option<String>,
    recipient: Option<String>,
    status: Option<String>,
    status_text: Option<String>,
    fields: Map<String, Value>,
}

impl MessageStatus {
    fn read(item: Raw<'_>, redactor: &Redactor) -> Option<Self> {
        let object = item.object()?;
        let mut fields = object.to_map();
        redactor.redact_json_map(&mut fields);
        let place = [object];
        Some(Self {
            id: identifier(&place, inferred::MESSAGE_ID, redactor),
            recipient: identifier(&place, inferred::RECIPIENT, redactor),
            status: text(&place, inferred::STATUS, redactor),
            status_text: text(&place, inferred::STATUS_TEXT, redactor),
            fields,
        })
    }

    /// The message's id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The number that it was sent to.
    pub fn recipient(&self) -> Option<&str> {
        self.recipient.as_deref()
    }

    /// The service's word or number for it. The manual does not say which there are.
    pub fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// The same for people to read.
    pub fn status_text(&self) -> Option<&str> {
        self.status_text.as_deref()
    }

    /// Everything that came of the message.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl fmt::Debug for MessageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStatus")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
