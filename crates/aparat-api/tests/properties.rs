//! Any bytes are taken, and none of them makes an order that was not placed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use aparat_api::testing::Step;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{PLACED, TOKEN, answered, leaks, order, php};

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
