//! The calls of the contract, made with the arguments of an example.

use std::sync::Arc;

use aparat_api::OrderKind;
use http_core::{RetryPolicy, Transport};
use serde_json::Value;

use crate::example::{Made, made};

pub(super) async fn example(call: &str, arguments: &Value, transport: Arc<dyn Transport>) -> Made {
    let client = aparat_api::Client::builder("not-a-real-token");
    let client = client
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    match call {
        "account" => made!(client.account().await),
        "order" => {
            let kinds = [OrderKind::Like, OrderKind::View, OrderKind::Follow];
            let kind = kinds
                .into_iter()
                .find(|kind| kind.as_str() == text("type"))
                .unwrap();
            let count = arguments["count"].as_u64().unwrap().try_into().unwrap();
            made!(client.order(kind, text("link"), count).await)
        }
        "order_status" => made!(client.order_status(text("uniqid")).await),
        other => panic!("no call {other}"),
    }
}
