//! A login that always brings the same token.

#![allow(dead_code, unreachable_pub)]

use std::borrow::Cow;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Method, Response};
use payvand_http_core::{
    Error, ErrorBuilder, HttpClient, Instant, Language, Login, Operation, Redactor, Scheme, Secret,
    Semantics, Token, async_trait,
};

static CALL: Operation = Operation::new("test.call", Method::GET, "", Semantics::Idempotent);

#[derive(Debug, Clone, PartialEq)]
pub struct NoCode;

impl payvand_http_core::Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "".into()
    }
}

pub struct FixedToken(pub HttpClient);

#[async_trait]
impl Login for FixedToken {
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

    fn check(&self, _: &Response<Bytes>, _: &Redactor) -> Result<(), ErrorBuilder<NoCode>> {
        Ok(())
    }
}
