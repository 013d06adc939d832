//! What each documented answer becomes, and that answer with something around it, in it or against it: the committed table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

mod support;

use aparat_api::bytes::Bytes;
use aparat_api::http::Response;
use aparat_api::testing::ScriptedTransport;
use aparat_api::{Error, OrderKind};
use payvand_answer_table::{Documented, assert_committed, table};
use support::builder;

/// The document's five.
const REFUSALS: [(&str, &str); 5] = [
    ("wrong argument", "ارگومان وارد شده اشتباه است"),
    (
        "balance",
        "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لظفا حساب خود را شارژ کنید",
    ),
    (
        "count",
        "تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید",
    ),
    ("invalid request", "invalid request"),
    ("token invalid", "token invalid"),
];

const SUCCESSES: [(&str, &str); 3] = [
    ("account", r#"{"status":true,"message":"ok","balance":100000}"#),
    (
        "order",
        r#"{"status":true,"message":"سفارش شما ثبت شد","uniqid":"5f0c1e2d3b4ag"}"#,
    ),
    (
        "state",
        r#"{"status":"completed","message":"انجام شد","uniqid":"5f0c1e2d3b4ag"}"#,
    ),
];

fn documented() -> Vec<Documented> {
    let mut all = Vec::new();
    for (call, success) in SUCCESSES {
        let with = |more: &str| success.replacen('{', &format!("{{{more},"), 1);
        all.push(Documented {
            name: format!("{call} success"),
            json: success.to_owned(),
            wrap: str::to_owned,
            contradictions: vec![
                ("a false status inside", with(r#""data":{"status":false}"#)),
                (
                    "the words of a refusal",
                    r#"{"status":true,"message":"token invalid"}"#.to_owned(),
                ),
                ("no status", r#"{"message":"ok"}"#.to_owned()),
            ],
        });
        for (name, words) in REFUSALS {
            let refusal = format!(r#"{{"status":false,"message":"{words}"}}"#);
            let with = |more: &str| refusal.replacen('{', &format!("{{{more},"), 1);
            all.push(Documented {
                name: format!("{call} {name}"),
                wrap: str::to_owned,
                contradictions: vec![
                    ("an id beside", with(r#""uniqid":"5f0c1e2d3b4ag""#)),
                    ("a true status inside", with(r#""data":{"status":true}"#)),
                    ("a true status", refusal.replace("false", "true")),
                    ("a word as status", refusal.replace("false", "\"error\"")),
                    ("no status", format!(r#"{{"message":"{words}"}}"#)),
                    ("the bare words", words.to_owned()),
                    (
                        "other words",
                        r#"{"status":false,"message":"سفارش با موفقیت ثبت شد"}"#.to_owned(),
                    ),
                ],
                json: refusal,
            });
        }
    }
    all
}

#[test]
fn each_answer_is_what_the_table_says() {
    let aparat = builder(&ScriptedTransport::default()).build().unwrap();
    let read = |name: &str, body: String| -> Result<String, Error> {
        let response = Response::new(Bytes::from(body));
        match name.split(' ').next().unwrap() {
            "account" => {
                let account = aparat.account().read(&response)?;
                Ok(format!("{:?} {:?}", account.balance(), account.message()))
            }
            "order" => {
                let order = aparat
                    .order(OrderKind::Like, support::LINK, 100)
                    .read(&response)?;
                Ok(format!("{:?} {:?}", order.id(), order.message()))
            }
            _ => {
                let status = aparat.order_status("5f0c1e2d3b4ag").read(&response)?;
                Ok(format!("{:?} {:?}", status.state(), status.message()))
            }
        }
    };
    assert_committed(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt"),
        &table(&documented(), read),
    );
}
