use std::sync::Arc;

use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use http_core::{Call, HttpClient, Operation, Outgoing, Redactor};
use payvand_persian::Mobile;
use payvand_sms::provider::private;
use payvand_sms::{Bulk, Cause, ChunkLimits, ChunkSender, Outcome, Row, Scope, async_trait};

use crate::answer::sent;
use crate::client::Client;
use crate::contract::{Code, MOST_NUMBERS, SEND};
use crate::error::ErrorBuilder;
use crate::recipients::{RecipientOutcome, details};

impl Client {
    /// Sends any number of messages from the number of the login, up to [`MOST_NUMBERS`] of the same text with each request,
    /// and says of each what became of it.
    ///
    /// **It costs money** and sends nothing twice: a chunk of which nobody knows whether it arrived is unknown, and is not sent
    /// again. The service takes or refuses each recipient by itself.
    ///
    /// Source: `POST api/v1/message`.
    ///
    /// ```
    /// # use sabapayamak_auth::testing::{ScriptedTransport, Step};
    /// # use sabapayamak_api::{Client, Credentials, TokenDays, sabapayamak_auth};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = ScriptedTransport::new([
    /// #     Step::answer(200, r#"{"status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#),
    /// #     Step::answer(200, r#"{"status":200,"data":{"id":7,"detail":[{"number":"09120000000","recID":9},{"number":"09350000000","status":27}]},"errors":[]}"#),
    /// # ]);
    /// # let login = sabapayamak_auth::Client::builder().transport(script).build()?;
    /// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
    /// # let sms = Client::new(login.token_source(credentials, TokenDays::new(15)?));
    /// use sabapayamak_api::{Mobile, Outcome};
    ///
    /// let people: [Mobile; 2] = ["09120000000".parse()?, "09350000000".parse()?];
    /// let mut outcomes = sms.bulk().send_text("سلام", people);
    /// while let Some(row) = outcomes.next().await {
    ///     match row.outcome() {
    ///         Outcome::Sent(receipt) => println!("{}: sent, {:?}", row.index(), receipt.id()),
    ///         Outcome::Unknown(why) => println!("{}: look for it before sending it again: {why}", row.index()),
    ///         other => println!("{}: not sent: {other:?}", row.index()),
    ///     }
    ///     # assert_eq!(row.index() == 0, row.outcome().receipt().is_some());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk(&self) -> Bulk {
        Bulk::new(self.clone())
    }
}

#[async_trait]
impl ChunkSender for Client {
    fn limits(&self) -> ChunkLimits {
        ChunkLimits {
            most_rows: MOST_NUMBERS,
            is_one_text: true,
            at_once: self.http().at_once(),
        }
    }

    async fn send_chunk(&self, rows: &[Row]) -> Vec<Outcome> {
        let chunk = Chunk {
            client: self,
            text: rows.first().map_or("", Row::text),
            numbers: rows.iter().map(Row::to).collect(),
        };
        match self.tokens().make(&chunk, None).await {
            Ok(outcomes) => outcomes,
            Err(error) => vec![Outcome::of_error(error); rows.len()],
        }
    }

    fn scope(&self, refusal: &Cause) -> Scope {
        let code = refusal.error().and_then(|it| it.of::<Code>()?.code());
        match (code, refusal) {
            (Some(Code::InvalidToken | Code::WrongCredentials | Code::DomainNotAllowed), _) => Scope::Account,
            (_, Cause::Status(Some(status))) => match &**status {
                // Credit, account disabled, expired, credentials, address refused.
                "14" | "16" | "17" | "18" | "29" => Scope::Account,
                // Blacklisted.
                "27" => Scope::Row,
                _ => Scope::Chunk,
            },
            _ => Scope::Chunk,
        }
    }
}

/// A call that keeps of its answer what each row needs.
struct Chunk<'a> {
    client: &'a Client,
    text: &'a str,
    numbers: Vec<Mobile>,
}

impl Call for Chunk<'_> {
    type Output = Vec<Outcome>;
    type Code = Code;

    fn operation(&self) -> &'static Operation {
        &SEND
    }

    fn http(&self) -> &HttpClient {
        self.client.http()
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.send_request(self.text, &self.numbers)
    }

    fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<Vec<Outcome>, ErrorBuilder> {
        let data = sent(response, redactor, || {
            private(self.numbers.iter().copied(), [self.text])
        })?;
        let message = data.get("Id").and_then(Raw::identifier);
        let message: Option<Arc<str>> = message.map(|it| redactor.redact(&it).into());
        let outcomes = details(&self.numbers, &data)
            .into_iter()
            .map(|detail| match detail {
                Some(detail) => RecipientOutcome::of(&detail, redactor).shared(message.clone()),
                None => Outcome::Unknown(Cause::Status(None)),
            });
        Ok(outcomes.collect())
    }
}
