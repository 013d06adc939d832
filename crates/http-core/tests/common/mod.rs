//! A test provider: its operations, and answers whose first word says what they are.

#![allow(dead_code, unreachable_pub)]

pub mod server;

use std::borrow::Cow;
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Method, Response};
use payvand_http_core::testing::ScriptedTransport;
use payvand_http_core::{
    Code, Error, ErrorBuilder, HttpClient, HttpClientBuilder, Language, Operation, Outgoing, Secret,
    Semantics,
};

pub const TOKEN: &str = "not-a-real-token-9z8y7x6w";

/// Idempotent.
pub static READ: Operation = Operation::new("test.read", Method::GET, "read.php", Semantics::Idempotent);
/// Only reads.
pub static LOOK: Operation = Operation::new("test.look", Method::GET, "look.php", Semantics::Safe);
/// Not idempotent.
pub static WRITE: Operation =
    Operation::new("test.write", Method::GET, "write.php", Semantics::NonIdempotent);

#[derive(Debug, Clone, PartialEq)]
pub struct Refused;

impl Code for Refused {
    type Details = Vec<&'static str>;

    fn describe(&self, language: Language) -> Cow<'static, str> {
        match language {
            Language::Persian => "سرویس نپذیرفت.".into(),
            _ => "The service refused.".into(),
        }
    }
}

pub fn builder(base_url: &str) -> HttpClientBuilder {
    HttpClient::builder(base_url, "test/1.0")
}

pub fn build(builder: HttpClientBuilder) -> HttpClient {
    builder.build([&Secret::from(TOKEN)]).unwrap()
}

pub fn over(script: &ScriptedTransport) -> HttpClient {
    build(builder("https://provider.test").transport(script.clone()))
}

/// Calls with the token in the query, as providers want it.
pub async fn call(
    client: &HttpClient,
    operation: &'static Operation,
    timeout: Option<Duration>,
) -> Result<String, Error<Refused>> {
    let mut url = client.url(operation);
    url.query_pairs_mut().append_pair("token", TOKEN);
    let request = Outgoing::new(operation.method.clone(), url).unwrap();
    client
        .call(operation, request, client.deadline(timeout), decode)
        .await
}

/// `refused …` and `again …` are the provider's own envelope, whatever the status.
fn decode(response: &Response<Bytes>) -> Result<String, ErrorBuilder<Refused>> {
    let text = String::from_utf8_lossy(response.body()).into_owned();
    match text.split_once(' ') {
        Some(("refused", words)) => {
            Err(ErrorBuilder::api(Refused, words).details(vec!["one field", "another"]))
        }
        Some(("again", words)) => Err(ErrorBuilder::api(Refused, words).try_again()),
        _ if !response.status().is_success() => {
            Err(ErrorBuilder::status("no answer of the provider's own").excerpt_of(response))
        }
        Some(("broken", _)) => Err(ErrorBuilder::decode("$.status", "not a status").excerpt_of(response)),
        _ => Ok(text),
    }
}
