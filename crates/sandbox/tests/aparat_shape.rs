//! Each switch of what the document leaves open.

#![allow(clippy::unwrap_used)]

mod common;

use common::{account, order, status};
use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::{Aparat, AparatShape, Spacing};
use serde_json::{Value, json};

async fn shaped(shape: AparatShape) -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.aparat().set_shape(shape);
    sandbox
}

/// The `status` of an account, of a refused order, and of an order's status.
async fn statuses(sandbox: &Sandbox) -> [Value; 3] {
    order(sandbox, "100").await;
    let id = sandbox.aparat().orders()[0].id().to_owned();
    [
        account(sandbox).await,
        order(sandbox, "1").await,
        status(sandbox, &id).await,
    ]
    .map(|reply| reply.json()["status"].clone())
}

#[tokio::test]
async fn status_in_every_form() {
    let shape = AparatShape::new;
    for (shape, expected) in [
        (
            shape().status_number().status_bool(),
            [json!(true), json!(false), json!(true)],
        ),
        (shape().status_number(), [json!(1), json!(0), json!(1)]),
        (
            shape().status_text("ok", "error"),
            [json!("ok"), json!("error"), json!("ok")],
        ),
        (
            shape().state_in_status(),
            [json!(true), json!(false), json!("pending")],
        ),
        (
            shape().state_in_status().status_number(),
            [json!(1), json!(0), json!(0)],
        ),
        (
            shape().state_in_status().status_text("ok", "error"),
            [json!("ok"), json!("error"), json!("pending")],
        ),
    ] {
        assert_eq!(statuses(&shaped(shape).await).await, expected);
    }
}

#[tokio::test]
async fn keys() {
    let sandbox = shaped(
        AparatShape::new()
            .id_key("order_id")
            .balance_key("credit")
            .state_key("order_status"),
    )
    .await;
    assert_eq!(account(&sandbox).await.json()["credit"], 100_000);
    let id = order(&sandbox, "100").await.json()["order_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply = status(&sandbox, &id).await.json();
    assert_eq!(reply["order_status"], "pending");
    assert_eq!(reply.get("state"), None);
}

#[tokio::test]
async fn state_in_status_has_no_other_key() {
    let sandbox = shaped(AparatShape::new().state_in_status()).await;
    order(&sandbox, "100").await;
    sandbox.advance(std::time::Duration::from_secs(10));
    let reply = status(&sandbox, sandbox.aparat().orders()[0].id()).await.json();
    assert_eq!(
        reply,
        json!({ "status": "completed", "message": "سفارش شما انجام شد", "delivered": 100 })
    );
}

#[tokio::test]
async fn no_id() {
    let sandbox = shaped(AparatShape::new().no_id()).await;
    assert_eq!(
        order(&sandbox, "100").await.json(),
        json!({ "status": true, "message": "سفارش شما ثبت شد" })
    );
    assert_eq!(
        status(&sandbox, sandbox.aparat().orders()[0].id()).await.json()["state"],
        "pending"
    );
}

#[tokio::test]
async fn an_id_that_is_a_number() {
    let sandbox = shaped(AparatShape::new().numeric_ids()).await;
    let id = order(&sandbox, "100").await.json()["uniqid"].as_u64().unwrap();
    assert!(id > u64::from(u32::MAX));
    assert_eq!(status(&sandbox, &id.to_string()).await.json()["state"], "pending");
}

#[tokio::test]
async fn numbers_as_text() {
    let sandbox = shaped(AparatShape::new().numbers_as_text().numeric_ids()).await;
    assert_eq!(account(&sandbox).await.json()["balance"], "100000");
    let id = order(&sandbox, "100").await.json()["uniqid"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(status(&sandbox, &id).await.json()["delivered"], "0");
}

#[tokio::test]
async fn echo() {
    let sandbox = shaped(AparatShape::new().echo()).await;
    let reply = order(&sandbox, "100").await.json();
    let id = reply["uniqid"].as_str().unwrap();
    assert_eq!(
        reply,
        json!({ "status": true, "message": "سفارش شما ثبت شد", "uniqid": id, "token": Aparat::TOKEN,
                "link": common::LINK, "count": 100, "type": "like" })
    );
    let reply = status(&sandbox, id).await.json();
    assert_eq!(
        (&reply["token"], &reply["uniqid"]),
        (&json!(Aparat::TOKEN), &json!(id))
    );
    assert_eq!(account(&sandbox).await.json()["token"], Aparat::TOKEN);
    let reply = order(&sandbox, "many").await.json();
    assert_eq!(
        (&reply["status"], &reply["count"], &reply["token"]),
        (&json!(false), &json!("many"), &json!(Aparat::TOKEN))
    );
}

#[tokio::test]
async fn errors_as_bare_text() {
    let sandbox = shaped(AparatShape::new().bare_text_errors().junk(AparatShape::BOM)).await;
    assert_eq!(common::call(&sandbox, &[]).await.body, "\u{feff}token invalid");
    assert_eq!(
        account(&sandbox)
            .await
            .body
            .trim_start_matches('\u{feff}')
            .chars()
            .next(),
        Some('{')
    );
}

#[tokio::test]
async fn escaped() {
    let plain = shaped(AparatShape::new().echo()).await;
    let escaped = shaped(AparatShape::new().echo().escaped()).await;
    let (plain, escaped) = (order(&plain, "100").await, order(&escaped, "100").await);
    assert!(escaped.body.is_ascii());
    assert!(escaped.body.contains(r"\u0633\u0641\u0627\u0631\u0634") && escaped.body.contains(r"https:\/\/"));
    assert_eq!(escaped.json(), plain.json());

    let sandbox = shaped(AparatShape::new().escaped().status_text("😀", "")).await;
    assert!(account(&sandbox).await.body.contains(r"\ud83d\ude00"));
    assert_eq!(account(&sandbox).await.json()["status"], "😀");
}

#[tokio::test]
async fn letters_and_spaces() {
    let shape = AparatShape::new;
    for (shape, expected) in [
        (
            shape().spacing(Spacing::AsDocumented),
            "تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید",
        ),
        (
            shape().spacing(Spacing::HalfSpaces),
            "تعداد وارد\u{200c}شده غیر\u{200c}مجاز است لطفا در بازه 50 تا 7000 وارد کنید",
        ),
        (
            shape().spacing(Spacing::Joined),
            "تعداد واردشده غیرمجاز است لطفا در بازه 50 تا 7000 وارد کنید",
        ),
        (
            shape().arabic_letters(),
            "تعداد وارد شده غير مجاز است لطفا در بازه 50 تا 7000 وارد كنيد",
        ),
        (
            shape()
                .arabic_letters()
                .spacing(Spacing::Joined)
                .bare_text_errors(),
            "تعداد واردشده غيرمجاز است لطفا در بازه 50 تا 7000 وارد كنيد",
        ),
    ] {
        let body = order(&shaped(shape).await, "1").await.body;
        assert!(body.contains(expected), "{body} has no {expected}");
    }
}

#[tokio::test]
async fn junk_and_content_type() {
    for junk in [AparatShape::BOM, AparatShape::PHP_WARNING] {
        let sandbox = shaped(AparatShape::new().junk(junk).content_type("application/json")).await;
        let reply = account(&sandbox).await;
        assert!(reply.body.strip_prefix(junk).unwrap().starts_with('{'));
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    for none in ["", "line\nbreak"] {
        let sandbox = shaped(AparatShape::new().content_type(none)).await;
        assert_eq!(account(&sandbox).await.header("content-type"), None);
    }
}
