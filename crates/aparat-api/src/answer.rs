//! The envelope: `status` and `message`, and whatever else came with them.

use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::fields::Object;
use http_core::http::{Response, StatusCode};
use http_core::text::{ascii_digit, fold, same};
use http_core::{REDACTED, Redactor};
use serde_json::{Map, Value};

use crate::contract::Code;
use crate::contract::inferred;
use crate::error::Failure;
use crate::message;

/// PHP may print notices ahead of the answer. So many opening braces are tried as its beginning.
const OBJECT_STARTS: usize = 32;

/// A JSON object of the provider as it came, for judging; what is kept of it comes from the methods that take the
/// secrets out.
pub(crate) struct Answer<'a> {
    fields: Map<String, Value>,
    pub(crate) status: Status,
    pub(crate) message: Option<String>,
    http_status: StatusCode,
    redactor: &'a Redactor,
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

impl<'a> Answer<'a> {
    /// Reads the provider's object out of a response, or says what came instead.
    pub(crate) fn read(response: &Response<Bytes>, redactor: &'a Redactor) -> Result<Self, Failure> {
        let http_status = response.status();
        if http_status.is_redirection() {
            return Err(Failure::status("a redirect, which is never followed"));
        }
        let text = std::str::from_utf8(response.body()).map(unquoted);
        let text = text.as_deref().unwrap_or_default();
        let Some(Object { fields, .. }) = find_object(text) else {
            return Err(no_object(response, text));
        };
        Ok(Self {
            status: Status::of(find(&fields, &["status"], not_null)),
            message: find(&fields, inferred::MESSAGE, text_of),
            http_status,
            fields,
            redactor,
        })
    }

    /// The refusal that this answer is, if it is one.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        let message = self.message.as_deref().unwrap_or_default();
        match &self.status {
            Status::Success if message::is_documented_error(message) => {
                let code = self.code_of(message);
                Some(Failure::provider(code, message).effect_unknown())
            }
            Status::Success if !self.http_status.is_success() => {
                Some(Failure::status("a success that contradicts the HTTP status"))
            }
            Status::Success => None,
            Status::Failure { .. } => {
                let code = self.code_of(message);
                Some(self.refused_with(code, message))
            }
            Status::Word(_) | Status::Missing => {
                message::code_of(message).map(|code| self.refused_with(code, message))
            }
        }
    }

    fn code_of(&self, message: &str) -> Code {
        message::code_of(message).unwrap_or_else(|| Code::Unknown(self.redacted(message)))
    }

    /// A refusal, of known effect only if it is the provider's own beyond doubt: `status` says so and the message
    /// is one of a refusal, or hardly anything but a documented error was said.
    fn refused_with(&self, code: Code, message: &str) -> Failure {
        let says_no = self.status == Status::Failure { documented: true };
        let words_alone = message::code_of_bare_text(message).is_some();
        let certain = if says_no && self.http_status.is_success() {
            let documented = !matches!(code, Code::Unknown(_));
            documented || !message.is_empty() && self.find_text(inferred::ID).is_none()
        } else {
            words_alone && (says_no || !self.http_status.is_server_error())
        };
        let refused = Failure::provider(code, message);
        if certain {
            refused
        } else {
            refused.effect_unknown()
        }
    }

    /// Whether something further in calls a failure what `status` calls a success.
    pub(crate) fn contradicts_itself(&self) -> bool {
        self.statuses()
            .any(|status| matches!(Status::of(Some(status)), Status::Failure { .. }))
    }

    /// Every `status` of the answer, the outermost first.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = &Value> {
        places(&self.fields).filter_map(|map| lookup(map, "status"))
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

    /// Whether there is a field of this name at the top.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// The text or number under the first of these keys that has one, as it came.
    pub(crate) fn find_text(&self, keys: &[&str]) -> Option<String> {
        find(&self.fields, keys, text_of)
    }

    /// The same, secrets taken out.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<String> {
        self.find_text(keys).map(|text| self.redacted(&text))
    }

    /// The whole number under the first of these keys that has one, as it came.
    pub(crate) fn whole_number(&self, keys: &[&str]) -> Option<i64> {
        find(&self.fields, keys, whole_number_of)
    }

    pub(crate) fn redacted(&self, text: &str) -> String {
        self.redactor.redact(text).into_owned()
    }

    /// The provider's words and everything that it sent, secrets taken out.
    pub(crate) fn into_kept(mut self) -> (Option<String>, Map<String, Value>) {
        if let Some(message) = &mut self.message
            && let Cow::Owned(redacted) = self.redactor.redact(message)
        {
            *message = redacted;
        }
        self.redactor.redact_json_map(&mut self.fields);
        (self.message, self.fields)
    }
}

impl Status {
    pub(crate) fn of(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Missing,
            Some(Value::Bool(true)) => Self::Success,
            Some(Value::Bool(false)) => Self::Failure { documented: true },
            Some(value @ (Value::Number(_) | Value::String(_))) => match whole_number_of(value) {
                Some(number) => Self::of_number(number),
                None => Self::of_word(&text_of(value).unwrap_or_default()),
            },
            Some(Value::Array(_) | Value::Object(_)) => Self::Word(String::new()),
        }
    }

    fn of_number(number: i64) -> Self {
        match number {
            1 | 200..=299 => Self::Success,
            0 => Self::Failure { documented: true },
            400..=599 | ..0 => Self::Failure { documented: false },
            _ => Self::Word(number.to_string()),
        }
    }

    fn of_word(text: &str) -> Self {
        match fold(text).as_str() {
            "" => Self::Missing,
            "true" | "ok" | "yes" | "success" | "successful" | "succeeded" | "درست" | "موفق" => {
                Self::Success
            }
            "false" | "no" | "غلط" | "نادرست" => Self::Failure { documented: true },
            "error" | "fail" | "failed" | "failure" | "unsuccessful" | "invalid" | "ناموفق" | "خطا" => {
                Self::Failure { documented: false }
            }
            _ => Self::Word(text.trim().to_owned()),
        }
    }
}

fn no_object(response: &Response<Bytes>, text: &str) -> Failure {
    let status = response.status();
    if let Some(code) = message::code_of_bare_text(text) {
        let refused = Failure::provider(code, text);
        // With such a status a gateway, which knows nothing of the order's fate, may speak as shortly.
        return if status.is_server_error() {
            refused.effect_unknown()
        } else {
            refused
        };
    }
    if !status.is_success() {
        return Failure::status("no answer of the provider's own").excerpt_of(response);
    }
    let detail = if std::str::from_utf8(response.body()).is_err() {
        "not UTF-8"
    } else if text.is_empty() {
        "empty"
    } else {
        "no JSON object with a status or a message"
    };
    Failure::decode("$", detail).excerpt_of(response)
}

/// The text without a byte order mark, and out of its quotes if it is JSON in a JSON string.
fn unquoted(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if !trimmed.starts_with('"') {
        return Cow::Borrowed(trimmed);
    }
    match serde_json::from_str::<String>(trimmed) {
        Ok(inner) => Cow::Owned(inner.trim().to_owned()),
        Err(_) => Cow::Borrowed(trimmed),
    }
}

/// The object that ends the text: alone or after PHP's notices, but not as a part of something that was cut short,
/// and not as the second of two answers.
fn find_object(text: &str) -> Option<Object> {
    if !text.ends_with('}') {
        return None;
    }
    let mut rest = text;
    for _ in 0..OBJECT_STARTS {
        let (before, start) = rest.split_at(rest.find('{')?);
        if is_inside(before) {
            return None;
        }
        let mut objects = serde_json::Deserializer::from_str(start).into_iter::<Object>();
        rest = match objects.next() {
            Some(Ok(object)) if !object.has_a_key_twice => match start[objects.byte_offset()..].trim() {
                "" => return is_envelope(&object.fields).then_some(object),
                _ if lookup(&object.fields, "status").is_some() => return None,
                after => after,
            },
            _ => &start[1..],
        };
    }
    None
}

/// Whether what follows is an item of a list or a field of an object.
fn is_inside(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with(['[', ','])
        || before
            .strip_suffix(':')
            .is_some_and(|key| key.trim_end().ends_with(['"', '\'']))
}

fn is_envelope(fields: &Map<String, Value>) -> bool {
    [&["status"], inferred::MESSAGE, inferred::BALANCE, &["token"]]
        .iter()
        .any(|keys| find(fields, keys, not_null).is_some())
}

/// What the first of these keys holds that `read` can read, at the top or further in.
fn find<'a, T>(
    fields: &'a Map<String, Value>,
    keys: &[&str],
    read: impl Fn(&'a Value) -> Option<T>,
) -> Option<T> {
    places(fields).find_map(|map| keys.iter().find_map(|key| lookup(map, key).and_then(&read)))
}

/// Whether the field that `find` would find was nothing but a secret.
pub(crate) fn was_secret(kept: &Map<String, Value>, keys: &[&str]) -> bool {
    find(kept, keys, Value::as_str) == Some(REDACTED)
}

fn places(fields: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let nested = inferred::NESTED
        .iter()
        .filter_map(|key| lookup(fields, key)?.as_object());
    std::iter::once(fields).chain(nested)
}

fn lookup<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    map.get(key).or_else(|| {
        map.iter()
            .find(|(name, _)| same(name, key))
            .map(|(_, value)| value)
    })
}

fn not_null(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn whole_number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => whole_number(text),
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

/// `"1,500"`, `"۱۵۰۰"`, `" -20 "`, `"1500.00"`: any digits, separators between thousands.
fn whole_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = match text.split_once(['.', '٫']) {
        Some((whole, zeros)) if zeros.chars().all(|c| ascii_digit(c) == Some('0')) => whole,
        _ => text,
    };
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
