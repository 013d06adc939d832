//! The way of nearly every call: a token that is there costs no allocation. In a file of its own, since the
//! allocator that counts is the whole process's.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::http::{Method, Response};
use http_core::testing::ScriptedTransport;
use http_core::{
    Error, Failure, HttpClient, Instant, Language, Login, Operation, Redactor, Scheme, Secret, Semantics,
    Token, TokenSource, async_trait,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

static CALL: Operation = Operation::new("test.call", Method::GET, "", Semantics::Idempotent);

#[derive(Debug, Clone, PartialEq)]
struct NoCode;

impl http_core::Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "".into()
    }
}

struct Desk(HttpClient);

#[async_trait]
impl Login for Desk {
    type Code = NoCode;

    fn http(&self) -> &HttpClient {
        &self.0
    }

    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }

    async fn log_in(&self) -> Result<Token, Error<NoCode>> {
        let life = std::time::Duration::from_secs(3600);
        let secret = Secret::from("not-a-real-token");
        Ok(Token::new(secret, Scheme::Bearer, Instant::now(), Some(life)).unwrap())
    }

    fn operation(&self) -> &'static Operation {
        &CALL
    }

    fn check(&self, _: &Response<Bytes>, _: &Redactor) -> Result<(), Failure<NoCode>> {
        Ok(())
    }

    fn foreign_address(&self) -> NoCode {
        NoCode
    }

    fn invalid_request(&self) -> NoCode {
        NoCode
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_token_that_is_there_costs_no_byte_of_heap() {
    let http = HttpClient::builder("https://api.example", "test")
        .transport(ScriptedTransport::default())
        .build([])
        .unwrap();
    let tokens = TokenSource::new(Desk(http));
    tokens.authorization().await.unwrap();

    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    for _ in 0..1000 {
        let header = tokens.authorization().await.unwrap();
        assert!(header.is_sensitive());
    }
    assert_eq!((HEAP.peak_usage(), HEAP.current_usage()), (before, before));
    // The allocator does count: this would have shown.
    drop(Vec::<u8>::with_capacity(1));
    assert_eq!(HEAP.peak_usage(), before + 1);
}
