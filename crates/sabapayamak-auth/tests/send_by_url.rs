//! `GET api/v1/message` sends at the live service, with the credentials in the address: it is never made.

#![allow(clippy::unwrap_used)]

use sabapayamak_auth::http::{Method, Request};
use sabapayamak_auth::testing::{ScriptedTransport, Step};
use sabapayamak_auth::{Authorized, Client, Credentials, Effect, Error, Kind, Reason, TokenDays};
use serde_json::json;

fn authorized(base_url: &str) -> (Authorized, ScriptedTransport) {
    let answer = json!({"status": "200", "data": {"Token": "not-a-real-token"}, "errors": []});
    let script = ScriptedTransport::always(Step::answer(200, answer.to_string()));
    let client = Client::builder()
        .base_url(base_url)
        .transport(script.clone())
        .build()
        .unwrap();
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password")
        .virtual_number("3000")
        .build()
        .unwrap();
    let tokens = client.token_source(credentials, TokenDays::new(1).unwrap());
    (tokens.authorized(), script)
}

fn is_refused(error: &Error, case: &str) {
    let kind = Kind::InvalidInput {
        argument: "path",
        reason: Reason::NotAllowed,
    };
    assert_eq!(
        (error.kind(), error.effect(), error.code()),
        (kind, Effect::None, None),
        "{case}"
    );
    assert!(
        error.to_string().contains("this address sends by URL"),
        "{case}: {error}"
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_refused_in_every_spelling() {
    for (base_url, path) in [
        ("https://api.sabapayamak.com", "api/v1/message"),
        ("https://api.sabapayamak.com", "/api/v1/message"),
        ("https://api.sabapayamak.com", "API/V1/Message"),
        ("https://api.sabapayamak.com", "api/v1/message/"),
        ("https://api.sabapayamak.com", "api/v1/message//"),
        ("https://api.sabapayamak.com", "api//v1/./message"),
        ("https://api.sabapayamak.com", "api/v1/x/../message"),
        (
            "https://api.sabapayamak.com",
            "api/v1/message?UserName=a&Password=b",
        ),
        ("https://api.sabapayamak.com", "api/v1/m%65ssage"),
        ("https://api.sabapayamak.com", "%61pi%2Fv1%2fmessage"),
        ("https://api.sabapayamak.com", "api/v1/message%2F"),
        ("https://api.sabapayamak.com", "api/v1%5Cmessage"),
        ("https://api.sabapayamak.com", "api/v1/credit%2F..%2Fmessage"),
        (
            "https://api.sabapayamak.com",
            "%61%70%69/%76%31/%6d%65%73%73%61%67%65/?a=b",
        ),
        (
            "https://api.sabapayamak.com",
            "https://api.sabapayamak.com/api/v1/message",
        ),
        ("https://gateway.example/saba", "api/v1/message"),
        ("https://gateway.example/saba/api/v1", "message"),
        (
            "https://gateway.example/saba",
            "https://gateway.example/saba/api/v1/MESSAGE?a",
        ),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let case = format!("{method} {path} below {base_url}");
            let (authorized, script) = authorized(base_url);
            is_refused(
                &authorized.request(method.clone(), path).await.unwrap_err(),
                &case,
            );
            // A request of the `http` crate is a path with a slash ahead, or absolute.
            let uri = match path.split_once("://") {
                Some(_) => path.to_owned(),
                None => format!("/{}", path.trim_start_matches('/')),
            };
            let request = Request::builder().method(method).uri(uri).body("").unwrap();
            is_refused(&authorized.call(request).await.unwrap_err(), &case);
            assert_eq!(script.requests().len(), 0, "{case}: not even a login");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_looks_like_it_is_made() {
    for (method, path) in [
        (Method::POST, "api/v1/message"),
        (Method::DELETE, "api/v1/message"),
        (Method::GET, "api/v1/messages"),
        (Method::GET, "api/v1/messages/7"),
        (Method::GET, "api/v1/messages%2F7"),
        (Method::GET, "api/v1/credit"),
        (Method::GET, "api/v1/recived-messages/unread"),
    ] {
        let (authorized, script) = authorized("https://api.sabapayamak.com");
        authorized.request(method.clone(), path).await.unwrap();
        assert_eq!(script.requests().len(), 2, "{method} {path}");
    }
}
