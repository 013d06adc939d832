use std::sync::Arc;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::{Call, HttpClient, Operation, Outgoing, Redactor, Timestamp};
use payvand_persian::Mobile;
use payvand_sms::provider::private;
use payvand_sms::{Bulk, Cause, ChunkLimits, ChunkSender, Outcome, Receipt, Row, Scope, async_trait};
use serde::Serialize;

use crate::answer::{batch_id, success_of_change};
use crate::calls::send::TEXT;
use crate::client::Client;
use crate::contract::{Code, MOST_ROWS, SEND_BULK};
use crate::error::ErrorBuilder;
use crate::number::{FROM, check_sender};
use crate::row_ids::row_ids;
use crate::time::seconds;

impl Client {
    /// Sends any number of messages from one of the account's lines, [`MOST_ROWS`] with each request, and says of each what
    /// became of it.
    ///
    /// **It costs money** and sends nothing twice: a chunk of which nobody knows whether it arrived is [`Outcome::Unknown`] and
    /// is not sent again. The service takes a chunk as a whole or refuses it as a whole.
    ///
    /// Source: `POST messages/send/bulk`.
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
    /// use smsafzar_api::{Mobile, Outcome};
    ///
    /// let people: [(Mobile, &str); 2] = [("09120000000".parse()?, "سلام سارا"), ("09350000000".parse()?, "سلام رضا")];
    /// let mut outcomes = sms.bulk("10001234").send_all(people);
    /// while let Some(row) = outcomes.next().await {
    ///     match row.outcome() {
    ///         Outcome::Sent(receipt) => println!("{}: sent, {:?}", row.index(), receipt.id()),
    ///         Outcome::Unknown(why) => println!("{}: look for it before sending it again: {why}", row.index()),
    ///         other => println!("{}: not sent: {other:?}", row.index()),
    ///     }
    ///     # assert!(row.outcome().receipt().is_some());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk(&self, line: impl AsRef<str>) -> Bulk {
        Bulk::new(Chunks {
            client: self.clone(),
            line: line.as_ref().to_owned(),
            at: None,
        })
    }

    /// The same, to be sent at this time, as [`SendCall::at`](crate::SendCall::at) has it. Each request has one time, so rows
    /// of another time are another bulk. Until 30 seconds before, [`cancel`](Self::cancel) takes back the batches that the
    /// outcomes name.
    pub fn bulk_at(&self, line: impl AsRef<str>, at: impl Into<Timestamp>) -> Bulk {
        Bulk::new(Chunks {
            client: self.clone(),
            line: line.as_ref().to_owned(),
            at: Some(at.into()),
        })
    }
}

struct Chunks {
    client: Client,
    line: String,
    at: Option<Timestamp>,
}

#[async_trait]
impl ChunkSender for Chunks {
    fn limits(&self) -> ChunkLimits {
        ChunkLimits {
            most_rows: MOST_ROWS,
            is_one_text: false,
            at_once: self.client.http().at_once(),
        }
    }

    async fn send_chunk(&self, rows: &[Row]) -> Vec<Outcome> {
        let chunk = Chunk { sender: self, rows };
        match self.client.tokens().make(&chunk, None).await {
            Ok(outcomes) => outcomes,
            Err(error) => vec![Outcome::of_error(error); rows.len()],
        }
    }

    fn scope(&self, refusal: &Cause) -> Scope {
        match refusal.error().and_then(|it| it.of::<Code>()?.code()) {
            Some(
                Code::AccountExpired | Code::AccountInactive | Code::AddressNotAllowed | Code::Unauthorized,
            ) => Scope::Account,
            Some(Code::InvalidParameters | Code::TooManyRequests) => Scope::Row,
            _ => Scope::Chunk,
        }
    }
}

/// A call that keeps of its answer what each row needs.
struct Chunk<'a> {
    sender: &'a Chunks,
    rows: &'a [Row],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    sender_numbers: [&'a str; 1],
    recipient_numbers: Vec<Mobile>,
    contents: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_timestamp: Option<u64>,
}

impl Chunk<'_> {
    fn numbers(&self) -> Vec<Mobile> {
        self.rows.iter().map(Row::to).collect()
    }

    /// The texts; one for all where they are the same.
    fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<_> = self.rows.iter().map(Row::text).collect();
        if texts.iter().all(|it| Some(it) == texts.first()) {
            texts.truncate(1);
        }
        texts
    }
}

impl Call for Chunk<'_> {
    type Output = Vec<Outcome>;
    type Code = Code;

    fn operation(&self) -> &'static Operation {
        &SEND_BULK
    }

    fn http(&self) -> &HttpClient {
        self.sender.client.http()
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder> {
        check_sender(FROM, &self.sender.line)?;
        let body = Body {
            sender_numbers: [&self.sender.line],
            recipient_numbers: self.numbers(),
            contents: self.texts(),
            send_timestamp: seconds(self.sender.at)?,
        };
        self.sender.client.json(&SEND_BULK, TEXT, &body)
    }

    fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<Vec<Outcome>, ErrorBuilder> {
        let numbers = self.numbers();
        let private = || {
            let texts = self.texts().into_iter().chain([&*self.sender.line]);
            private(numbers.iter().copied(), texts)
        };
        let object = success_of_change(response, redactor, private)?;
        let batch = batch_id(&object, redactor).map(Arc::from);
        let mut ids = row_ids(&object, &numbers).into_iter();
        let receipt = |_| Outcome::Sent(Receipt::new(ids.next(), batch.clone()));
        Ok(numbers.iter().map(receipt).collect())
    }
}
