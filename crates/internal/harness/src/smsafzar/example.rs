//! The calls of the contract, made with the arguments of an example.

use std::sync::Arc;

use http_core::{RetryPolicy, Transport};
use serde_json::Value;
use smsafzar_api::{SendBulkCall, SendCall, SendTemplateCall, StatusQuery, Timestamp};

use crate::example::{LoggedIn, Made, made};

pub(super) async fn login(call: &str, arguments: &Value, transport: Arc<dyn Transport>) -> Made {
    assert_eq!(call, "authenticate");
    let client = smsafzar_auth::Client::builder().transport(transport);
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    let credentials = smsafzar_auth::Credentials::builder()
        .username(text("userName"))
        .password(text("password"))
        .domain(text("domain"))
        .build()
        .unwrap();
    made!(client.authenticate(&credentials).await)
}

pub(super) async fn messages(call: &str, arguments: &Value, transport: Arc<dyn Transport>) -> Made {
    let login = smsafzar_auth::Client::builder().transport(LoggedIn(transport));
    let login = login.retry(RetryPolicy::never()).build().unwrap();
    let credentials = smsafzar_auth::Credentials::builder()
        .username("username")
        .password("password");
    let sms = smsafzar_api::Client::new(login.token_source(credentials.build().unwrap()));
    let text = |name: &str| arguments[name].as_str().unwrap();
    let at = arguments["sendTimestamp"]
        .as_i64()
        .map(|seconds| Timestamp::from_millis(seconds * 1000));
    let list = |name: &str| {
        let list = arguments[name].as_array().unwrap().iter();
        list.map(|it| it.as_str().unwrap())
    };
    match call {
        "send" => {
            let call = sms.send(text("senderNumber"), text("recipientNumber"), text("content"));
            made!(at.into_iter().fold(call, SendCall::at).await)
        }
        "send_bulk" => {
            let call = list("senderNumbers").fold(sms.send_bulk(), SendBulkCall::from);
            let call = list("recipientNumbers").fold(call, SendBulkCall::to);
            let call = list("contents").fold(call, SendBulkCall::text);
            made!(at.into_iter().fold(call, SendBulkCall::at).await)
        }
        "send_template" => {
            let call = sms.template(text("templateId")).to(text("recipientNumber"));
            let from = arguments["senderNumber"].as_str();
            let call = from.into_iter().fold(call, SendTemplateCall::from);
            let values = arguments["parameters"].as_array().unwrap().iter();
            let call = values.fold(call, |call, it| {
                call.set(it["name"].as_str().unwrap(), it["value"].as_str().unwrap())
            });
            made!(at.into_iter().fold(call, SendTemplateCall::at).await)
        }
        "cancel" => made!(sms.cancel(text("batchId")).await),
        "status" if arguments.get("batchId").is_some() => {
            made!(sms.status(StatusQuery::batch(text("batchId"))).await)
        }
        "status" => made!(sms.status(list("sentMessageIdes")).await),
        "received" => made!(
            sms.received(arguments["count"].as_u64().unwrap().try_into().unwrap())
                .await
        ),
        "balance" => made!(sms.balance().await),
        other => panic!("no call {other}"),
    }
}
