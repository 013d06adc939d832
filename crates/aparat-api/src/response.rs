//! The provider's object in a response, and the refusal that it may be.

use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw, Search, search};
use http_core::http::{Response, StatusCode};
use http_core::text::{fold, same};
use http_core::{REDACTED, Redactor};
use serde_json::{Map, Value};

use crate::contract::{Code, inferred};
use crate::error::ErrorBuilder;
use crate::message;

const STATUS: &[&str] = &["status"];

/// The text of a response, out of its quotes if it is JSON in a JSON string.
pub(crate) fn text(response: &Response<Bytes>) -> Result<Cow<'_, str>, ErrorBuilder> {
    decode::text(response)
        .map(decode::unquoted)
        .map_err(|failure| failure.excerpt_of(response))
}

/// The provider's object, as it was sent, for judging; what is kept of it comes from the methods that take the secrets
/// out.
pub(crate) struct Answer<'a> {
    /// The object itself, and those in it that may hold what is asked for.
    places: Vec<Object<'a>>,
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
    /// Reads the provider's object out of the [`text`] of a response, or says what came instead.
    pub(crate) fn read(
        text: &'a str,
        response: &Response<Bytes>,
        redactor: &'a Redactor,
    ) -> Result<Self, ErrorBuilder> {
        let Search::One { object, .. } = search(text, is_envelope) else {
            return Err(no_object(response, text));
        };
        let places = places(object);
        if places.iter().any(|object| object.duplicate_key().is_some()) {
            return Err(
                decode::not_the_providers(response.status(), "a key stands twice").excerpt_of(response)
            );
        }
        let message = found(&places, inferred::MESSAGE).find_map(Raw::text);
        let message = message.map(Cow::into_owned);
        Ok(Self {
            status: Status::of(find(&places, STATUS)),
            message,
            places,
            http_status: response.status(),
            redactor,
        })
    }

    /// The refusal that this answer is, if it is one. It had no effect only if `status` is false, the message is one of
    /// the document's five, and nothing else in the answer says otherwise.
    pub(crate) fn refusal(&self) -> Option<ErrorBuilder> {
        let message = self.message.as_deref().unwrap_or_default();
        let known = message::code_of(message);
        let is_documented = self.status == Status::Failure { documented: true } && known.is_some();
        let code = match &self.status {
            Status::Success if message::is_documented_error(message) => known?,
            Status::Success if !self.http_status.is_success() => {
                return Some(ErrorBuilder::status("a success that contradicts the HTTP status"));
            }
            Status::Success => return None,
            Status::Failure { .. } => known.unwrap_or_else(|| Code::Unknown(self.redacted(message))),
            Status::Word(_) | Status::Missing => known?,
        };
        let refused = ErrorBuilder::api(code, message);
        Some(if is_documented && !self.says_more_than_a_refusal() {
            refused
        } else {
            refused.effect_unknown()
        })
    }

    /// Whether something beside the words of a refusal leaves a doubt about the order.
    fn says_more_than_a_refusal(&self) -> bool {
        let says_success = |status| Status::of(Some(status)) == Status::Success;
        self.identifier(inferred::ID).is_some() || self.statuses().any(says_success)
    }

    /// Whether something further in calls a failure what `status` calls a success.
    pub(crate) fn contradicts_itself(&self) -> bool {
        self.statuses()
            .any(|status| matches!(Status::of(Some(status)), Status::Failure { .. }))
    }

    /// Every `status` of the answer, the outermost first.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = Raw<'a>> {
        self.places.iter().filter_map(|object| object.get("status"))
    }

    /// The failure of an answer without a usable `status`.
    pub(crate) fn without_status(&self, response: &Response<Bytes>) -> ErrorBuilder {
        if self.http_status.is_success() {
            ErrorBuilder::decode("$.status", "neither success nor failure").excerpt_of(response)
        } else {
            ErrorBuilder::status("no answer of the provider's own").excerpt_of(response)
        }
    }

    pub(crate) fn is_http_success(&self) -> bool {
        self.http_status.is_success()
    }

    /// Whether there is a field of this name at the top.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.places
            .first()
            .is_some_and(|object| object.get(key).is_some())
    }

    /// The first of these keys that stands there with a text or a number, as it was sent.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<String> {
        found(&self.places, keys).find_map(Raw::text).map(Cow::into_owned)
    }

    /// What something is called by, under the first of these keys that has it, as it was sent.
    pub(crate) fn identifier(&self, keys: &[&str]) -> Option<String> {
        found(&self.places, keys)
            .find_map(Raw::identifier)
            .map(Cow::into_owned)
    }

    /// The whole number under the first of these keys that has one.
    pub(crate) fn whole_number(&self, keys: &[&str]) -> Option<i64> {
        found(&self.places, keys).find_map(Raw::whole_number)
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
        let mut fields = self.places.first().map(Object::to_map).unwrap_or_default();
        self.redactor.redact_json_map(&mut fields);
        (self.message, fields)
    }
}

impl Status {
    pub(crate) fn of(value: Option<Raw<'_>>) -> Self {
        let Some(value) = value else {
            return Self::Missing;
        };
        match (value.json(), value.whole_number()) {
            ("true", _) => Self::Success,
            ("false", _) => Self::Failure { documented: true },
            (_, Some(number)) => Self::of_number(number),
            (_, None) => Self::of_word(&value.word().unwrap_or_default(), value),
        }
    }

    fn of_number(number: i128) -> Self {
        match number {
            1 | 200..=299 => Self::Success,
            0 => Self::Failure { documented: true },
            400..=599 | ..0 => Self::Failure { documented: false },
            _ => Self::Word(number.to_string()),
        }
    }

    fn of_word(word: &str, value: Raw<'_>) -> Self {
        match fold(word).as_str() {
            "" if value.string().is_some() => Self::Missing,
            "true" | "ok" | "yes" | "success" | "successful" | "succeeded" | "درست" | "موفق" => {
                Self::Success
            }
            "false" | "no" | "غلط" | "نادرست" => Self::Failure { documented: true },
            "error" | "fail" | "failed" | "failure" | "unsuccessful" | "invalid" | "ناموفق" | "خطا" => {
                Self::Failure { documented: false }
            }
            _ => Self::Word(value.text().unwrap_or_default().into_owned()),
        }
    }
}

/// Without a `status` the words of a refusal are no proof: a gateway that knows nothing of the order may use them too.
fn no_object(response: &Response<Bytes>, text: &str) -> ErrorBuilder {
    if let Some(code) = message::code_of_bare_text(text) {
        return ErrorBuilder::api(code, text).effect_unknown();
    }
    let detail = if text.is_empty() {
        "empty"
    } else {
        "no JSON object with a status or a message, or more than one"
    };
    decode::not_the_providers(response.status(), detail).excerpt_of(response)
}

fn is_envelope(object: &Object<'_>) -> bool {
    let says_something = |object: &Object<'_>| {
        [STATUS, inferred::MESSAGE, inferred::BALANCE, &["token"]]
            .iter()
            .any(|keys| keys.iter().any(|key| object.get(key).is_some()))
    };
    says_something(object) || nested(object).any(|object| says_something(&object))
}

fn nested<'a>(object: &Object<'a>) -> impl Iterator<Item = Object<'a>> {
    inferred::NESTED
        .iter()
        .filter_map(|key| object.get(key)?.object())
}

/// The object, and those in it under the keys that may hold the rest of the answer.
fn places(object: Object<'_>) -> Vec<Object<'_>> {
    let mut places = vec![object];
    let nested: Vec<_> = places.iter().flat_map(nested).collect();
    places.extend(nested);
    places
}

fn find<'a>(places: &[Object<'a>], keys: &[&str]) -> Option<Raw<'a>> {
    found(places, keys).next()
}

/// What stands under these keys, at the top first.
fn found<'a>(places: &[Object<'a>], keys: &[&str]) -> impl Iterator<Item = Raw<'a>> {
    places
        .iter()
        .flat_map(|object| keys.iter().filter_map(|key| object.get(key)))
}

/// Whether what stands under one of these keys, at the top or further in, was nothing but a secret.
pub(crate) fn was_secret(kept: &Map<String, Value>, keys: &[&str]) -> bool {
    let is_one = |name: &String| keys.iter().any(|key| same(name, key));
    let nested = inferred::NESTED
        .iter()
        .filter_map(|key| kept.get(*key)?.as_object());
    let mut fields = std::iter::once(kept).chain(nested).flatten();
    fields.any(|(name, value)| value == REDACTED && is_one(name))
}
