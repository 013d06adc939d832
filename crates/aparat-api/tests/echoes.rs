//! An answer may repeat the token.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use aparat_api::testing::Step;
use serde_json::{Value, json};
use support::{TOKEN, answered, leaks, order, php};

/// The token, as an answer may repeat it.
fn echoes() -> Vec<Value> {
    vec![
        json!({"status": true, "uniqid": "x1", "token": TOKEN}),
        json!({"status": true, "uniqid": "x1", TOKEN: 1}),
        json!({"status": true, "uniqid": "x1", "message": format!("hello {TOKEN}!")}),
        json!({"status": true, "uniqid": "x1", "data": {"a": [[{"b": TOKEN}]]}}),
        json!({"status": true, "uniqid": "x1", "link": format!("https://h/?token={TOKEN}&a=b")}),
        json!({"status": true, "uniqid": "x1", "cut": &TOKEN[..TOKEN.len() - 5]}),
        json!({"status": true, "uniqid": "x1", "cut": format!("…{}", &TOKEN[5..])}),
        json!({"status": true, "uniqid": "x1", "twice": format!("{TOKEN}{TOKEN}")}),
        json!({"status": true, "uniqid": "x1", "encoded": TOKEN.replace('-', "%2D")}),
    ]
}

#[tokio::test]
async fn an_echo_of_the_token_is_taken_out_of_answers() {
    for body in echoes() {
        let order = order(Step::answer(200, php(&body))).await.unwrap();
        assert_eq!(order.id(), Some("x1"), "{body}");
        let account = answered(Step::answer(200, php(&body))).account().await.unwrap();
        let status = answered(Step::answer(200, php(&body)))
            .order_status("x1")
            .await
            .unwrap();
        let json = serde_json::to_string(&(&order, &account, &status)).unwrap();
        let printed = format!("{order:?}{account:?}{status:?}{json}");
        assert!(!leaks(&printed), "{printed}");
    }
}

#[tokio::test]
async fn an_echo_of_the_token_is_taken_out_of_errors() {
    let mut bodies: Vec<String> = Vec::new();
    for mut body in echoes() {
        for status in [json!(false), json!("a word"), json!(null)] {
            body["status"] = status;
            body["msg"] = json!(format!("no: {TOKEN}"));
            bodies.extend([body.to_string(), php(&body), format!("{body}]")]);
        }
    }
    for text in [
        format!("token invalid {}", &TOKEN[..10]),
        format!("<html>{TOKEN}"),
        format!("Warning: {{{TOKEN}}}"),
        format!("{}{TOKEN}", "x".repeat(190)),
        format!("[\"{TOKEN}\"]"),
        json!(format!("a {TOKEN}")).to_string(),
    ] {
        bodies.push(text);
    }
    for body in bodies {
        for status in [200, 403, 502] {
            let Err(error) = order(Step::answer(status, body.clone())).await else {
                panic!("{body}");
            };
            let printed = format!(
                "{error} {error:?} {error:#?} {:?} {:?}",
                error.message(),
                error.code()
            );
            assert!(!leaks(&printed), "{printed}");
        }
    }
}
