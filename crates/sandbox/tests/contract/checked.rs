//! A sandbox that fails the test if an answer does not match its provider's contract.

use std::ops::Deref;
use std::{io, thread};

use http::header::CONTENT_TYPE;
use payvand_sandbox::{RecordedRequest, Sandbox};
use serde_json::Value;
use url::form_urlencoded;

use super::{Contract, Operation, contracts_of, text};

/// It checks every recorded answer when it is dropped, at the end of a test.
pub(crate) struct Checked(Sandbox);

impl Checked {
    pub(crate) async fn start() -> io::Result<Self> {
        Sandbox::builder().record_answers().start().await.map(Self)
    }
}

impl Deref for Checked {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.0
    }
}

impl Drop for Checked {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        for request in self.0.requests() {
            if let Err(problem) = check(&request) {
                let body = request.answer().map_or(&[][..], |it| it.body());
                let body = String::from_utf8_lossy(body);
                panic!(
                    "{} {}: {problem}
{body}",
                    request.method(),
                    request.path()
                );
            }
        }
    }
}

pub(crate) fn check(request: &RecordedRequest) -> Result<(), String> {
    let (Some(provider), Some(answer)) = (request.provider(), request.answer()) else {
        return Ok(());
    };
    let method = request.method().as_str().to_ascii_lowercase();
    let operations = contracts_of(provider).flat_map(Contract::operations);
    let operations = operations.filter(|it| it.is_at(&method, request.path()));
    // Other paths of a provider, which its contracts leave open, and methods that it does not have.
    let Some(operation) = operations.min_by_key(|it| it.open_parts()) else {
        return Ok(());
    };
    let status = answer.status().as_u16();
    if answer.body().is_empty() && operation.answers_without_body(status) {
        return Ok(());
    }
    let body = std::str::from_utf8(answer.body()).map_err(|error| error.to_string())?;
    let json = json_in(body);
    let label = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let label = label.split(';').next().unwrap_or_default().trim();
    let media = if json.is_some() { "application/json" } else { label };
    let value = json.unwrap_or_else(|| Value::from(body));
    let schema = [media, "text/html"]
        .into_iter()
        .find_map(|media| operation.answer_schema(status, media));
    let schema = schema.ok_or_else(|| format!("the contract has no answer with HTTP {status} of {media}"))?;
    let mut problems = operation.contract().problems(&schema, &value);
    if let Some((schema, part)) = own_part(operation, provider, request, &value) {
        problems.extend(operation.contract().problems(&schema, &part));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

/// The JSON of a body, after whatever PHP may have written before it.
fn json_in(body: &str) -> Option<Value> {
    let start = body.find('{')?;
    serde_json::from_str(&body[start..]).ok()
}

/// The part of an answer that is the call's own, and the schema of just that.
fn own_part(
    operation: Operation<'_>,
    provider: &str,
    request: &RecordedRequest,
    answer: &Value,
) -> Option<(Value, Value)> {
    let part = match provider {
        "podlink" => product(answer)?,
        "sabapayamak" => in_pascal_case(answer.get("data").filter(|it| !it.is_null())?),
        "smsafzar" if answer.get("errorCode").is_some() => return None,
        _ if !answer.is_object() => return None,
        _ => answer.clone(),
    };
    let call = match operation.calls() {
        [only] => only,
        _ => operation.call_with(&match provider {
            "aparat" => pairs(request.query()),
            _ => form(request.body()),
        }),
    };
    Some((Contract::component(text(&call["answer"])), part))
}

/// The live service writes keys in camel case that its document has in Pascal case.
fn in_pascal_case(value: &Value) -> Value {
    let capital = |key: &str| key[..1].to_ascii_uppercase() + &key[1..];
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(key, value)| (capital(key), in_pascal_case(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(in_pascal_case).collect(),
        other => other.clone(),
    }
}

/// What a product answers, out of both envelopes; `None` if it refuses.
fn product(answer: &Value) -> Option<Value> {
    let status = answer.pointer("/result/statusCode").and_then(Value::as_u64);
    if status.is_some_and(|it| !(200..300).contains(&it)) {
        return None;
    }
    let inner = answer.pointer("/result/result")?;
    let inner = match inner.as_str() {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| inner.clone()),
        None => inner.clone(),
    };
    match inner.get("error") {
        Some(Value::Bool(false)) => inner.get("result").cloned(),
        Some(_) => None,
        None => Some(inner).filter(Value::is_string),
    }
}

/// A form's fields, and those of the JSON object that may travel in its field `body`.
fn form(body: &[u8]) -> Value {
    let fields: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
    let mut arguments = pairs(&fields);
    let object = arguments["body"]
        .as_str()
        .and_then(|it| serde_json::from_str(it).ok());
    if let (Some(Value::Object(object)), Some(all)) = (object, arguments.as_object_mut()) {
        all.extend(object);
    }
    arguments
}

/// Numbers as numbers: on the wire of a query or a form everything is text.
fn pairs(pairs: &[(String, String)]) -> Value {
    let pairs = pairs.iter().filter(|(name, _)| name != "token");
    let value = |text: &String| {
        text.parse::<i64>()
            .map_or_else(|_| Value::from(text.as_str()), Value::from)
    };
    pairs
        .map(|(name, text)| (name.clone(), value(text)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
