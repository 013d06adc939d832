//! The envelope: `status` and `message`, and whatever else came with them.

use std::fmt;

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::http::{Response, StatusCode};
use http_core::text::{ascii_digit, fold, same};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::contract::inferred;
use crate::{Code, Failure, message};

/// PHP may print notices ahead of the answer. So many opening braces are tried as its beginning.
const OBJECT_STARTS: usize = 32;

/// A JSON object of the provider, secrets taken out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) fields: Map<String, Value>,
    pub(crate) status: Status,
    pub(crate) message: Option<String>,
    http_status: StatusCode,
}

/// What `status` says. The document: «درست» when an order was placed, «غلط» on an error.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Status {
    Success,
    /// `documented` when it is a plain false, and not a word or number that only looks like a failure.
    Failure {
        documented: bool,
    },
    /// A word or number that says neither: on an order's status it is the order's state.
    Word(String),
    Missing,
}

impl Answer {
    /// Reads the provider's object out of a response, or says what came instead.
    pub(crate) fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, Failure> {
        let http_status = response.status();
        if http_status.is_redirection() {
            return Err(Failure::status("a redirect, which is never followed"));
        }
        let text = std::str::from_utf8(response.body());
        let Some(Object(mut fields)) = text.ok().and_then(find_object) else {
            return Err(no_object(response, text.unwrap_or_default()));
        };
        redactor.redact_json_map(&mut fields);
        Ok(Self {
            status: Status::of(find(&fields, &["status"])),
            message: find_text(&fields, inferred::MESSAGE),
            http_status,
            fields,
        })
    }

    /// The refusal that this answer is, if it is one.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        let message = self.message.clone().unwrap_or_default();
        match &self.status {
            Status::Success if message::is_documented_error(&message) => {
                let code = message::code_of(&message).unwrap_or_else(|| Code::Unknown(message.clone()));
                Some(Failure::provider(code, message).effect_unknown())
            }
            Status::Success if !self.http_status.is_success() => {
                Some(Failure::status("a success that contradicts the HTTP status"))
            }
            Status::Success => None,
            Status::Failure { documented } => {
                if let Some(code) = message::code_of(&message) {
                    return Some(Failure::provider(code, message));
                }
                let certain = *documented
                    && self.http_status.is_success()
                    && !message.is_empty()
                    && self.text(inferred::ID).is_none();
                let refused = Failure::provider(Code::Unknown(message.clone()), message);
                Some(if certain {
                    refused
                } else {
                    refused.effect_unknown()
                })
            }
            Status::Word(_) | Status::Missing => {
                message::code_of(&message).map(|code| Failure::provider(code, message))
            }
        }
    }

    /// The failure of an answer without a usable `status`.
    pub(crate) fn without_status(&self, response: &Response<Bytes>) -> Failure {
        if self.http_status.is_success() {
            Failure::decode("$.status", "neither success nor failure").excerpt_of(response)
        } else {
            Failure::status("no answer of the provider's own").excerpt_of(response)
        }
    }

    pub(crate) fn is_http_success(&self) -> bool {
        self.http_status.is_success()
    }

    /// The text or number under the first of these keys that is there.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<String> {
        find_text(&self.fields, keys)
    }

    /// The whole number under the first of these keys that is there.
    pub(crate) fn whole_number(&self, keys: &[&str]) -> Option<i64> {
        match find(&self.fields, keys)? {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => whole_number(text),
            _ => None,
        }
    }
}

impl Status {
    fn of(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Missing,
            Some(Value::Bool(true)) => Self::Success,
            Some(Value::Bool(false)) => Self::Failure { documented: true },
            Some(Value::Number(number)) => Self::of_word(&number.to_string()),
            Some(Value::String(text)) => Self::of_word(text),
            Some(Value::Array(_) | Value::Object(_)) => Self::Word(String::new()),
        }
    }

    fn of_word(text: &str) -> Self {
        match fold(text).as_str() {
            "" => Self::Missing,
            "true" | "1" | "ok" | "yes" | "success" | "successful" | "succeeded" | "درست" | "موفق" => {
                Self::Success
            }
            "false" | "0" | "no" | "غلط" | "نادرست" => Self::Failure { documented: true },
            "error" | "fail" | "failed" | "failure" | "unsuccessful" | "invalid" | "ناموفق" | "خطا" => {
                Self::Failure { documented: false }
            }
            folded => match folded.parse::<u16>() {
                Ok(200..=299) => Self::Success,
                Ok(400..=599) => Self::Failure { documented: false },
                _ => Self::Word(text.trim().to_owned()),
            },
        }
    }
}

fn no_object(response: &Response<Bytes>, text: &str) -> Failure {
    if let Some(code) = message::code_of_bare_text(text) {
        return Failure::provider(code, text.trim());
    }
    let status = response.status();
    if !status.is_success() {
        return Failure::status("no answer of the provider's own").excerpt_of(response);
    }
    let detail = if response.body().is_empty() {
        "empty"
    } else if text.is_empty() {
        "not UTF-8"
    } else {
        "no JSON object with a status or a message"
    };
    Failure::decode("$", detail).excerpt_of(response)
}

/// A JSON object in which no key stands twice: of two `status` nobody can say which one counts.
struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NoTwice;
        impl<'de> Visitor<'de> for NoTwice {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(key, value).is_some() {
                        return Err(A::Error::custom("a key stands twice"));
                    }
                }
                Ok(Object(map))
            }
        }
        deserializer.deserialize_map(NoTwice)
    }
}

/// The object that ends the text: alone, after a byte order mark, after PHP's notices, or inside a JSON string.
fn find_object(text: &str) -> Option<Object> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.starts_with('"') {
        let inner: String = serde_json::from_str(text).ok()?;
        return envelope(inner.trim());
    }
    if !text.ends_with('}') {
        return None;
    }
    text.match_indices('{')
        .take(OBJECT_STARTS)
        .find_map(|(start, _)| envelope(&text[start..]))
}

fn envelope(text: &str) -> Option<Object> {
    let object: Object = serde_json::from_str(text).ok()?;
    let known = [&["status"], inferred::MESSAGE, inferred::BALANCE, &["token"]];
    known
        .iter()
        .any(|keys| find(&object.0, keys).is_some())
        .then_some(object)
}

fn find<'a>(fields: &'a Map<String, Value>, keys: &[&str]) -> Option<&'a Value> {
    let nested = inferred::NESTED
        .iter()
        .filter_map(|key| lookup(fields, key)?.as_object());
    std::iter::once(fields).chain(nested).find_map(|map| {
        keys.iter()
            .find_map(|key| lookup(map, key))
            .filter(|value| !value.is_null())
    })
}

fn lookup<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    map.get(key).or_else(|| {
        map.iter()
            .find(|(name, _)| same(name, key))
            .map(|(_, value)| value)
    })
}

fn find_text(fields: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    match find(fields, keys)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked: whole, and small enough to be exact"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}

/// `"1,500"`, `"۱۵۰۰"`, `" -20 "`: any digits, separators between thousands.
fn whole_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let mut number = String::from(sign);
    for c in digits.chars() {
        match ascii_digit(c) {
            Some(digit) => number.push(digit),
            None if matches!(c, ',' | '٬' | '،') => {}
            None => return None,
        }
    }
    number.parse().ok()
}
