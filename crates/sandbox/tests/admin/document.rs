//! The document of the admin API says what the API is, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use http::Request;
use jsonschema::Validator;
use payvand_sandbox::bytes::Bytes;
use serde_json::{Value, json};

use super::api::{self, with_one_of_everything};

fn document() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi/sandbox/admin.yaml");
    let mut document: Value = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // What a schema does not name is not in an answer, or it would be undocumented.
    for (_, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        if schema.get("properties").is_some() {
            schema["additionalProperties"] = json!(false);
        }
    }
    document
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref") {
        Some(place) => document
            .pointer(place.as_str().unwrap().trim_start_matches('#'))
            .unwrap(),
        None => value,
    }
}

fn validator(document: &Value, schema: &Value) -> Validator {
    let mut root = document.clone();
    root.as_object_mut()
        .unwrap()
        .extend(schema.as_object().unwrap().clone());
    jsonschema::draft202012::new(&root).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    each.collect()
}

#[test]
fn every_route_stands_in_the_document_and_no_other() {
    let source = include_str!("../../src/admin.rs");
    let (_, table) = source.split_once("fn table()").unwrap();
    let (table, _) = table.split_once("\n}\n").unwrap();
    let routes: BTreeSet<_> = table
        .split("\"/")
        .skip(1)
        .flat_map(|route| {
            let (path, handlers) = route.split_once('"').unwrap();
            let path = format!("/_sandbox/{path}").trim_end_matches('/').to_owned();
            let methods = ["get", "post", "put", "patch", "delete"];
            let methods = methods
                .into_iter()
                .filter(|method| handlers.contains(&format!("{method}(")));
            methods
                .map(|method| (method.to_uppercase(), path.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    let documented: BTreeSet<_> = operations(&document())
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    assert!(routes.len() > 30);
    assert_eq!(routes, documented);
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        if path == "/_sandbox/events" {
            continue;
        }
        let name = operation["operationId"].as_str().unwrap();
        let mut target = path.clone();
        let mut has_header = false;
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(&document, parameter);
            has_header |= parameter["name"] == "X-Payvand-Sandbox";
            if parameter["in"] == "path" {
                let example = parameter["example"].to_string();
                let place = format!("{{{}}}", parameter["name"].as_str().unwrap());
                target = target.replace(&place, example.trim_matches('"'));
            }
        }
        assert_eq!(has_header, method != "GET", "{name}");

        let content = &operation["requestBody"]["content"]["application/json"];
        let examples = content["examples"]
            .as_object()
            .map_or(vec![Value::Null], |examples| {
                examples.values().map(|it| it["value"].clone()).collect()
            });
        for body in examples {
            if !body.is_null() {
                let problems = validator(&document, &content["schema"]);
                assert!(problems.is_valid(&body), "{name}: {body}");
            }
            let sandbox = with_one_of_everything().await;
            let body = (!body.is_null()).then_some(&body);
            let path = target.trim_start_matches("/_sandbox");
            let answer = api::ask(&sandbox, &method, path, body).await;
            let status = answer.status.as_u16().to_string();
            let response = &operation["responses"][&status];
            assert!(
                answer.status.is_success() && response.is_object(),
                "{name}: {status} {}",
                answer.text
            );
            match response.get("content") {
                None => assert!(answer.text.is_empty(), "{name}: {}", answer.text),
                Some(content) => {
                    let schema = &content[&answer.media]["schema"];
                    let json = answer.json();
                    let validator = validator(&document, schema);
                    let problems: Vec<_> = validator
                        .iter_errors(&json)
                        .map(|error| format!("{error} at {}", error.instance_path()))
                        .collect();
                    assert!(problems.is_empty(), "{name}: {problems:?} in {json}");
                    let is_list = json
                        .as_object()
                        .unwrap()
                        .values()
                        .next()
                        .is_some_and(Value::is_array);
                    let is_empty = json.as_object().unwrap().values().any(|it| *it == json!([]));
                    assert!(!is_list || !is_empty, "{name} shows nothing: {json}");
                }
            }
        }
    }
}

/// Method, path, body, and the status and words that answer them.
type Refused = (&'static str, &'static str, Value, u16, &'static str);

#[allow(clippy::too_many_lines, reason = "it is a table")]
fn refused() -> Vec<Refused> {
    vec![
        ("GET", "/nothing", json!(null), 404, "no such path"),
        ("GET", "/", json!(null), 404, "no such path"),
        ("GET", "/reset", json!(null), 405, "another method"),
        ("POST", "/settings", json!({}), 405, "another method"),
        (
            "GET",
            "/requests/0",
            json!(null),
            404,
            "no request of this number",
        ),
        (
            "GET",
            "/requests/x",
            json!(null),
            404,
            "no request of this number",
        ),
        ("GET", "/requests?limit=-1", json!(null), 400, "limit"),
        (
            "GET",
            "/requests?limits=1",
            json!(null),
            400,
            "unknown field `limits`",
        ),
        ("GET", "/orders?secrets=yes", json!(null), 400, "secrets"),
        (
            "DELETE",
            "/faults/77",
            json!(null),
            404,
            "no fault of this number",
        ),
        ("DELETE", "/links/none", json!(null), 404, "no link has this hash"),
        ("POST", "/faults", json!(null), 400, "the body"),
        (
            "POST",
            "/faults",
            json!({"fault": "closd"}),
            400,
            "no fault has the name",
        ),
        (
            "POST",
            "/clock/advance",
            json!({"seconds": -1}),
            400,
            "goes only forward",
        ),
        ("POST", "/clock/advance", json!({"seconds": "1"}), 400, "the body"),
        (
            "POST",
            "/links",
            json!({"token": "a", "count": 100_001}),
            400,
            "at most 100000",
        ),
        (
            "PUT",
            "/accounts",
            json!({"provider": "telegram"}),
            400,
            "the body",
        ),
        (
            "PUT",
            "/accounts",
            json!({"provider": "aparat", "token": "a"}),
            400,
            "balance",
        ),
        (
            "PUT",
            "/accounts",
            json!({"provider": "smsafzar", "username": "nobody", "balance": 1}),
            404,
            "no account",
        ),
        (
            "PUT",
            "/accounts",
            json!({"provider": "sabapayamak", "username": "a", "password": "b"}),
            400,
            "given together",
        ),
        (
            "POST",
            "/tokens/revoke",
            json!({"provider": "aparat"}),
            400,
            "sabapayamak or smsafzar",
        ),
        (
            "POST",
            "/inbound-messages",
            json!({"provider": "podlink", "sender": "1", "line": "2", "text": "3"}),
            400,
            "sabapayamak or smsafzar",
        ),
        (
            "PATCH",
            "/settings",
            json!({"aparat": {"order_seconds": 1, "shape": {"ids": "x"}}}),
            400,
            "unknown variant `x`",
        ),
        (
            "PATCH",
            "/settings",
            json!({"smsafzar": {"token_seconds": 1e300}}),
            400,
            "seconds",
        ),
        ("PATCH", "/settings", json!({"smsafsar": {}}), 400, "smsafsar"),
    ]
}

#[tokio::test]
async fn refusals_are_problems_and_change_nothing() {
    let document = document();
    let problem = validator(&document, &json!({"$ref": "#/components/schemas/Problem"}));
    let sandbox = with_one_of_everything().await;
    let everything = async || {
        let mut all = Vec::new();
        for path in [
            "/settings",
            "/accounts",
            "/faults",
            "/orders",
            "/links",
            "/inbound-messages",
        ] {
            all.push(api::get(&sandbox, path).await);
        }
        all
    };
    let before = everything().await;
    for (method, path, body, status, detail) in refused() {
        let body = (!body.is_null()).then_some(&body);
        let answer = api::ask(&sandbox, method, path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert_eq!(answer.media, "application/problem+json");
        let json = answer.json();
        assert!(problem.is_valid(&json), "{json}");
        assert!(
            json["detail"].as_str().unwrap().contains(detail),
            "{method} {path}: {json}"
        );
    }
    assert_eq!(everything().await, before);

    // Without the header nothing is changed, and nothing is read by another page.
    for (method, path) in [("POST", "/reset"), ("DELETE", "/requests"), ("PUT", "/accounts")] {
        let request = Request::builder().method(method).uri(format!("/_sandbox{path}"));
        let answer = api::send(&sandbox, request.body(Bytes::new()).unwrap())
            .await
            .unwrap();
        assert_eq!(
            (answer.status.as_u16(), &*answer.media),
            (403, "application/problem+json")
        );
    }
    let read = Request::get("/_sandbox/requests").header("origin", "http://evil.example");
    let answer = api::send(&sandbox, read.body(Bytes::new()).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status, 403);
    assert_eq!(everything().await, before);
}
