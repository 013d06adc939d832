use std::time::Duration;

use http_core::{Argument, Outgoing, Reason, TokenAnswer, token_call};
use payvand_sms::{Listed, item};
use serde::Serialize;
use smsafzar_auth::PasswordLogin;

use crate::answer::list;
use crate::client::Client;
use crate::contract::{Code, MOST_IDS, STATUS, inferred};
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
    /// for message in statuses.items() {
    ///     println!("{:?}: {:?}", message.id(), message.status());
    /// }
    /// let of_a_batch = sms.status(StatusQuery::batch("104729")).await?;
    /// # assert_eq!(of_a_batch.items()[0].status(), Some("Delivered"));
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

token_call!(StatusCall => Listed<MessageStatus>, Code, STATUS);

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

item! {
    /// What became of one message. The manual does not show the answer, so what is read of it is inferred. Whatever it does
    /// not have is `None`.
    MessageStatus, list, PasswordLogin => Code, shows [id, status] {
        /// The message's id.
        id: inferred::MESSAGE_ID,
        /// The number that it was sent to.
        recipient: inferred::RECIPIENT,
        /// The service's word or number for it. The manual does not say which there are.
        status: inferred::STATUS,
        /// The same for people to read.
        status_text: inferred::STATUS_TEXT,
    }
}
