//! The provider's object in a response, and the refusal that it may be.

use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{self, KeptFields, Object, Raw, Search, search};
use http_core::http::Response;
use http_core::text::fold;
use http_core::{REDACTED, Redactor};

use crate::contract::{Code, inferred};
use crate::error::ErrorBuilder;
use crate::message;

const STATUS: &[&str] = &["status"];

/// Reads the provider's object out of a response, which may be JSON in a JSON string, or says what came instead.
pub(crate) fn read<T>(
    response: &Response<Bytes>,
    redactor: &Redactor,
    finish: impl FnOnce(Answer<'_>) -> Result<T, ErrorBuilder>,
) -> Result<T, ErrorBuilder> {
    let text = decode::text(response).map_err(|failure| failure.excerpt_of(response))?;
    let text = decode::unquoted(text);
    let Search::One { object, .. } = search(&text, is_envelope) else {
        return Err(no_object(response, &text));
    };
    let answer = Answer::of(object, response, redactor);
    if answer.places().any(|object| object.duplicate_key().is_some()) {
        return Err(decode::not_the_providers(response.status(), "a key stands twice").excerpt_of(response));
    }
    finish(answer)
}

/// The provider's object, as it was sent, for judging; what is kept of it comes from the methods that take the secrets
/// out.
pub(crate) struct Answer<'a> {
    object: Object<'a>,
    /// The objects in it under the keys that may hold the rest of the answer.
    nested: Vec<Object<'a>>,
    pub(crate) status: Status,
    pub(crate) message: Option<String>,
    response: &'a Response<Bytes>,
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
    fn of(object: Object<'a>, response: &'a Response<Bytes>, redactor: &'a Redactor) -> Self {
        let mut answer = Self {
            nested: nested(&object).collect(),
            object,
            status: Status::Missing,
            message: None,
            response,
            redactor,
        };
        answer.status = answer.find(STATUS, Some).map_or(Status::Missing, Status::of);
        answer.message = answer.find(inferred::MESSAGE, Raw::text).map(Cow::into_owned);
        answer
    }

    /// The object itself, and those in it.
    fn places(&self) -> impl Iterator<Item = &Object<'a>> {
        std::iter::once(&self.object).chain(&self.nested)
    }

    /// The first that can be read of what stands under these keys, at the top first.
    pub(crate) fn find<T>(&self, keys: &[&str], read: impl Fn(Raw<'a>) -> Option<T>) -> Option<T> {
        let mut values = self
            .places()
            .flat_map(|object| keys.iter().filter_map(|key| object.get(key)));
        values.find_map(read)
    }

    /// The refusal that this answer is, if it is one. It had no effect only if `status` is false, the message is one of
    /// the document's five, and nothing else in the answer says otherwise.
    pub(crate) fn refusal(&self) -> Option<ErrorBuilder> {
        let message = self.message.as_deref().unwrap_or_default();
        let is_plain_success = self.status == Status::Success && !message::is_documented_error(message);
        if is_plain_success {
            let contradicts = || ErrorBuilder::status("a success that contradicts the HTTP status");
            return (!self.is_http_success()).then(contradicts);
        }
        let known = message::code_of(message);
        let is_documented = self.status == Status::Failure { documented: true } && known.is_some();
        let code = match &self.status {
            Status::Failure { .. } => known.unwrap_or_else(|| Code::Unknown(self.redacted(message))),
            Status::Success | Status::Word(_) | Status::Missing => known?,
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
        let says_success = |status| Status::of(status) == Status::Success;
        self.find(inferred::ID, Raw::identifier).is_some() || self.statuses().any(says_success)
    }

    /// Whether something further in calls a failure what `status` calls a success.
    pub(crate) fn contradicts_itself(&self) -> bool {
        self.statuses()
            .any(|status| matches!(Status::of(status), Status::Failure { .. }))
    }

    /// Every `status` of the answer, the outermost first.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = Raw<'a>> {
        self.places().filter_map(|object| object.get("status"))
    }

    /// The failure of an answer without a usable `status`.
    pub(crate) fn without_status(&self) -> ErrorBuilder {
        let unusable = || ErrorBuilder::decode("$.status", "neither success nor failure");
        let failure = decode::somebody_elses(self.response.status()).unwrap_or_else(unusable);
        failure.excerpt_of(self.response)
    }

    pub(crate) fn is_http_success(&self) -> bool {
        self.response.status().is_success()
    }

    /// Whether there is a field of this name at the top.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.object.get(key).is_some()
    }

    pub(crate) fn redacted(&self, text: &str) -> String {
        self.redactor.redact(text).into_owned()
    }

    /// Whether a value is nothing but a secret.
    pub(crate) fn is_secret(&self, value: Raw<'_>) -> bool {
        value
            .text()
            .is_some_and(|text| self.redactor.redact(&text) == REDACTED)
    }

    /// The provider's words and everything that it sent, secrets taken out.
    pub(crate) fn into_kept(self) -> (Option<String>, KeptFields) {
        let message = self.message.map(|message| match self.redactor.redact(&message) {
            Cow::Owned(redacted) => redacted,
            Cow::Borrowed(_) => message,
        });
        (message, KeptFields::new(self.object.iter(), None, self.redactor))
    }
}

impl Status {
    pub(crate) fn of(value: Raw<'_>) -> Self {
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
