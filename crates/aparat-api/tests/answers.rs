//! What the caller gets for every documented error, and for all that the document leaves open about answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fmt::Write as _;

use aparat_api::testing::Step;
use aparat_api::{Code, Effect, Error, Kind, OrderState, RetryPolicy};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{PLACED, REFUSED, TOKEN, answered, leaks, order};

const WRONG_ARGUMENT: &str = "ارگومان وارد شده اشتباه است";
const OVER_BALANCE: &str = "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لظفا حساب خود را شارژ کنید";
const OUT_OF_RANGE: &str = "تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید";

fn documented() -> [(&'static str, Code); 5] {
    [
        (WRONG_ARGUMENT, Code::InvalidParameters),
        (OVER_BALANCE, Code::BalanceExceeded),
        (
            OUT_OF_RANGE,
            Code::CountOutOfRange {
                allowed: Some(50..=7000),
            },
        ),
        ("invalid request", Code::InvalidRequest),
        ("token invalid", Code::InvalidToken),
    ]
}

/// The same words as other people and other keyboards write them.
fn spellings(text: &str) -> Vec<String> {
    let arabic = text.replace('ی', "ي").replace('ک', "ك");
    vec![
        text.to_owned(),
        format!("  {text} :\r\n"),
        arabic.clone(),
        arabic.replace(' ', "\u{200C}"),
        text.replace(' ', ""),
        text.replace(' ', "  "),
        text.replace(' ', "\u{A0}"),
        format!("{}!", text.replace(" .", "،").replace("لظفا", "لطفاً")),
        text.replace("ارگومان", "آرگومان").replace("بازه", "بازهٔ"),
        text.replace("50", "۵۰").replace("7000", "۷۰۰۰"),
        text.replace("50", "٥٠").replace("7000", "٧،٠٠٠"),
        text.to_uppercase(),
        format!("\u{202B}«{text}»\u{202C}"),
    ]
}

/// JSON as PHP writes it: everything but ASCII escaped, and the slash too.
fn php(value: &Value) -> String {
    let mut escaped = String::new();
    for unit in value.to_string().replace('/', "\\/").encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => write!(escaped, "\\u{unit:04x}").unwrap(),
        }
    }
    escaped
}

async fn refused(body: impl Into<Vec<u8>>) -> Error {
    let body = body.into();
    let shown = String::from_utf8_lossy(&body).into_owned();
    match order(Step::answer(200, body)).await {
        Ok(order) => panic!("{shown}: {order:?}"),
        Err(error) => error,
    }
}

/// Only a false `status` says that nothing was ordered: a gateway may use the same words.
#[tokio::test]
async fn every_documented_error_in_every_spelling_in_json_and_bare() {
    for (text, code) in documented() {
        for words in spellings(text) {
            let object = json!({"status": false, "message": words});
            for (body, effect) in [
                (object.to_string(), Effect::None),
                (php(&object), Effect::None),
                (
                    object.to_string().replace("\"status\"", "\"Status\""),
                    Effect::None,
                ),
                (words.clone(), Effect::Unknown),
                (format!("\u{FEFF}{words}"), Effect::Unknown),
                (php(&json!(words)), Effect::Unknown),
                (json!({"message": words}).to_string(), Effect::Unknown),
            ] {
                let error = refused(body.clone()).await;
                assert_eq!(error.kind(), Kind::Api, "{body}");
                assert_eq!(error.code(), Some(&code), "{body}");
                assert_eq!(error.effect(), effect, "{body}");
                assert_eq!(error.message().map(str::trim), Some(words.trim()), "{body}");
                assert_eq!(error.http_status().unwrap(), 200);
                assert_eq!((error.attempts(), error.is_retryable()), (1, false));
            }
        }
    }
}

#[tokio::test]
async fn every_call_knows_the_errors() {
    for (text, code) in documented() {
        let body = json!({"status": false, "message": text}).to_string();
        let account = answered(Step::answer(200, body.clone())).account().await;
        let status = answered(Step::answer(200, body)).order_status("1").await;
        for error in [account.unwrap_err(), status.unwrap_err()] {
            assert_eq!((error.code(), error.effect()), (Some(&code), Effect::None));
            assert_eq!(error.message(), Some(text));
        }
    }
}

#[tokio::test]
async fn the_range_is_read_out_of_its_message() {
    for (text, allowed) in [
        (
            "تعداد وارد شده غیر مجاز است لطفا در بازه 100 تا 10000 وارد کنید",
            Some(100..=10_000),
        ),
        (
            "تعداد وارد شده غیر مجاز است لطفا در بازه ۱۰۰ تا ۱۰٬۰۰۰ وارد کنید",
            Some(100..=10_000),
        ),
        (
            "تعداد 30 غیرمجاز است لطفا در بازه 50 تا 7,000 وارد کنید",
            Some(50..=7000),
        ),
        ("تعداد وارد شده غیر مجاز است", None),
        (
            "تعداد وارد شده غیر مجاز است لطفا در بازه 7000 تا 50 وارد کنید",
            None,
        ),
        (
            "تعداد وارد شده غیر مجاز است لطفا در بازه 1 تا 99999999999999999999 وارد کنید",
            None,
        ),
    ] {
        let error = refused(json!({"status": false, "message": text}).to_string()).await;
        assert_eq!(error.code(), Some(&Code::CountOutOfRange { allowed }), "{text}");
        assert_eq!(error.effect(), Effect::None);
    }
}

#[tokio::test]
async fn another_refusal_is_unknown_and_keeps_its_text() {
    let words = "سرویس موقتا در دسترس نیست <b>!</b>";
    for body in [
        json!({"status": false, "message": words}),
        json!({"status": "false", "msg": words}),
        json!({"status": 0, "Message": words}),
        json!({"status": "0", "message": null, "error": words}),
        json!({"status": "غلط", "message": "", "error": words}),
        json!({"result": {"status": false, "message": words}}),
        json!({"status": false, "data": {"message": words}}),
    ] {
        let error = refused(body.to_string()).await;
        assert_eq!(error.code(), Some(&Code::Unknown(words.into())), "{body}");
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Api, Effect::Unknown),
            "{body}"
        );
        assert_eq!(error.message(), Some(words), "{body}");
    }
}

/// Words that are no refusal of the document's, and a refusal with something beside it that says otherwise.
#[tokio::test]
async fn a_false_status_alone_is_no_refusal() {
    for (body, code) in [
        (
            json!({"status": false, "message": "سفارش با موفقیت ثبت شد"}),
            Code::Unknown("سفارش با موفقیت ثبت شد".into()),
        ),
        (json!({"status": 0, "message": "OK"}), Code::Unknown("OK".into())),
        (
            json!({"status": false, "message": "cURL error 28: Operation timed out"}),
            Code::Unknown("cURL error 28: Operation timed out".into()),
        ),
        (
            json!({"status": false, "message": "token invalid", "data": {"status": true}}),
            Code::InvalidToken,
        ),
        (
            json!({"status": false, "message": "invalid request", "uniqid": "5f0c1e2d3b4ag"}),
            Code::InvalidRequest,
        ),
        (
            json!({"status": false, "message": "invalid request", "result": {"order_id": 7}}),
            Code::InvalidRequest,
        ),
    ] {
        let error = refused(body.to_string()).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Api, Effect::Unknown),
            "{body}"
        );
        assert_eq!(error.code(), Some(&code), "{body}");
        let text = error.describe(aparat_api::Language::English);
        assert!(
            !matches!(code, Code::Unknown(_)) || text.contains("balance"),
            "{text}"
        );
    }
}

/// A refusal, and something beside it that leaves the order in doubt.
#[tokio::test]
async fn a_refusal_with_a_doubt_has_an_unknown_effect() {
    for (status, body, code) in [
        (200, json!({"status": false}), Code::Unknown(String::new())),
        (
            200,
            json!({"status": false, "message": ""}),
            Code::Unknown(String::new()),
        ),
        (
            200,
            json!({"status": false, "message": "pending", "uniqid": "5f0c1e2d3b4ag"}),
            Code::Unknown("pending".into()),
        ),
        (
            200,
            json!({"status": -1, "message": "no"}),
            Code::Unknown("no".into()),
        ),
        (
            200,
            json!({"status": "-1", "message": "no"}),
            Code::Unknown("no".into()),
        ),
        (
            200,
            json!({"status": -200, "message": "no"}),
            Code::Unknown("no".into()),
        ),
        (
            200,
            json!({"status": 404, "message": "no"}),
            Code::Unknown("no".into()),
        ),
        (
            200,
            json!({"status": "error", "message": "no"}),
            Code::Unknown("no".into()),
        ),
        (
            502,
            json!({"status": false, "message": "no"}),
            Code::Unknown("no".into()),
        ),
        (
            200,
            json!({"status": true, "message": "token invalid"}),
            Code::InvalidToken,
        ),
        (
            200,
            json!({"status": true, "message": "Invalid Token!"}),
            Code::InvalidToken,
        ),
        (
            200,
            json!({"status": true, "message": OVER_BALANCE}),
            Code::BalanceExceeded,
        ),
        (502, json!({"message": "Invalid request"}), Code::InvalidRequest),
        (
            502,
            json!({"status": 502, "message": "Invalid request"}),
            Code::InvalidRequest,
        ),
        (
            400,
            json!({"status": 400, "message": "The gateway took this for an invalid request from its client"}),
            Code::InvalidRequest,
        ),
    ] {
        let error = order(Step::answer(status, body.to_string())).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Api, "{body}");
        assert_eq!(error.effect(), Effect::Unknown, "{body}");
        assert_eq!(error.code(), Some(&code), "{body}");
        assert_eq!(error.attempts(), 1);
    }
    let error = order(Step::answer(503, "invalid request")).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::InvalidRequest), Effect::Unknown)
    );
}

#[tokio::test]
async fn a_documented_refusal_stands_whatever_the_http_status() {
    for status in [200, 201, 400, 401, 403, 404, 422, 429, 500, 502, 503] {
        let error = order(Step::answer(status, REFUSED)).await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::InvalidToken), "{status}");
        assert_eq!(error.effect(), Effect::None, "{status}");
        assert_eq!(error.http_status().unwrap(), status);
        assert_eq!(error.attempts(), 1);
    }
    for status in [200, 400, 401, 403] {
        let error = order(Step::answer(status, "token invalid")).await.unwrap_err();
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::Unknown)
        );
    }
}

#[tokio::test]
async fn words_of_a_placed_order_are_never_a_known_refusal() {
    for words in [
        "سفارش ثبت شد. تعداد 100. جزییات بیشتر در حساب کاربری",
        "سفارش ثبت شد، تعداد 100 در بازه زمانی 24 ساعت انجام میشود",
        "تعداد 100 لایک ثبت شد",
        "token accepted, no invalid request",
    ] {
        let placed = order(Step::answer(
            200,
            json!({"status": true, "message": words}).to_string(),
        ))
        .await;
        assert_eq!(placed.unwrap().message(), Some(words));
        for body in [json!({"message": words}).to_string(), words.to_owned()] {
            assert_eq!(refused(body.clone()).await.effect(), Effect::Unknown, "{body}");
        }
    }
}

#[tokio::test]
async fn a_status_that_means_yes() {
    for status in [
        json!(true),
        json!("true"),
        json!("True"),
        json!("1"),
        json!("۱"),
        json!(1),
        json!(1.0),
        json!(200),
        json!("200"),
        json!("ok"),
        json!("OK."),
        json!("success"),
        json!("Success!"),
        json!("درست"),
        json!("موفق"),
    ] {
        let body = json!({"status": status, "message": "ok", "uniqid": "x1"});
        let order = order(Step::answer(200, body.to_string())).await.unwrap();
        assert_eq!(
            (order.id(), order.message()),
            (Some("x1"), Some("ok")),
            "{status}"
        );
        answered(Step::answer(200, body.to_string()))
            .account()
            .await
            .unwrap();
        let state = answered(Step::answer(200, body.to_string()))
            .order_status("x1")
            .await
            .unwrap();
        assert_eq!(state.state(), None, "{status}");
    }
}

#[tokio::test]
async fn a_status_that_means_nothing_to_an_order() {
    for status in [
        json!(null),
        json!(""),
        json!(2),
        json!(100),
        json!(1.5),
        json!("1%"),
        json!("10"),
        json!("pending"),
        json!("در انتظار"),
        json!("not ok"),
        json!([true]),
        json!({"ok": true}),
    ] {
        let body = json!({"status": status, "message": "a word", "uniqid": "x1"});
        let error = refused(body.to_string()).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{status}"
        );
        assert_eq!(error.json_path(), Some("$.status"), "{status}");
        assert!(error.excerpt().unwrap().contains("a word"));
        assert_eq!(error.code(), None);
    }
    for status in [400, 502] {
        let error = order(Step::answer(status, r#"{"status":"open","message":"a word"}"#))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
    }
}

#[tokio::test]
async fn a_success_that_something_contradicts() {
    for status in [400, 404, 500, 502, 503] {
        let error = order(Step::answer(status, PLACED)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Status, Effect::Unknown),
            "{status}"
        );
        let once = |step| {
            let script = aparat_api::testing::ScriptedTransport::new([step]);
            support::builder(&script)
                .retry(RetryPolicy::never())
                .build()
                .unwrap()
        };
        let body = r#"{"status":true,"balance":5,"state":"completed"}"#;
        let error = once(Step::answer(status, body)).account().await.unwrap_err();
        assert_eq!(error.kind(), Kind::Status, "{status}");
        let error = once(Step::answer(status, body))
            .order_status("1")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Status, "{status}");
    }
    for body in [
        json!({"status": true, "data": {"status": false, "message": "no"}}),
        json!({"status": 1, "message": "ok", "result": {"status": "error"}}),
    ] {
        let error = refused(body.to_string()).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{body}"
        );
    }
}

#[tokio::test]
async fn an_id_under_any_of_its_names() {
    for (body, id) in [
        (json!({"uniqid": "5f0c1e2d3b4ag"}), Some("5f0c1e2d3b4ag")),
        (json!({"uniq_id": "a"}), Some("a")),
        (json!({"uniqueId": "a"}), Some("a")),
        (json!({"unique-id": "a"}), Some("a")),
        (json!({"ORDER_ID": "a"}), Some("a")),
        (json!({"orderid": 17}), Some("17")),
        (json!({"order": "a"}), Some("a")),
        (
            json!({"id": 12_345_678_901_234_567_890_u64}),
            Some("12345678901234567890"),
        ),
        (json!({"id": "۱۲"}), Some("۱۲")),
        (json!({"data": {"uniqid": "a"}}), Some("a")),
        (json!({"result": {"id": 5}}), Some("5")),
        (json!({"uniqid": null, "order_id": "a"}), Some("a")),
        (json!({"uniqid": "", "order_id": "a"}), Some("a")),
        (json!({"order": {"x": 1}, "id": "a"}), Some("a")),
        (
            json!({"uniqid": "a", "id": 7, "data": {"uniqid": "b"}}),
            Some("a"),
        ),
        (json!({}), None),
        (json!({"uniqid": null}), None),
        (json!({"uniqid": false}), None),
        (json!({"uniqid": ["a"]}), None),
        (json!({"code": "a"}), None),
    ] {
        let mut answer = json!({"status": true, "message": "ok", "cost": 100});
        answer
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        let order = order(Step::answer(200, php(&answer))).await.unwrap();
        assert_eq!(order.id(), id, "{answer}");
        assert_eq!(
            Value::Object(order.fields().clone()),
            answer,
            "every field is kept"
        );
        let printed = serde_json::to_value(&order).unwrap();
        assert_eq!(printed["id"], json!(id));
    }
}

#[tokio::test]
async fn a_balance_under_any_of_its_names() {
    for (body, balance) in [
        (json!({"status": true, "balance": 1500}), Some(1500)),
        (json!({"status": true, "Balance": "1500"}), Some(1500)),
        (json!({"status": true, "credit": "1,500"}), Some(1500)),
        (json!({"status": true, "charge": "۱۵۰۰"}), Some(1500)),
        (json!({"status": true, "mojodi": "١٬٥٠٠"}), Some(1500)),
        (json!({"status": true, "remain": 1500.0}), Some(1500)),
        (json!({"status": true, "coin": "1500.00"}), Some(1500)),
        (json!({"status": true, "amount": " -20 "}), Some(-20)),
        (json!({"status": true, "balance": 0}), Some(0)),
        (json!({"status": true, "data": {"balance": 7}}), Some(7)),
        (json!({"status": true, "balance": null, "credit": 7}), Some(7)),
        (json!({"status": true, "balance": "much", "credit": 7}), Some(7)),
        (json!({"status": "active", "balance": 7}), Some(7)),
        (json!({"balance": 7}), Some(7)),
        (json!({"status": true, "balance": 12.5}), None),
        (json!({"status": true, "balance": "12.5"}), None),
        (json!({"status": true, "balance": 1e300}), None),
        (json!({"status": true, "balance": "99999999999999999999"}), None),
        (json!({"status": true, "balance": ""}), None),
        (json!({"status": true, "balance": "-"}), None),
        (json!({"status": true, "plan": "gold"}), None),
        (
            json!({"status": true, "message": "موجودی شما ۱۵۰۰ عدد است"}),
            None,
        ),
    ] {
        let account = answered(Step::answer(200, php(&body))).account().await.unwrap();
        assert_eq!(account.balance(), balance, "{body}");
        assert_eq!(
            Value::Object(account.fields().clone()),
            body,
            "every field is kept"
        );
        assert_eq!(account.message(), body["message"].as_str());
    }
    let echo = answered(Step::answer(200, json!({"token": TOKEN}).to_string()))
        .account()
        .await
        .unwrap();
    assert_eq!(echo.fields()["token"], "[redacted]", "the document's own sample");
}

#[tokio::test]
async fn an_orders_state_is_data() {
    use OrderState::{Canceled, Completed, Failed, InProgress, Other, Pending};
    for (body, state) in [
        (json!({"status": "completed"}), Some(Completed)),
        (json!({"status": "Completed."}), Some(Completed)),
        (json!({"status": "در حال انجام"}), Some(InProgress)),
        (json!({"status": "درحال\u{200C}انجام"}), Some(InProgress)),
        (json!({"status": "in_progress"}), Some(InProgress)),
        (json!({"status": "لغو شد"}), Some(Canceled)),
        (json!({"status": "failed"}), Some(Failed)),
        (
            json!({"status": "ناموفق", "message": "ویدیو حذف شده"}),
            Some(Failed),
        ),
        (json!({"status": "on hold"}), Some(Other("on hold".into()))),
        (json!({"status": "50%"}), Some(Other("50%".into()))),
        (json!({"status": 2}), Some(Other("2".into()))),
        (json!({"status": "3"}), Some(Other("3".into()))),
        (json!({"status": true, "state": "pending"}), Some(Pending)),
        (
            json!({"status": true, "order_status": "new"}),
            Some(Other("new".into())),
        ),
        (json!({"status": 1, "vaziat": 4}), Some(Other("4".into()))),
        (
            json!({"status": true, "data": {"status": "completed"}}),
            Some(Completed),
        ),
        (
            json!({"status": true, "data": {"status": "failed"}}),
            Some(Failed),
        ),
        (
            json!({"status": true, "result": {"state": "on hold"}}),
            Some(Other("on hold".into())),
        ),
        (json!({"status": true, "message": "تکمیل شده"}), Some(Completed)),
        (json!({"status": false, "message": "لغو شده"}), Some(Canceled)),
        (json!({"status": true, "message": "سفارش شما در صف است"}), None),
        (json!({"status": true, "state": null}), None),
    ] {
        let status = answered(Step::answer(200, php(&body)))
            .order_status("1")
            .await
            .unwrap();
        assert_eq!(status.state(), state.as_ref(), "{body}");
        assert_eq!(
            Value::Object(status.fields().clone()),
            body,
            "every field is kept"
        );
        let end = matches!(state, Some(Completed | Canceled | Failed));
        assert_eq!(status.state().is_some_and(OrderState::is_final), end, "{body}");
    }
    for body in [
        json!({"status": false, "message": "سفارش یافت نشد"}),
        json!({"status": false, "state": "none", "message": "سفارش یافت نشد"}),
        json!({"status": 3, "message": "token invalid"}),
        json!({"status": "completed", "message": WRONG_ARGUMENT}),
    ] {
        let error = answered(Step::answer(200, php(&body)))
            .order_status("1")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Api, Effect::None),
            "{body}"
        );
    }
}

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

#[tokio::test]
async fn junk_ahead_of_the_answer() {
    let warning = "<br />\n<b>Warning</b>: Undefined array key \"x\" in <b>/var/www/api.php</b> on line <b>3</b><br />\n";
    for junk in [
        "\u{FEFF}",
        "\u{FEFF}\u{FEFF}",
        " \r\n\t",
        "\n\u{FEFF}\n",
        warning,
        "PHP Notice:  {closure}(): x in {main} {\n",
        "Array\n(\n    [0] => {a}\n)\n",
        "[Sat Jan 01 00:00:00] notice: ",
        "Response: ",
        "{} ",
        "{\"debug\":{\"a\":1}}\n",
    ] {
        let body = format!("{junk}{PLACED}\n");
        let order = order(Step::answer(200, body.clone())).await;
        assert_eq!(order.unwrap().id(), Some("5f0c1e2d3b4ag"), "{body}");
        let error = refused(format!("{junk}{REFUSED}")).await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::None)
        );
    }
}

#[tokio::test]
async fn junk_behind_the_answer() {
    for junk in [
        "\n<!-- cache -->",
        "<!-- cached -->",
        "<br />\n<b>Deprecated</b>: x in <b>/var/www/api.php</b> on line <b>9</b><br />",
        "\u{FEFF}",
        "}",
        "\n{\"took\":3}",
    ] {
        let placed = order(Step::answer(200, format!("{PLACED}{junk}"))).await;
        assert_eq!(placed.unwrap().id(), Some("5f0c1e2d3b4ag"), "{junk}");
        let error = refused(format!("{REFUSED}{junk}")).await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::None),
            "{junk}"
        );
    }
}

#[tokio::test]
async fn one_odd_field_never_loses_an_order() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(20_000), close.repeat(20_000));
        format!(r#""a":{open}1{close},"uniqid":"x1""#)
    };
    let (deep_list, deep_object) = (deep("[", "]"), deep(r#"{"a":"#, "}"));
    for (odd, id) in [
        (deep_list.as_str(), Some("x1")),
        (deep_object.as_str(), Some("x1")),
        (r#""note":"a\ud83d","uniqid":"x1""#, Some("x1")),
        (r#""uniqid":"x1\udc00""#, Some("x1\u{FFFD}")),
        (r#""rate":1e400,"uniqid":"x1""#, Some("x1")),
        (r#""uniqid":98765432109876543210"#, Some("98765432109876543210")),
        (r#""uniqid":9.876543210987654e+19"#, None),
    ] {
        let body = format!(r#"{{"status":true,"message":"ok",{odd}}}"#);
        let placed = order(Step::answer(200, body.clone())).await.unwrap();
        assert_eq!(placed.id(), id, "{odd:.80}");
    }
}

#[tokio::test]
async fn a_status_in_two_spellings_is_no_answer() {
    for body in [
        r#"{"status":true,"Status":false,"uniqid":"x1"}"#,
        r#"{"status":false,"STATUS":true,"message":"token invalid"}"#,
        r#"{"status":true,"uniqid":"x1","uniq_id":"x2"}"#,
        r#"{"status":true,"data":{"status":true,"Status":false},"uniqid":"x1"}"#,
    ] {
        let error = refused(body).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_answer_is_looked_for_at_32_braces() {
    for (before, is_found) in [(31, true), (32, false)] {
        let body = format!("{}{PLACED}", "{ Notice\n".repeat(before));
        let order = order(Step::answer(200, body)).await;
        assert_eq!(order.is_ok(), is_found, "{before}");
    }
}

#[tokio::test]
async fn json_in_a_json_string() {
    for junk in ["", "\u{FEFF}", "\n"] {
        let body = format!("{junk}{}", json!(PLACED));
        assert_eq!(
            order(Step::answer(200, body)).await.unwrap().id(),
            Some("5f0c1e2d3b4ag")
        );
        let error = refused(format!("{junk}{}", php(&json!(REFUSED)))).await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::None)
        );
    }
}

#[tokio::test]
async fn the_content_type_means_nothing() {
    for content_type in [
        "text/html; charset=UTF-8",
        "text/plain",
        "application/json",
        "image/png",
        "",
    ] {
        let step = Step::answer(200, PLACED).header("content-type", content_type);
        assert!(order(step).await.is_ok(), "{content_type}");
    }
}

/// Answers that are not one whole object of the provider, and what the error says about them.
fn no_answers() -> Vec<(&'static str, Vec<u8>)> {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(PLACED.encode_utf16().flat_map(u16::to_le_bytes));
    vec![
        ("empty", Vec::new()),
        ("empty", b" \r\n".to_vec()),
        ("empty", "\u{FEFF}".into()),
        ("empty", b"\"\"".to_vec()),
        (
            "not UTF-8",
            b"{\"status\":true,\"message\":\"\xD3\xDD\xC7\"}".to_vec(),
        ),
        ("not UTF-8", utf16),
        ("not UTF-8", vec![0x1F, 0x8B, 8, 0, 0xFF]),
        ("no JSON object", b"true".to_vec()),
        ("no JSON object", b"1".to_vec()),
        ("no JSON object", b"null".to_vec()),
        ("no JSON object", b"ok".to_vec()),
        ("no JSON object", "سفارش شما ثبت شد".into()),
        ("no JSON object", b"{}".to_vec()),
        ("no JSON object", b"{\"uniqid\":\"x1\"}".to_vec()),
        ("no JSON object", b"{\"status\":null}".to_vec()),
        ("no JSON object", format!("[{PLACED}]").into()),
        ("no JSON object", format!("[{PLACED}").into()),
        ("no JSON object", format!("[{PLACED}, {PLACED}").into()),
        ("no JSON object", format!("{PLACED}{REFUSED}").into()),
        ("no JSON object", format!("{REFUSED}\n{PLACED}").into()),
        ("no JSON object", format!("{{\"data\":{PLACED}").into()),
        (
            "no JSON object",
            format!("{{\"status\":false,\"a\":1,\"result\":{PLACED}").into(),
        ),
        (
            "no JSON object",
            format!("{{\"status\":true,\"uniqid\":\"x\",\"log\":{REFUSED}").into(),
        ),
        (
            "no JSON object",
            format!("{{'status':false,\"result\":{PLACED}").into(),
        ),
        ("no JSON object", format!("{{status:true,'log':{REFUSED}").into()),
        (
            "a key stands twice",
            b"{\"status\":true,\"status\":false}".to_vec(),
        ),
        (
            "a key stands twice",
            b"{\"status\":false,\"status\":true,\"message\":\"token invalid\"}".to_vec(),
        ),
        (
            "a key stands twice",
            b"{\"status\":true,\"a\":1,\"a\":{\"status\":true}}".to_vec(),
        ),
        (
            "no JSON object",
            json!(json!(PLACED).to_string()).to_string().into(),
        ),
        ("no JSON object", "{".repeat(100_000).into()),
        ("no JSON object", "{\"a\":".repeat(100_000).into()),
        (
            "no JSON object",
            b"<!DOCTYPE html><title>token invalid</title>".to_vec(),
        ),
        (
            "no JSON object",
            format!("<script>var x = {PLACED}</script>").into(),
        ),
        (
            "no JSON object",
            b"This gateway has seen an invalid request, a token invalid for it, and much more.".to_vec(),
        ),
    ]
}

/// It is neither a success nor certainly a refusal.
#[tokio::test]
async fn what_is_no_answer_of_the_providers() {
    for (detail, body) in no_answers() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let error = refused(body.clone()).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{shown}"
        );
        assert_eq!(error.json_path(), Some("$"), "{shown}");
        assert!(error.to_string().contains(detail), "{error}: {shown}");
        assert_eq!((error.code(), error.message()), (None, None));
        assert!(error.excerpt().unwrap().chars().count() <= 201);
        for status in [403, 502] {
            let error = order(Step::answer(status, body.clone())).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Status, Effect::Unknown),
                "{shown}"
            );
            assert_eq!(error.http_status().unwrap(), status);
        }
    }
}

#[tokio::test]
async fn an_answer_cut_short_anywhere() {
    let nested = json!({
        "data": {"status": true, "message": "ok", "uniqid": "x1"}, "list": [{"status": true}],
        "message": "token invalid", "status": false,
    })
    .to_string();
    for whole in [PLACED, REFUSED, nested.as_str()] {
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let error = refused(&whole[..end]).await;
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Decode, Effect::Unknown),
                "{}",
                &whole[..end]
            );
        }
    }
}

#[tokio::test]
async fn redirects_say_nothing() {
    for status in [300, 301, 302, 303, 304, 307, 308] {
        for body in [PLACED, REFUSED, "token invalid", ""] {
            let error = order(Step::answer(status, body)).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Status, Effect::Unknown),
                "{status} {body}"
            );
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("true".to_owned()),
        Just("ok".to_owned()),
        Just("token invalid".to_owned()),
        Just(TOKEN.to_owned()),
        ".{0,12}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5_i64..600).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("status".to_owned()),
        Just("message".to_owned()),
        Just("uniqid".to_owned()),
        Just("balance".to_owned()),
        Just("data".to_owned()),
        Just(TOKEN.to_owned()),
        ".{0,6}"
    ];
    leaf.prop_recursive(3, 20, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// All three calls take it; an order succeeds only if `may_succeed`; nothing shows the token.
fn take(status: u16, body: &[u8], may_succeed: bool) -> Result<(), TestCaseError> {
    run(async {
        let step = || Step::answer(status, body.to_vec());
        let order = order(step()).await;
        let shown = String::from_utf8_lossy(body);
        prop_assert!(order.is_err() || may_succeed, "{}: {:?}", shown, order);
        let account = answered(step()).account().await;
        let state = answered(step()).order_status("1").await;
        let printed = format!("{order:?}{account:?}{state:?}");
        prop_assert!(!leaks(&printed), "{}", printed);
        Ok(())
    })
}

/// Only a plain yes at the top level (or, if there is none, further inside) means an order.
fn says_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => number
            .as_f64()
            .is_some_and(|n| (1.0..=1.0).contains(&n) || (200.0..300.0).contains(&n)),
        Value::String(text) => matches!(
            text.to_lowercase().trim(),
            "true" | "ok" | "1" | "yes" | "success"
        ),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes(status in 200_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        take(status, &body, false)?;
    }

    #[test]
    fn any_text(status in 200_u16..600, body in "[\\PC\\s]{0,120}") {
        take(status, body.as_bytes(), false)?;
    }

    #[test]
    fn any_json_value(status in prop_oneof![Just(200_u16), 200_u16..600], body in any_json()) {
        let yes = body.as_object().is_some_and(|map| {
            let nested = map.get("data").and_then(|data| data.get("status"));
            let top = map.get("status").filter(|status| !status.is_null());
            top.or(nested).is_some_and(says_yes)
        });
        let success = (200..300).contains(&status) && yes;
        take(status, body.to_string().as_bytes(), success)?;
        take(status, php(&body).as_bytes(), success)?;
        take(status, json!(body.to_string()).to_string().as_bytes(), success)?;
    }

    #[test]
    fn a_placed_order_with_a_byte_changed(at in 0..PLACED.len(), byte: u8) {
        let mut body = PLACED.as_bytes().to_vec();
        body[at] = byte;
        let yes = serde_json::from_slice::<Value>(&body)
            .is_ok_and(|value| value.get("status").is_some_and(says_yes));
        // A changed key is still read where only its case or its punctuation changed.
        let folded = String::from_utf8_lossy(&body).to_lowercase().contains("\"status\":true");
        take(200, &body, yes || folded)?;
    }
}
