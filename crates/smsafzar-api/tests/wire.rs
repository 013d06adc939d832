//! The bytes on the wire: every call with every optional parameter.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, UNIX_EPOCH};

use httpmock::Method;
use httpmock::prelude::*;
use smsafzar_api::{Bulk, Client, Mobile, StatusQuery, Timestamp, smsafzar_auth};
use support::{NUMBER, PASSWORD, credentials};

const ID: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

async fn login(server: &MockServer) -> (Client, httpmock::Mock<'_>) {
    let login = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/auth/token")
                .header_missing("authorization")
                .body(format!(
                    r#"{{"userName":"username","password":"{PASSWORD}","domain":"sms.smsafzar"}}"#
                ));
            then.status(200).body(r#"{"token":"not-a-real-token"}"#);
        })
        .await;
    let client = smsafzar_auth::Client::builder()
        .base_url(server.base_url())
        .build();
    (Client::new(client.unwrap().token_source(credentials())), login)
}

/// A call, made with the client, is this one request.
macro_rules! assert_wire {
    ($call:expr => $method:ident $path:literal $query:expr, $body:expr) => {{
        let server = MockServer::start_async().await;
        let (sms, login) = login(&server).await;
        let body: Option<&str> = $body;
        let query: &[(&str, &str)] = $query;
        let expected = server
            .mock_async(|when, then| {
                let when = when
                    .method(Method::$method)
                    .path($path)
                    .header("authorization", "Bearer not-a-real-token")
                    .header("accept", "application/json");
                let when = query
                    .iter()
                    .fold(when, |when, (name, value)| when.query_param(*name, *value));
                let count = query.len();
                let when = when.is_true(move |request| request.query_params().len() == count);
                match body {
                    Some(body) => when.header("content-type", "application/json").body(body),
                    None => when
                        .header_missing("content-type")
                        .is_true(|request| request.body_ref().is_empty()),
                };
                then.status(200).body("{}");
            })
            .await;
        let call = $call;
        call(sms).timeout(Duration::from_secs(9)).await.unwrap();
        login.assert_calls_async(1).await;
        expected.assert_calls_async(1).await;
    }};
}

#[tokio::test]
async fn sends() {
    assert_wire!(|sms: Client| sms.send("10001234", NUMBER, "سلام \"دنیا\"") => POST "/messages/send" &[],
        Some(r#"{"senderNumber":"10001234","recipientNumber":"09123456789","content":"سلام \"دنیا\""}"#));
    let at = UNIX_EPOCH + Duration::from_millis(1_893_456_000_001);
    assert_wire!(|sms: Client| sms.send("+9810001234", "+989123456789", "a").at(at) => POST "/messages/send" &[],
        Some(r#"{"senderNumber":"+9810001234","recipientNumber":"09123456789","content":"a","sendTimestamp":1893456001}"#));
}

#[tokio::test]
async fn sends_a_batch() {
    assert_wire!(|sms: Client| sms.send_bulk().from("10001234").to(NUMBER).text("a") => POST "/messages/send/bulk" &[],
        Some(r#"{"senderNumbers":["10001234"],"recipientNumbers":["09123456789"],"contents":["a"]}"#));
    let at = Timestamp::from_millis(1_893_456_000_000);
    let call = |sms: Client| {
        let batch = sms
            .send_bulk()
            .from("1000")
            .from("2000")
            .to(NUMBER)
            .to("9350000000");
        batch.text("یک").text("دو").at(at)
    };
    assert_wire!(call => POST "/messages/send/bulk" &[],
        Some(r#"{"senderNumbers":["1000","2000"],"recipientNumbers":["09123456789","09350000000"],"contents":["یک","دو"],"sendTimestamp":1893456000}"#));
}

#[tokio::test]
async fn sends_a_template() {
    assert_wire!(|sms: Client| sms.template("TydSt1skQE").to(NUMBER).set("code", "1234") => POST "/messages/send/template" &[],
        Some(r#"{"recipientNumber":"09123456789","templateId":"TydSt1skQE","parameters":[{"name":"code","value":"1234"}]}"#));
    assert_wire!(|sms: Client| sms.template("Hello").to(NUMBER) => POST "/messages/send/template" &[],
        Some(r#"{"recipientNumber":"09123456789","templateId":"Hello","parameters":[]}"#));
    let at = Timestamp::from_millis(1_893_456_000_000);
    let call = |sms: Client| {
        let code = sms.template("TydSt1skQE").from("10001234").to(NUMBER).at(at);
        code.set("code", "1").set("name", "سارا").set("code", "۱۲۳۴")
    };
    assert_wire!(call => POST "/messages/send/template" &[],
        Some(r#"{"senderNumber":"10001234","recipientNumber":"09123456789","templateId":"TydSt1skQE","parameters":[{"name":"name","value":"سارا"},{"name":"code","value":"۱۲۳۴"}],"sendTimestamp":1893456000}"#));
}

#[tokio::test]
async fn cancels() {
    assert_wire!(|sms: Client| sms.cancel("104729") => DELETE "/messages/send/scheduled/104729" &[], None);
    assert_wire!(|sms: Client| sms.cancel("a/b?c") => DELETE "/messages/send/scheduled/a%2Fb%3Fc" &[], None);
}

#[tokio::test]
async fn reads() {
    assert_wire!(|sms: Client| sms.status([ID, "b"]) => POST "/messages/status" &[],
        Some(r#"{"sentMessageIdes":["3f2504e0-4f89-41d3-9a0c-0305e82c3301","b"]}"#));
    assert_wire!(|sms: Client| sms.status(StatusQuery::batch("104729")) => POST "/messages/status" &[],
        Some(r#"{"batchId":"104729"}"#));
    assert_wire!(|sms: Client| sms.received(100) => GET "/messages/received/recent" &[("count", "100")], None);
    assert_wire!(|sms: Client| sms.balance() => GET "/account/balance" &[], None);
}

/// What a bulk sends is just these bodies, each once.
async fn assert_bulk(bulk: impl FnOnce(Client) -> Bulk, rows: &[(&str, &str)], bodies: &[&str]) {
    let server = MockServer::start_async().await;
    let (sms, login) = login(&server).await;
    let mut expected = Vec::new();
    for body in bodies {
        let mock = server.mock_async(|when, then| {
            when.method(POST)
                .path("/messages/send/bulk")
                .header("authorization", "Bearer not-a-real-token")
                .header("content-type", "application/json")
                .body(*body);
            then.status(200).body(r#"{"batchId":"104729"}"#);
        });
        expected.push(mock.await);
    }
    let rows: Vec<(Mobile, String)> = rows
        .iter()
        .map(|(to, text)| (to.parse().unwrap(), (*text).to_owned()))
        .collect();
    let mut outcomes = bulk(sms).send_all(rows);
    while let Some(row) = outcomes.next().await {
        let receipt = row.outcome().receipt().unwrap();
        assert_eq!(receipt.batch_id(), Some("104729"), "{row:?}");
    }
    login.assert_calls_async(1).await;
    for mock in expected {
        mock.assert_calls_async(1).await;
    }
}

#[tokio::test]
async fn sends_a_bulk() {
    let bulk = |sms: Client| sms.bulk("10001234");
    let texts = [
        ("۰۹۱۲ ۳۴۵ ۶۷۸۹", "سلام سارا،\nکد شما ۱۲۳۴"),
        ("+98 (935) 000-0000", "سلام \"رضا\""),
    ];
    let both = r#"{"senderNumbers":["10001234"],"recipientNumbers":["09123456789","09350000000"],"contents":["سلام سارا،\nکد شما ۱۲۳۴","سلام \"رضا\""]}"#;
    assert_bulk(bulk, &texts, &[both]).await;
    // One text for all stands there once, and a number that comes again waits for the next request.
    let same = [(NUMBER, "الف"), ("9350000000", "الف"), ("٠٩١٢٣٤٥٦٧٨٩", "ب")];
    let [first, second] = [
        r#"{"senderNumbers":["10001234"],"recipientNumbers":["09123456789","09350000000"],"contents":["الف"]}"#,
        r#"{"senderNumbers":["10001234"],"recipientNumbers":["09123456789"],"contents":["ب"]}"#,
    ];
    assert_bulk(bulk, &same, &[first, second]).await;
    let at = Timestamp::from_millis(1_893_456_000_000);
    let later = r#"{"senderNumbers":["10001234"],"recipientNumbers":["09123456789"],"contents":["الف"],"sendTimestamp":1893456000}"#;
    assert_bulk(|sms| sms.bulk_at("10001234", at), &same[..1], &[later]).await;
}
