//! The calls of the contract, made with the arguments of an example.

use std::sync::Arc;

use http_core::{RetryPolicy, Transport};
use podlink_api::{Content, Interval, OrderBy};
use serde_json::Value;

use crate::example::{Made, made};

pub(super) async fn example(call: &str, arguments: &Value, transport: Arc<dyn Transport>) -> Made {
    let client = podlink_api::Client::builder("not-a-real-token").api_key("not-a-real-key");
    let client = client
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    let number = |name: &str| arguments[name].as_u64().unwrap();
    match call {
        "add_link" => {
            let content = match text("shortenObjectKind") {
                "link" => Content::link(text("urlOrContent")),
                "file" => Content::file(text("urlOrContent")),
                _ => Content::text(text("urlOrContent")),
            };
            let call = client.add_link(content).hash(text("hash"));
            made!(call.tags(text("tags").split('،')).await)
        }
        "visit" => made!(client.visit(text("hash")).await),
        "list_links" => {
            let orders = [
                OrderBy::Hash,
                OrderBy::CreateTime,
                OrderBy::ExpireTime,
                OrderBy::VisitCount,
            ];
            let order = orders
                .into_iter()
                .find(|it| it.as_str() == text("order_by"))
                .unwrap();
            let call = client
                .list_links()
                .offset(number("offset"))
                .count(number("count"));
            made!(call.order_by(order).descending().await)
        }
        "set_status" if text("setStatus") == "active" => made!(client.activate(text("hash")).await),
        "set_status" => made!(client.deactivate(text("hash")).await),
        "click_stats" => {
            let kinds = [Interval::Minute, Interval::Hour, Interval::Day, Interval::Month];
            let kind = kinds.into_iter().find(|it| it.as_str() == text("kind")).unwrap();
            made!(client.click_stats(text("hash")).interval(kind).await)
        }
        other => panic!("no call {other}"),
    }
}
