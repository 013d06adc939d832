use std::sync::LazyLock;

use aparat_api::{Client, Code, Effect, Error, OrderKind};
use http_core::RetryPolicy;
use http_core::text::same;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::exchange::{Exchange, Wire, run};
use crate::secrets::Parts;
use crate::verdict::judge;

const TOKEN: &str = "zq/9+W=xK7~vJ&fake\"رمز";
static PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[TOKEN]));

/// The document's errors, as far as they are the same in every order.
const REFUSALS: [&str; 4] = [
    "ارگومان وارد شده اشتباه است",
    "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لطفا حساب خود را شارژ کنید",
    "invalid request",
    "token invalid",
];

thread_local! {
    static BENCH: (Client, Wire) = {
        let wire = Wire::default();
        let builder = Client::builder(TOKEN).retry(RetryPolicy::never()).transport(wire.clone());
        (builder.build().unwrap(), wire)
    };
}

/// An answer of the orders' panel.
pub fn aparat(data: &[u8]) {
    let exchange = Exchange::read(data, &["account", "order", "status"], &[TOKEN]);
    BENCH.with(|(client, wire)| {
        wire.play([], &exchange.response);
        match exchange.call {
            "account" => judge_call(
                &exchange,
                run(client.account().send()).map(|it| view(&it, it.message(), it.fields())),
            ),
            "order" => {
                let order = client.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100);
                let order = run(order.send());
                if let Ok(order) = &order {
                    assert!(order.id().is_none_or(|id| !id.trim().is_empty()), "{order:?}");
                }
                if let Err(error) = &order {
                    assert!(!error.is_retryable(), "{error:?}");
                }
                judge_call(&exchange, order.map(|it| view(&it, it.message(), it.fields())));
            }
            _ => {
                let status = run(client.order_status("fake0001").send());
                // A failed order's status is data; it is known by its state.
                let is_data = status.as_ref().is_ok_and(|it| it.state().is_some());
                let status = status.map(|it| View {
                    is_data,
                    ..view(&it, it.message(), it.fields())
                });
                judge_call(&exchange, status);
            }
        }
        assert_eq!(wire.requests(), 1, "no call is sent twice");
    });
}

struct View {
    shown: String,
    message: Option<String>,
    fields: Map<String, Value>,
    is_data: bool,
}

fn view<T: Serialize + std::fmt::Debug>(
    answer: &T,
    message: Option<&str>,
    fields: &Map<String, Value>,
) -> View {
    View {
        shown: format!("{answer:?}{}", serde_json::to_string(answer).unwrap()),
        message: message.map(str::to_owned),
        fields: fields.clone(),
        is_data: false,
    }
}

fn judge_call(exchange: &Exchange<'_>, outcome: Result<View, Error>) {
    match outcome {
        Ok(view) => judge_success(exchange, &view),
        Err(error) => {
            let only_reads = exchange.call != "order";
            judge(&error, exchange.status(), only_reads, &PARTS);
            if error.effect() == Effect::None && !only_reads {
                let documented = !matches!(error.code(), Some(Code::Unknown(_)));
                let in_words = error.message().is_some_and(|it| !it.trim().is_empty());
                assert!(documented || in_words, "nobody said why: {error:?}");
                if !exchange.status().is_success() {
                    assert!(documented, "a gateway may speak so: {error:?}");
                }
                if exchange.status().is_server_error() {
                    let is_object = exchange.response.body().contains(&b'{');
                    assert!(is_object, "a gateway may speak so: {error:?}");
                }
            }
        }
    }
}

fn judge_success(exchange: &Exchange<'_>, view: &View) {
    PARTS.assert_not_in(&view.shown);
    assert!(exchange.status().is_success(), "{}", view.shown);
    let body = exchange.response.body().trim_ascii_end();
    assert!(
        body.ends_with(b"}") || body.ends_with(b"\"") || !body.is_ascii(),
        "cut short: {}",
        view.shown
    );

    let plain = exchange.json();
    let says_no = |status: Option<&Value>| {
        let no = status.is_some_and(|it| *it == false || *it == 0 || *it == "false" || *it == "error");
        no && !view.is_data
    };
    assert!(!says_no(plain.get("status")), "a refusal: {}", view.shown);
    if exchange.call == "order" {
        let status = view
            .fields
            .iter()
            .chain(nested(&view.fields))
            .find(|(key, _)| same(key, "status"));
        let (_, status) = status.expect("an order without a status");
        assert!(
            !matches!(status, Value::Array(_) | Value::Object(_)),
            "{}",
            view.shown
        );
        for (key, value) in nested(&view.fields) {
            assert!(
                !(same(key, "status") && says_no(Some(value))),
                "a refusal inside: {}",
                view.shown
            );
        }
    }
    if let Some(message) = &view.message {
        let refused = REFUSALS.iter().any(|text| same(text, message));
        assert!(!refused, "a refusal's words: {}", view.shown);
    }
}

fn nested(fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    ["data", "result"]
        .into_iter()
        .filter_map(|key| fields.get(key)?.as_object())
        .flatten()
}
