//! A login that always brings the same token, and asks nobody for it but its transport.

#![allow(dead_code, unreachable_pub)]

use std::borrow::Cow;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::decode::Object;
use payvand_http_core::http::{Method, Response};
use payvand_http_core::{
    ErrorBuilder, Language, Login, LoginAnswer, Operation, Redactor, Scheme, Secret, Semantics, Token,
};
use serde::Serialize;

static LOGIN: Operation = Operation::new("test.login", Method::POST, "login", Semantics::Idempotent);
static CALL: Operation = Operation::new("test.call", Method::GET, "", Semantics::Idempotent);

#[derive(Debug, Clone, PartialEq)]
pub struct NoCode;

impl payvand_http_core::Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "".into()
    }
}

pub struct FixedToken;

impl Login for FixedToken {
    type Code = NoCode;
    type Session = Token;

    const AUTHENTICATE: &'static Operation = &LOGIN;
    const AUTHORIZED: &'static Operation = &CALL;

    fn secrets(&self) -> impl IntoIterator<Item = &Secret> {
        []
    }

    fn account(&self) -> impl IntoIterator<Item = Cow<'_, str>> {
        []
    }

    fn body(&self) -> impl Serialize {}

    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Token, ErrorBuilder<NoCode>> {
        let life = std::time::Duration::from_secs(3600);
        let secret = Secret::from("not-a-real-token");
        answer.token("$", Some(secret), Scheme::Bearer, Some(life))
    }

    fn into_token(token: Token) -> Token {
        token
    }

    fn check<'a>(_: &'a Response<Bytes>, _: &Redactor) -> Result<Option<Object<'a>>, ErrorBuilder<NoCode>> {
        Ok(None)
    }
}
