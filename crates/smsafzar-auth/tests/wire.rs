//! The bytes on the wire: this exact login, this exact header.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

use httpmock::prelude::*;
use serde_json::json;
use smsafzar_auth::{Client, Credentials};

#[tokio::test]
async fn a_login_and_a_call_with_its_token() {
    let server = MockServer::start_async().await;
    let login = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/auth/token")
                .header("content-type", "application/json")
                .header("accept", "application/json")
                .header("cache-control", "no-cache")
                .header("user-agent", concat!("smsafzar-auth/", env!("CARGO_PKG_VERSION")))
                .header_missing("authorization")
                .body(r#"{"userName":"کاربر","password":"not-a-real-password","domain":"sms.smsafzar"}"#);
            then.status(200)
                .header("content-type", "application/json")
                .body(r#"{"token":"not-a-real-token"}"#);
        })
        .await;
    let message = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/messages/send")
                .header("authorization", "Bearer not-a-real-token")
                .header("content-type", "application/json")
                .body(r#"{"content":"سلام","recipientNumber":"09120000000","senderNumber":"10001234"}"#);
            then.status(200).body("{}");
        })
        .await;

    let credentials = Credentials::builder()
        .username("کاربر")
        .password("not-a-real-password")
        .build()
        .unwrap();
    let smsafzar = Client::builder().base_url(server.base_url()).build().unwrap();
    let tokens = smsafzar.token_source(credentials);
    for _ in 0..2 {
        let call = tokens.authorized().post("messages/send").unwrap();
        let message = json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام"});
        call.json(&message).await.unwrap();
    }
    login.assert_calls_async(1).await;
    message.assert_calls_async(2).await;
}
