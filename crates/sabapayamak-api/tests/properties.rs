//! Any JSON object under HTTP 200: no panic, no wrong refusal, nothing wrongly sent.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use sabapayamak_api::bytes::Bytes;
use sabapayamak_api::http::Response;
use sabapayamak_api::{Client, Code, Effect, RecipientOutcome};
use serde_json::{Map, Value, json};
use support::{ONE, TEXT, TWO, client};

static SMS: LazyLock<Client> = LazyLock::new(|| client([]).0);

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![
            Just(200),
            Just(401),
            Just(0),
            Just(14),
            Just(23),
            Just(4001),
            Just(7)
        ]
        .prop_map(Value::from),
        "09123456789|401|14|200|\\PC{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            object(inner)
        ]
    })
}

fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = "(?i)status|data|errors|code|detail|number|recID|id|message|\\PC{0,4}";
    let members = prop::collection::btree_map(key, values, 0..5);
    members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

/// An answer that has the envelope, more often than not.
fn answer() -> impl Strategy<Value = Value> {
    let envelope = (value(), prop::collection::vec(object(value()), 0..3), value());
    let envelope = envelope.prop_map(|(status, detail, errors)| {
        json!({"status": status, "data": {"id": 1, "detail": detail}, "errors": errors})
    });
    prop_oneof![object(value()), envelope]
}

/// By this test's own reading: what stands under a name, in any case of letters.
fn under<'a>(of: &'a Value, name: &str) -> Vec<&'a Value> {
    let members = of.as_object().into_iter().flatten();
    let found = members.filter(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null());
    found.map(|it| it.1).collect()
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn any_object_under_200(body in answer()) {
        let response = Response::new(Bytes::from(body.to_string()));
        match SMS.send(TEXT, [ONE, TWO]).read(&response) {
            Ok(sent) => {
                prop_assert!(!under(&body, "data").is_empty() && !under(&body, "status").is_empty(), "{}", body);
                for recipient in sent.recipients() {
                    let fields = Value::Object(recipient.fields().clone());
                    let statuses: Vec<_> = under(&fields, "status").into_iter().map(word).collect();
                    match recipient.outcome() {
                        RecipientOutcome::Sent { record_id, .. } => {
                            prop_assert!(under(&fields, "recID").iter().any(|it| word(it) == *record_id));
                            prop_assert!(!statuses.contains(&"14".to_owned()), "{}", body);
                        }
                        RecipientOutcome::Refused { status, .. } => {
                            prop_assert!(statuses.contains(&status.to_string()), "{}", body);
                        }
                        _ => {}
                    }
                }
            }
            Err(error) if error.effect() == Effect::None => {
                let data = under(&body, "data");
                let says_nothing = |it: &&Value| matches!(word(it).as_str(), "" | "[]" | "{}" | "false");
                prop_assert!(data.iter().all(says_nothing), "refused: {} {}", body, error);
                prop_assert!(!matches!(error.code(), None | Some(Code::ServerFailure | Code::Unknown(_))));
            }
            Err(_) => {}
        }
        // It marks what it gives as read.
        if let Err(error) = SMS.unread().read(&response) {
            let says_nothing = |it: &&Value| matches!(word(it).as_str(), "" | "[]" | "{}" | "false");
            let is_refusal = error.code().is_some() && under(&body, "data").iter().all(says_nothing);
            prop_assert!(error.effect() == Effect::Unknown || is_refusal, "refused: {} {}", body, error);
        }
        let _ = SMS.deliveries("7").read(&response);
        let _ = (SMS.credit().read(&response), SMS.credits("1404/01/01", "1404/01/02").read(&response));
    }
}
