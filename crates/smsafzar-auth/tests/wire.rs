//! The bytes on the wire: this exact login, this exact header.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

use httpmock::prelude::*;
use serde_json::json;
use smsafzar_auth::{Client, Credentials, Kind, TokenSource};

fn credentials() -> Credentials {
    Credentials::builder()
        .username("کاربر")
        .password("not-a-real-password")
        .build()
        .unwrap()
}

fn token_source(server: &MockServer) -> TokenSource {
    let smsafzar = Client::builder().base_url(server.base_url()).build().unwrap();
    smsafzar.token_source(credentials())
}

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

    let tokens = token_source(&server);
    for _ in 0..2 {
        let call = tokens.authorized().post("messages/send");
        let message = json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام"});
        call.json(&message).await.unwrap();
    }
    login.assert_calls_async(1).await;
    message.assert_calls_async(2).await;
}

#[tokio::test]
async fn a_token_is_sent_once_and_bare_of_what_stood_around_it() {
    for wrapped in [
        "Bearer not-a-real-token",
        "bearer  not-a-real-token\n",
        " not-a-real-token ",
        "\r\nnot-a-real-token\r\n",
        "\tBearer\tnot-a-real-token",
    ] {
        let server = MockServer::start_async().await;
        let login = server
            .mock_async(|when, then| {
                when.path("/auth/token");
                then.status(200).json_body(json!({ "token": wrapped }));
            })
            .await;
        let credit = server
            .mock_async(|when, then| {
                when.path("/credit").is_true(|request| {
                    let headers = request.headers();
                    let sent: Vec<_> = headers.get_all("authorization").iter().collect();
                    sent == ["Bearer not-a-real-token"]
                });
                then.status(200).body("{}");
            })
            .await;
        let tokens = token_source(&server);
        tokens.authorized().get("credit").await.unwrap();
        login.assert_calls_async(1).await;
        credit.assert_calls_async(1).await;
    }
}

#[tokio::test]
async fn the_life_of_a_wrapped_token_is_read_from_it() {
    // {"alg":"none"}.{"iat":1000,"exp":4600}.
    let token = "Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDYwMH0.c2lnbmVk";
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/auth/token");
            then.status(200).json_body(json!({ "token": token }));
        })
        .await;
    let smsafzar = Client::builder().base_url(server.base_url()).build().unwrap();
    let session = smsafzar.authenticate(&credentials()).await.unwrap();
    assert_eq!(session.token().lifetime().unwrap().as_secs(), 3600);
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_an_error_that_says_so() {
    for (token, why) in [
        ("Bearer", "the token is missing or empty"),
        (" \n", "the token is missing or empty"),
        ("Bearer Bearer not-a-real-token", "the token has a space"),
        ("not-a-real\ntoken", "the token has a space, a line break"),
    ] {
        let server = MockServer::start_async().await;
        server
            .mock_async(|when, then| {
                when.path("/auth/token");
                then.status(200).json_body(json!({ "token": token }));
            })
            .await;
        let error = token_source(&server).authorization().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.json_path()),
            (Kind::Decode, Some("$.token")),
            "{token:?}"
        );
        assert!(error.to_string().contains(why), "{error}");
        assert!(!format!("{error:?}").contains("not-a-real"), "{error:?}");
    }
}
