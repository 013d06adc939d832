//! Any JSON object under HTTP 200: no panic, no wrong refusal, nothing wrongly sent.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use smsafzar_api::bytes::Bytes;
use smsafzar_api::http::Response;
use smsafzar_api::{Call, Client, Code, Effect, Error, Sent};
use support::{LINE, NUMBER, TEXT, client};

static SMS: LazyLock<Client> = LazyLock::new(|| client([]).0);

const KEYS: [&str; 3] = ["errorcode", "errormessage", "validationerrors"];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just(401), Just(0), Just(1001)].prop_map(Value::from),
        "\\PC{0,8}|401|3f2504e0-4f89-41d3-9a0c-0305e82c330[0-9]".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = "(?i)errorCode|errorMessage|validationErrors|batchId|messageId|id|ids|messages|data|result|status|\\PC{0,6}";
    let members = prop::collection::btree_map(key, values, 0..5);
    members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

fn read(call: &impl Call<Output = Sent, Code = Code>, body: &Value) -> Result<Sent, Error> {
    call.read(&Response::new(Bytes::from(body.to_string())))
}

/// By this test's own reading: the object speaks of an error.
fn speaks_of_an_error(body: &Value) -> bool {
    let mut members = body.as_object().unwrap().iter();
    members.any(|(key, value)| KEYS.contains(&&*key.to_ascii_lowercase()) && !value.is_null())
}

/// The one answer under HTTP 200 that says that nothing was done.
fn is_refused_token(body: &Value) -> bool {
    let is_401 = |value: &Value| *value == json!(401) || *value == json!("401");
    let members = body.as_object().unwrap();
    let code = members
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case("errorCode"));
    code.is_some_and(|(_, code)| is_401(code))
        && members
            .keys()
            .all(|key| KEYS.contains(&&*key.to_ascii_lowercase()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_object_under_200(body in object(value())) {
        let sms = &*SMS;
        let outcomes = [
            read(&sms.send(LINE, NUMBER, TEXT), &body),
            read(&sms.send_bulk().from(LINE).text(TEXT).to(NUMBER).to("9350000000"), &body),
            read(&sms.template("a").to(NUMBER), &body),
        ];
        for outcome in outcomes {
            match outcome {
                Ok(_) => prop_assert!(!speaks_of_an_error(&body), "sent: {}", body),
                Err(error) if error.effect() == Effect::None => {
                    prop_assert!(is_refused_token(&body), "refused: {} {}", body, error);
                }
                Err(_) => {}
            }
        }
        let response = Response::new(Bytes::from(body.to_string()));
        match sms.cancel("7").read(&response) {
            Ok(_) => prop_assert!(!speaks_of_an_error(&body), "cancelled: {}", body),
            Err(error) if error.effect() == Effect::None => prop_assert!(is_refused_token(&body), "{}", body),
            Err(_) => {}
        }
        let _ = sms.status(["a"]).read(&response);
        let _ = (sms.received(1).read(&response), sms.balance().read(&response));
    }
}

#[test]
fn sent_unknown_and_a_refused_token_are_told_apart() {
    let call = SMS.send(LINE, NUMBER, TEXT);
    assert!(read(&call, &json!({"batchId": 7})).is_ok());
    let unknown = read(&call, &json!({"errorCode": 401, "batchId": 7})).unwrap_err();
    assert_eq!(unknown.effect(), Effect::Unknown);
    let refused = read(&call, &json!({"ErrorCode": "401", "errorMessage": null})).unwrap_err();
    assert_eq!(refused.effect(), Effect::None);
}
