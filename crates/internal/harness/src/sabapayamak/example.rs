//! The calls of the contract, made with the arguments of an example.

use std::sync::Arc;

use http_core::{RetryPolicy, Transport};
use sabapayamak_auth::TokenDays;
use serde_json::Value;

use crate::example::{LoggedIn, Made, made};

pub(super) async fn login(call: &str, arguments: &Value, transport: Arc<dyn Transport>) -> Made {
    assert_eq!(call, "authenticate");
    let client = sabapayamak_auth::Client::builder().transport(transport);
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    let credentials = sabapayamak_auth::Credentials::builder()
        .username(text("Username"))
        .password(text("Password"))
        .virtual_number(text("VirtualNumber"))
        .build()
        .unwrap();
    let days = arguments["TokenValidDay"].as_u64().unwrap().try_into().unwrap();
    made!(
        client
            .authenticate(&credentials, TokenDays::new(days).unwrap())
            .await
    )
}

pub(super) async fn messages(call: &str, arguments: &Value, transport: Arc<dyn Transport>) -> Made {
    let login = sabapayamak_auth::Client::builder().transport(LoggedIn(transport));
    let login = login.retry(RetryPolicy::never()).build().unwrap();
    let credentials = sabapayamak_auth::Credentials::builder()
        .username("username")
        .password("password")
        .virtual_number("30000000");
    let tokens = login.token_source(credentials.build().unwrap(), TokenDays::new(1).unwrap());
    let sms = sabapayamak_api::Client::new(tokens);
    let text = |name: &str| arguments[name].as_str().unwrap();
    let span = || (text("StartDate"), text("EndDate"));
    match call {
        "send" => {
            let numbers = arguments["Numbers"].as_array().unwrap().iter();
            made!(
                sms.send(text("Text"), numbers.map(|it| it.as_str().unwrap()))
                    .await
            )
        }
        "messages" => made!(sms.messages(span().0, span().1).await),
        "message" => made!(sms.message(text("id")).await),
        "messages_of_line" => made!(sms.messages_of_line(text("number")).await),
        "deliveries" => made!(sms.deliveries(text("messageId")).await),
        "credit" => made!(sms.credit().await),
        "credits" => made!(sms.credits(span().0, span().1).await),
        "latest_credits" => made!(sms.latest_credits(text("count").parse().unwrap()).await),
        "received" => made!(sms.received(span().0, span().1).await),
        "unread_between" => made!(sms.unread_between(span().0, span().1).await),
        "unread" => made!(sms.unread().await),
        "received_by_id" => made!(sms.received_by_id(text("id")).await),
        "received_on_line" => made!(sms.received_on_line(text("number")).await),
        "unread_on_line" => made!(sms.unread_on_line(text("number")).await),
        other => panic!("no call {other}"),
    }
}
