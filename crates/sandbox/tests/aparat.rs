//! Every documented call and error of the Aparat panel.

mod common;

use std::time::Duration;

use common::{LINK, account, call, order, request, status, target};
use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::{Aparat, OrderState};
use serde_json::json;

const WRONG_ARGUMENT: &str = "ارگومان وارد شده اشتباه است";
const ABOVE_BALANCE: &str = "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لظفا حساب خود را شارژ کنید";
const OUT_OF_RANGE: &str = "تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید";

/// An error has the text, HTTP 200, and no effect.
async fn assert_refused(sandbox: &Sandbox, query: &[(&str, &str)], text: &str) {
    let reply = call(sandbox, query).await;
    assert_eq!(reply.status, 200, "{query:?}");
    assert_eq!(
        reply.json(),
        json!({ "status": false, "message": text }),
        "{query:?}"
    );
    assert!(sandbox.aparat().orders().is_empty(), "{query:?}");
}

#[tokio::test]
async fn the_account() {
    let sandbox = Sandbox::start().await.unwrap();
    let reply = account(&sandbox).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=UTF-8"));
    assert_eq!(
        reply.json(),
        json!({ "status": true, "message": "موجودی حساب شما دریافت شد", "balance": 100_000 })
    );
    assert!(
        reply.body.starts_with(r#"{"status":true,"message":"#),
        "{}",
        reply.body
    );

    sandbox.aparat().add_account("sandbox-other", 7);
    assert_eq!(
        call(&sandbox, &[("token", "sandbox-other")]).await.json()["balance"],
        7
    );
}

#[tokio::test]
async fn an_order_of_each_kind_is_charged_and_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let aparat = sandbox.aparat();
    let persian = "https://www.aparat.com/v/ویدیو?a=1&b=2#بخش";
    for (kind, link) in [
        ("like", LINK),
        ("view", persian),
        ("follow", "http://www.aparat.com/user"),
    ] {
        let query = [
            ("token", Aparat::TOKEN),
            ("link", link),
            ("count", "100"),
            ("type", kind),
        ];
        let reply = call(&sandbox, &query).await.json();
        let placed = aparat.orders().pop().unwrap();
        assert_eq!(
            reply,
            json!({ "status": true, "message": "سفارش شما ثبت شد", "uniqid": placed.id() })
        );
        assert_eq!((placed.kind(), placed.link(), placed.count()), (kind, link, 100));
        assert_eq!(
            (placed.token(), placed.state()),
            (Aparat::TOKEN, OrderState::Pending)
        );
        assert!(placed.placed_at() <= sandbox.now());
    }
    assert_eq!(aparat.balance(Aparat::TOKEN), Some(99_700));
    assert_eq!(account(&sandbox).await.json()["balance"], 99_700);
    assert_eq!(aparat.balance(Aparat::POOR_TOKEN), Some(60));

    let mut ids: Vec<String> = aparat
        .orders()
        .iter()
        .map(|order| order.id().to_owned())
        .collect();
    for id in &ids {
        assert_eq!(id.len(), 13);
        assert!(
            id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
            "{id}"
        );
        assert!(id.bytes().any(|b| b > b'f'), "{id} is no hex number");
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn an_order_moves_on_with_the_clock() {
    let sandbox = Sandbox::start().await.unwrap();
    let aparat = sandbox.aparat();
    aparat.set_order_duration(Duration::from_secs(1000));
    let id = order(&sandbox, "900").await.json()["uniqid"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply = status(&sandbox, &id).await.json();
    assert_eq!(
        reply,
        json!({ "status": true, "message": "سفارش شما در صف انجام است", "state": "pending", "delivered": 0 })
    );

    sandbox.advance(Duration::from_secs(500));
    let reply = status(&sandbox, &id).await.json();
    assert_eq!(reply["state"], "in_progress");
    let delivered = reply["delivered"].as_u64().unwrap();
    assert!((400..500).contains(&delivered), "{delivered}");
    assert_eq!(aparat.orders()[0].state(), OrderState::InProgress);

    sandbox.advance(Duration::from_secs(500));
    let reply = status(&sandbox, &id).await.json();
    assert_eq!(
        reply,
        json!({ "status": true, "message": "سفارش شما انجام شد", "state": "completed", "delivered": 900 })
    );

    aparat.set_order_duration(Duration::ZERO);
    order(&sandbox, "50").await;
    assert_eq!(aparat.orders()[1].state(), OrderState::Completed);
}

#[tokio::test]
async fn token_invalid() {
    let sandbox = Sandbox::start().await.unwrap();
    let order = [
        ("token", "sandbox-unknown"),
        ("link", "no link"),
        ("count", "1"),
        ("type", "none"),
    ];
    for query in [
        &[][..],
        &[("token", "")],
        &[("token", "sandbox-unknown")],
        &order,
        &order[1..],
    ] {
        assert_refused(&sandbox, query, "token invalid").await;
    }
}

#[tokio::test]
async fn invalid_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = ("token", Aparat::TOKEN);
    let (link, count, kind, id) = (
        ("link", LINK),
        ("count", "100"),
        ("type", "like"),
        ("uniqid", "x"),
    );
    for query in [
        &[token, link, count][..],
        &[token, link, kind],
        &[token, count, kind],
        &[token, link],
        &[token, count],
        &[token, kind],
        &[token, link, count, kind, id],
        &[token, count, id],
        &[token, ("uniqid", "")],
        &[token, ("link", ""), count, kind],
        &[token, link, ("count", ""), kind],
        &[token, link, count, ("type", "")],
        &[token, link, ("count", "many"), kind],
        &[token, link, ("count", "100.5"), kind],
        &[token, link, ("count", "۱۰۰"), kind],
        // a malformed argument comes before a wrong one
        &[token, ("link", "no link"), ("count", "many"), ("type", "none")],
    ] {
        assert_refused(&sandbox, query, "invalid request").await;
    }
}

#[tokio::test]
async fn wrong_argument() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = ("token", Aparat::TOKEN);
    let (link, count, kind) = (("link", LINK), ("count", "100"), ("type", "like"));
    for query in [
        &[token, link, count, ("type", "comment")][..],
        &[token, link, count, ("type", "Like")],
        &[token, ("link", "www.aparat.com/v/abcd"), count, kind],
        &[token, ("link", "ftp://www.aparat.com/v/abcd"), count, kind],
        &[token, ("link", "https://"), count, kind],
        &[token, ("uniqid", "5f0000000001g")],
        // the arguments come before the range
        &[token, link, ("count", "1"), ("type", "comment")],
    ] {
        assert_refused(&sandbox, query, WRONG_ARGUMENT).await;
    }
}

#[tokio::test]
async fn the_order_of_another_account_is_unknown() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = order(&sandbox, "100").await.json()["uniqid"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply = call(&sandbox, &[("token", Aparat::POOR_TOKEN), ("uniqid", &id)])
        .await
        .json();
    assert_eq!(reply, json!({ "status": false, "message": WRONG_ARGUMENT }));
}

#[tokio::test]
async fn count_out_of_range() {
    let sandbox = Sandbox::start().await.unwrap();
    // the poor account: the range comes before the balance
    for count in ["49", "0", "-100", "7001", "99999999999999999999999"] {
        let query = [
            ("token", Aparat::POOR_TOKEN),
            ("link", LINK),
            ("count", count),
            ("type", "like"),
        ];
        assert_refused(&sandbox, &query, OUT_OF_RANGE).await;
    }
    assert_eq!(order(&sandbox, "50").await.json()["status"], true);
    assert_eq!(order(&sandbox, "7000").await.json()["status"], true);

    sandbox.aparat().set_count_range(10..=20);
    let reply = order(&sandbox, "21").await.json();
    assert_eq!(
        reply["message"],
        OUT_OF_RANGE.replace("50", "10").replace("7000", "20")
    );
    assert_eq!(order(&sandbox, "10").await.json()["status"], true);
}

#[tokio::test]
async fn count_above_balance() {
    let sandbox = Sandbox::start().await.unwrap();
    let query = |count| {
        [
            ("token", Aparat::POOR_TOKEN),
            ("link", LINK),
            ("count", count),
            ("type", "view"),
        ]
    };
    assert_refused(&sandbox, &query("61"), ABOVE_BALANCE).await;
    assert_eq!(sandbox.aparat().balance(Aparat::POOR_TOKEN), Some(60));
    assert_eq!(call(&sandbox, &query("60")).await.json()["status"], true);
    assert_eq!(sandbox.aparat().balance(Aparat::POOR_TOKEN), Some(0));
    assert_eq!(
        call(&sandbox, &query("50")).await.json()["message"],
        ABOVE_BALANCE
    );
}

#[tokio::test]
async fn orders_at_the_same_time_never_overdraw() {
    let sandbox = std::sync::Arc::new(Sandbox::start().await.unwrap());
    sandbox.aparat().add_account(Aparat::TOKEN, 1000);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let sandbox = sandbox.clone();
        tasks.spawn(async move { order(&sandbox, "50").await.json()["status"] == true });
    }
    let placed = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|placed| *placed)
        .count();
    assert_eq!((placed, sandbox.aparat().orders().len()), (20, 20));
    assert_eq!(sandbox.aparat().balance(Aparat::TOKEN), Some(0));
}

#[tokio::test]
async fn get_only() {
    let sandbox = Sandbox::start().await.unwrap();
    let target = target(&common::order_query("100"));
    for method in ["POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH"] {
        let reply = request(&sandbox, method, &target).await.unwrap();
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET")),
            "{method}"
        );
    }
    assert!(sandbox.aparat().orders().is_empty());
    assert_eq!(sandbox.aparat().request_count(), 6);
}

#[tokio::test]
async fn the_last_of_a_repeated_argument_counts_and_unknown_ones_do_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let reply = call(
        &sandbox,
        &[
            ("token", "sandbox-unknown"),
            ("lang", "fa"),
            ("token", Aparat::TOKEN),
        ],
    )
    .await;
    assert_eq!(reply.json()["status"], true);
}
