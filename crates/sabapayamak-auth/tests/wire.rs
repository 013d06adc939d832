//! The bytes on the wire: this exact login, this exact header.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

use httpmock::prelude::*;
use sabapayamak_auth::{Client, ClientBuilder, Credentials, TokenDays, TokenSource};
use serde_json::json;

fn tokens(builder: ClientBuilder, server: &MockServer) -> TokenSource {
    let credentials = Credentials::builder()
        .username("کاربر")
        .password("not-a-real \"password\"")
        .virtual_number("3000")
        .build()
        .unwrap();
    let saba = builder.base_url(server.base_url()).build().unwrap();
    saba.token_source(credentials, TokenDays::new(15).unwrap())
}

#[tokio::test]
async fn a_login_and_a_call_with_its_token() {
    let server = MockServer::start_async().await;
    let login = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/user/authenticate")
                .header("content-type", "application/json")
                .header("accept", "application/json")
                .header("user-agent", concat!("sabapayamak-auth/", env!("CARGO_PKG_VERSION")))
                .header_missing("authorization")
                .body(
                    r#"{"Username":"کاربر","Password":"not-a-real \"password\"","VirtualNumber":"3000","TokenValidDay":15}"#,
                );
            then.status(200)
                .header("content-type", "application/json")
                .body(include_str!("fixtures/authenticate.json"));
        })
        .await;
    let message = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/message")
                .header("authorization", "Bearer not-a-real-token")
                .header("content-type", "application/json")
                .body(r#"{"text":"سلام","to":["0900"]}"#);
            then.status(200)
                .json_body(json!({"status": "200", "data": 1, "errors": []}));
        })
        .await;

    let tokens = tokens(Client::builder(), &server);
    for _ in 0..2 {
        let call = tokens.authorized().post("api/v1/message").unwrap();
        call.json(&json!({"to": ["0900"], "text": "سلام"})).await.unwrap();
    }
    login.assert_calls_async(1).await;
    message.assert_calls_async(2).await;
}

#[tokio::test]
async fn a_bare_token_where_it_is_asked_for() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/user/authenticate");
            then.status(200).body(include_str!("fixtures/authenticate.json"));
        })
        .await;
    let call = server
        .mock_async(|when, then| {
            when.method(GET)
                .path("/api/v1/credit")
                .header("authorization", "not-a-real-token");
            then.status(200).body("7");
        })
        .await;
    let tokens = tokens(Client::builder().bare_token(), &server);
    let answer = tokens.authorized().get("/api/v1/credit").unwrap().await.unwrap();
    assert_eq!(answer.json::<u8>().unwrap(), 7);
    call.assert_async().await;
}

#[tokio::test]
async fn a_redirect_gets_neither_password_nor_token() {
    let elsewhere = MockServer::start_async().await;
    let stolen = elsewhere
        .mock_async(|when, then| {
            when.any_request();
            then.status(200);
        })
        .await;
    let server = MockServer::start_async().await;
    let login = server
        .mock_async(|when, then| {
            when.path("/api/v1/user/authenticate");
            then.status(200).body(include_str!("fixtures/authenticate.json"));
        })
        .await;
    let target = elsewhere.url("/");
    for status in [301, 302, 307, 308] {
        let redirect = server
            .mock_async(|when, then| {
                when.path("/moved");
                then.status(status).header("location", &target);
            })
            .await;
        let tokens = tokens(Client::builder(), &server);
        assert!(
            tokens
                .authorized()
                .post("moved")
                .unwrap()
                .json("text")
                .await
                .is_err()
        );
        redirect.assert_async().await;
        redirect.delete_async().await;
    }
    login.delete_async().await;
    server
        .mock_async(|when, then| {
            when.path("/api/v1/user/authenticate");
            then.status(307).header("location", &target);
        })
        .await;
    assert!(tokens(Client::builder(), &server).authorization().await.is_err());
    stolen.assert_calls_async(0).await;
}
