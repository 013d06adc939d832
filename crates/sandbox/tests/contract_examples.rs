//! The examples of the contracts: each keeps to its own schema, each answer is what the client says it is, and each
//! request is what the client sends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod contract;
mod pages;

use aparat_api::testing::{ScriptedTransport, Step};
use bytes::Bytes;
use contract::clients::make;
use contract::{Example, contract};
use http::Request;
use http::header::CONTENT_TYPE;
use payvand_sandbox::Sandbox;
use serde_json::{Value, json};
use url::form_urlencoded;

#[test]
fn every_example_keeps_to_its_schema() {
    let mut count = 0;
    for name in contract::names() {
        let contract = contract(name);
        for operation in contract.operations() {
            let examples = operation
                .request_examples()
                .into_iter()
                .chain(operation.answer_examples());
            for Example {
                name: example,
                schema,
                value,
                ..
            } in examples
            {
                let problems = contract.problems(&schema, value);
                assert!(problems.is_empty(), "{name}, {example}: {problems:?}");
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// An answer that belongs to no call must be found, or the test above proves nothing.
#[test]
fn what_is_wrong_is_told() {
    for (name, schema, wrong) in [
        ("aparat", "Answer", json!({"status": true})),
        ("aparat", "Answer", json!({"status": [], "message": ""})),
        ("podlink", "Envelope", json!({"hasError": []})),
        ("podlink", "LinkPage", json!({"totalCount": 1, "linkVos": [{}]})),
        (
            "sabapayamak",
            "Login",
            json!({"Username": "a", "Password": "b", "VirtualNumber": "c", "TokenValidDay": 366}),
        ),
        ("sabapayamak", "Session", json!({"Id": "1"})),
        ("sabapayamak-api", "Message", json!({"Text": "a", "Numbers": []})),
        ("sabapayamak-api", "Day", json!("1404/13/01")),
        ("smsafzar", "Session", json!({"token": ""})),
        ("smsafzar-api", "Recipient", json!("02112345678")),
        ("smsafzar-api", "Sender", json!("1000 1234")),
        ("smsafzar-api", "StatusQuery", json!({"sentMessageIds": ["a"]})),
    ] {
        let schema = contract::Contract::component(schema);
        assert!(
            !contract(name).problems(&schema, &wrong).is_empty(),
            "{schema}: {wrong}"
        );
    }
    let aparat = contract("aparat");
    let operation = aparat.operations().next().unwrap();
    let order = operation.arguments_schema(operation.call("order"));
    let problems = |link, count| {
        let arguments = json!({"link": link, "count": count, "type": "like"});
        aparat.problems(&order, &arguments).len()
    };
    assert_eq!(problems("https://a.example/ویدیو", 50), 0);
    assert_eq!(problems("https://a.example", 49), 1);
    assert_eq!(problems("no address", 50), 1);
}

/// The arguments as they stand in a request on its way to the wire.
fn arguments_of(request: &Request<Bytes>) -> Value {
    let is_json = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|it| it == "application/json");
    if is_json {
        return serde_json::from_slice(request.body()).unwrap();
    }
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let pairs = form_urlencoded::parse(query).chain(form_urlencoded::parse(request.body()));
    let pairs = pairs.filter(|(name, _)| name != "token");
    let value = |text: &str| match text {
        "true" | "false" => json!(text == "true"),
        _ => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |number| json!(number)),
    };
    pairs
        .map(|(name, text)| (name.into_owned(), value(&text)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn every_answer_is_what_the_client_says_it_is() {
    let mut count = 0;
    for provider in contract::names() {
        for operation in contract(provider).operations() {
            let requests = operation.request_examples();
            for answer in operation.answer_examples() {
                let Example { name, call, .. } = answer;
                let arguments = requests.iter().find(|it| it.call == call).unwrap().value;
                let body = match (answer.media, answer.value) {
                    ("application/json", value) => value.to_string(),
                    (_, value) => value.as_str().unwrap().to_owned(),
                };
                let script = ScriptedTransport::always(Step::answer(answer.status, body));
                let outcome = make(provider, call, arguments, script).await;
                assert_eq!(
                    outcome.code.as_deref(),
                    answer.code,
                    "{provider}, {name}: {}",
                    outcome.printed
                );
                if answer.code.is_none() {
                    assert!(
                        !outcome.printed.starts_with("Error"),
                        "{provider}, {name}: {}",
                        outcome.printed
                    );
                } else {
                    let call = format!("{}.{call}", provider.trim_end_matches("-api"));
                    assert!(
                        outcome.calls.contains(&&*call),
                        "{provider}, {name}: {:?}",
                        outcome.calls
                    );
                }
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}

#[tokio::test]
async fn every_request_is_what_the_client_sends() {
    let sandbox = Sandbox::builder().without_socket();
    for provider in contract::names() {
        for operation in contract(provider).operations() {
            for Example {
                name, call, value, ..
            } in operation.request_examples()
            {
                let script = ScriptedTransport::always(Step::unknown());
                make(provider, call, value, script.clone()).await;
                let [request]: [Request<Bytes>; 1] = script.requests().try_into().unwrap();
                sandbox.call(request.clone()).await;
                let recorded = sandbox.requests().pop().unwrap().call();
                assert_eq!(
                    recorded,
                    Some(call),
                    "{provider}, {name}: the sandbox's name of it"
                );
                let (method, path) = (
                    request.method().as_str().to_ascii_lowercase(),
                    request.uri().path(),
                );
                assert!(
                    operation.is_at(&method, path),
                    "{provider}, {name}: {method} {path}"
                );
                let mut arguments = arguments_of(&request);
                for (name, part) in operation.arguments_in(path) {
                    arguments[name] = json!(part);
                }
                assert_eq!(arguments, *value, "{provider}, {name}");
                // The rest of the table: what a call's own place says of it.
                let product = value.get("scProductId");
                assert_eq!(operation.call(call).get("product"), product, "{provider}, {name}");
            }
        }
    }
}
