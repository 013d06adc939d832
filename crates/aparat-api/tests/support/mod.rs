//! What the tests of the Aparat client share.

#![allow(dead_code, unreachable_pub)]

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, ClientBuilder, Error, Order, OrderCall, OrderKind};

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
