//! What the tests of the Aparat client share.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

pub mod observed;

use std::fmt::Write as _;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, ClientBuilder, Error, Order, OrderCall, OrderKind};
use serde_json::Value;

pub const TOKEN: &str = "not-a-real-token-9z8y7x6w";
pub const LINK: &str = "https://www.aparat.com/v/abcd";
pub const PLACED: &str = r#"{"status":true,"message":"سفارش شما ثبت شد","uniqid":"5f0c1e2d3b4ag"}"#;
pub const REFUSED: &str = r#"{"status":false,"message":"token invalid"}"#;

pub fn builder(script: &ScriptedTransport) -> ClientBuilder {
    Client::builder(TOKEN).transport(script.clone())
}

pub fn over(script: &ScriptedTransport) -> Client {
    builder(script).build().unwrap()
}

/// A client that gets one answer. A second request fails with an error that no test expects.
pub fn answered(step: Step) -> Client {
    over(&ScriptedTransport::new([step]))
}

pub fn like(client: &Client) -> OrderCall {
    client.order(OrderKind::Like, LINK, 100)
}

pub async fn order(step: Step) -> Result<Order, Error> {
    like(&answered(step)).await
}

/// Whether the text has eight bytes of the token in a row.
pub fn leaks(text: &str) -> bool {
    TOKEN
        .as_bytes()
        .windows(8)
        .any(|part| text.as_bytes().windows(8).any(|seen| seen == part))
}

pub const WRONG_ARGUMENT: &str = "ارگومان وارد شده اشتباه است";

/// JSON as PHP writes it: everything but ASCII escaped, and the slash too.
pub fn php(value: &Value) -> String {
    let mut escaped = String::new();
    for unit in value.to_string().replace('/', "\\/").encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => write!(escaped, "\\u{unit:04x}").unwrap(),
        }
    }
    escaped
}

pub async fn refused(body: impl Into<Vec<u8>>) -> Error {
    let body = body.into();
    let shown = String::from_utf8_lossy(&body).into_owned();
    match order(Step::answer(200, body)).await {
        Ok(order) => panic!("{shown}: {order:?}"),
        Err(error) => error,
    }
}
