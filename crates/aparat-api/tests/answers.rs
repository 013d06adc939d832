//! What a success may look like: the document leaves its fields open.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use aparat_api::testing::Step;
use aparat_api::{Effect, Kind, OrderState, RetryPolicy};
use serde_json::{Value, json};
use support::{PLACED, TOKEN, WRONG_ARGUMENT, answered, order, php, refused};

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
