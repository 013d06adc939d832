//! The bytes on the wire: every call.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use httpmock::Method;
use httpmock::prelude::*;
use sabapayamak_api::{Client, Mobile, sabapayamak_auth};
use support::{LINE, ONE, PASSWORD, TWO, credentials, days};

async fn login(server: &MockServer) -> (Client, httpmock::Mock<'_>) {
    let login = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/user/authenticate")
                .header_missing("authorization")
                .body(format!(
                    r#"{{"Username":"username","Password":"{PASSWORD}","VirtualNumber":"{LINE}","TokenValidDay":15}}"#
                ));
            then.status(200)
                .body(r#"{"status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#);
        })
        .await;
    let client = sabapayamak_auth::Client::builder()
        .base_url(server.base_url())
        .build();
    (
        Client::new(client.unwrap().token_source(credentials(), days())),
        login,
    )
}

/// A call, made with the client, is this one request, and reads this `data`.
macro_rules! assert_wire {
    ($call:expr => $method:ident $path:literal $query:expr, $body:expr, $data:literal) => {{
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
                then.status(200)
                    .body(concat!(r#"{"status":"200","data":"#, $data, r#","errors":[]}"#));
            })
            .await;
        let call = $call;
        call(sms).timeout(Duration::from_secs(9)).await.unwrap();
        login.assert_calls_async(1).await;
        expected.assert_calls_async(1).await;
    }};
}

const SPAN: &[(&str, &str)] = &[("StartDate", "1404/01/01"), ("EndDate", "1404/01/31")];

#[tokio::test]
async fn sends() {
    assert_wire!(|sms: Client| sms.send("سلام \"دنیا\"", [ONE, TWO]) => POST "/api/v1/message" &[],
        Some(r#"{"Text":"سلام \"دنیا\"","Numbers":["09123456789","09350000000"]}"#), "{}");
}

#[tokio::test]
async fn asks_what_was_sent() {
    assert_wire!(|sms: Client| sms.messages("1404/01/01", "1404/01/31") => GET "/api/v1/messages" SPAN, None, "[]");
    assert_wire!(|sms: Client| sms.message("4711") => GET "/api/v1/messages/4711" &[], None, "{}");
    assert_wire!(|sms: Client| sms.messages_of_line(LINE) => GET "/api/v1/messages/number/30001234" &[], None, "[]");
    assert_wire!(|sms: Client| sms.deliveries("a/b?c") => GET "/api/v1/deliveries/a%2Fb%3Fc" &[], None, "[]");
}

#[tokio::test]
async fn asks_what_came_in() {
    assert_wire!(|sms: Client| sms.received("1404/01/01", "1404/01/31") => GET "/api/v1/recived-messages" SPAN, None, "[]");
    assert_wire!(|sms: Client| sms.received_by_id("7") => GET "/api/v1/recived-messages/7" &[], None, "{}");
    assert_wire!(|sms: Client| sms.received_on_line(LINE) => GET "/api/v1/recived-messages/virtaul-number/30001234" &[], None, "[]");
    assert_wire!(|sms: Client| sms.unread() => GET "/api/v1/recived-messages/unread" &[], None, "[]");
    assert_wire!(|sms: Client| sms.unread_between("1404/01/01", "1404/01/31") => GET "/api/v1/recived-messages/date/unread" SPAN, None, "[]");
    assert_wire!(|sms: Client| sms.unread_on_line(LINE) => GET "/api/v1/recived-messages/virtaul-number/30001234/unread" &[], None, "[]");
}

#[tokio::test]
async fn asks_for_the_credit() {
    assert_wire!(|sms: Client| sms.credit() => GET "/api/v1/credit" &[], None, "12500.50");
    assert_wire!(|sms: Client| sms.credits("1404/01/01", "1404/01/31") => GET "/api/v1/credits" SPAN, None, "[]");
    assert_wire!(|sms: Client| sms.latest_credits(10) => GET "/api/v1/credits/10" &[], None, "[]");
}

/// What stands under one text goes together.
#[tokio::test]
async fn sends_a_bulk() {
    let server = MockServer::start_async().await;
    let (sms, login) = login(&server).await;
    let mut expected = Vec::new();
    for body in [
        r#"{"Text":"سلام \"سارا\"","Numbers":["09123456789","09360000000"]}"#,
        r#"{"Text":"سلام رضا","Numbers":["09350000000"]}"#,
        r#"{"Text":"باز هم","Numbers":["09123456789"]}"#,
    ] {
        let mock = server.mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/message")
                .header("authorization", "Bearer not-a-real-token")
                .header("content-type", "application/json")
                .body(body);
            then.status(200)
                .body(r#"{"status":200,"data":{"id":7,"detail":[{"recID":1,"number":"9123456789"},{"recID":2,"number":"9350000000"},{"recID":3,"number":"9360000000"}]},"errors":[]}"#);
        });
        expected.push(mock.await);
    }
    let rows = [
        ("۰۹۱۲ ۳۴۵ ۶۷۸۹", "سلام \"سارا\""),
        ("+98 (935) 000-0000", "سلام رضا"),
        ("٠٩٣٦٠٠٠٠٠٠٠", "سلام \"سارا\""),
        (ONE, "باز هم"),
    ];
    let rows = rows.map(|(to, text)| (to.parse::<Mobile>().unwrap(), text));
    let mut outcomes = sms.bulk().send_all(rows);
    let mut ids = Vec::new();
    while let Some(row) = outcomes.next().await {
        let receipt = row.outcome().receipt().unwrap();
        ids.push((row.index(), receipt.id().unwrap().to_owned()));
    }
    ids.sort();
    let ids: Vec<_> = ids.iter().map(|(index, id)| (*index, &**id)).collect();
    assert_eq!(ids, [(0, "1"), (1, "2"), (2, "3"), (3, "1")]);
    login.assert_calls_async(1).await;
    for mock in expected {
        mock.assert_calls_async(1).await;
    }
}
