//! A client of no provider, for tests that go over the network.

#![allow(dead_code, clippy::unwrap_used)]

use std::borrow::Cow;
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::Method;
use payvand_http_core::{
    Code, ConfigurationError, Error, ErrorBuilder, HttpClient, HttpClientBuilder, Language, Operation,
    Outgoing, RetryPolicy, Semantics,
};

pub(crate) static ASK: Operation = Operation::new("test.ask", Method::GET, "ask", Semantics::Idempotent);
pub(crate) static ORDER: Operation =
    Operation::new("test.order", Method::POST, "order", Semantics::NonIdempotent);

/// Is in the address of every call.
pub(crate) const QUERY: &str = "nobody-should-see-this";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NoCode;

impl Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        Cow::Borrowed("")
    }
}

/// One that retries all that it may, after short pauses.
pub(crate) fn builder(base_url: &str) -> HttpClientBuilder {
    let at_once = Duration::from_millis(1);
    HttpClient::builder(base_url, "test/1").retry(RetryPolicy::new(4).backoff(at_once, at_once))
}

pub(crate) fn build(builder: HttpClientBuilder) -> HttpClient {
    builder.build([]).unwrap()
}

pub(crate) fn error(error: ConfigurationError) -> Error<NoCode> {
    error.into()
}

/// Makes a call with [`QUERY`]; the answer's status.
pub(crate) async fn call(http: &HttpClient, operation: &'static Operation) -> Result<u16, Error<NoCode>> {
    let mut url = http.url(operation);
    url.query_pairs_mut().append_pair("who", QUERY);
    let request = Outgoing::new(operation.method.clone(), url).unwrap();
    let request = request.with_body(Bytes::from_static(b"body"));
    http.call(operation, request, http.deadline(None), |response| {
        if response.status().is_success() {
            Ok(response.status().as_u16())
        } else {
            Err(ErrorBuilder::status("no success").excerpt_of(response))
        }
    })
    .await
}
