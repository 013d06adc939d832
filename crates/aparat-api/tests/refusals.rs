//! What the caller gets for every documented error, however it is written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use aparat_api::testing::Step;
use aparat_api::{Code, Effect, Kind};
use serde_json::json;
use support::{REFUSED, WRONG_ARGUMENT, answered, order, php, refused};

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
