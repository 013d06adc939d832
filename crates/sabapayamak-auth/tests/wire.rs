//! The bytes on the wire: this exact login, this exact header.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

use httpmock::prelude::*;
use sabapayamak_auth::{Client, ClientBuilder, Credentials, Kind, TokenDays, TokenSource};
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
        let call = tokens.authorized().post("api/v1/message");
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
    let answer = tokens.authorized().get("/api/v1/credit").await.unwrap();
    assert_eq!(answer.json::<u8>().unwrap(), 7);
    call.assert_async().await;
}

/// What a login may answer around its token.
const WRAPPED: [&str; 5] = [
    "Bearer not-a-real-token",
    "bearer  not-a-real-token\n",
    " not-a-real-token ",
    "\r\nnot-a-real-token\r\n",
    "\tBearer\tnot-a-real-token",
];

#[tokio::test]
async fn a_token_is_sent_once_and_bare_of_what_stood_around_it() {
    for wrapped in WRAPPED {
        for (builder, authorization) in [
            (Client::builder(), "Bearer not-a-real-token"),
            (Client::builder().bare_token(), "not-a-real-token"),
        ] {
            let server = MockServer::start_async().await;
            let login = server
                .mock_async(|when, then| {
                    when.path("/api/v1/user/authenticate");
                    then.status(200).json_body(
                        json!({"status": "200", "data": {"Id": 1, "Token": wrapped}, "errors": []}),
                    );
                })
                .await;
            let credit = server
                .mock_async(|when, then| {
                    when.path("/api/v1/credit").is_true(move |request| {
                        let headers = request.headers();
                        let sent: Vec<_> = headers.get_all("authorization").iter().collect();
                        sent == [authorization]
                    });
                    then.status(200).body("7");
                })
                .await;
            let tokens = tokens(builder, &server);
            tokens.authorized().get("api/v1/credit").await.unwrap();
            login.assert_calls_async(1).await;
            credit.assert_calls_async(1).await;
        }
    }
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_an_error_that_says_so() {
    for (token, why) in [
        ("Bearer", "the token is missing or empty"),
        (" \n", "the token is missing or empty"),
        ("Bearer Bearer not-a-real-token", "the token has a space"),
        ("not-a-real\ntoken", "the token has a space, a line break"),
        ("Basic not-a-real-token", "the token has a space"),
    ] {
        let server = MockServer::start_async().await;
        server
            .mock_async(|when, then| {
                when.path("/api/v1/user/authenticate");
                then.status(200)
                    .json_body(json!({"status": "200", "data": {"Id": 1, "Token": token}, "errors": []}));
            })
            .await;
        let error = tokens(Client::builder(), &server)
            .authorization()
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.json_path()),
            (Kind::Decode, Some("$.data.Token")),
            "{token:?}"
        );
        assert!(error.to_string().contains(why), "{error}");
        assert!(!format!("{error:?}").contains("not-a-real"), "{error:?}");
    }
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
        assert!(tokens.authorized().post("moved").json("text").await.is_err());
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
