//! The envelope around every answer: `status`, `message`, `id`, `data`, `errors`.

use http_core::bytes::Bytes;
use http_core::fields::Object;
use http_core::http::{Response, StatusCode};
use http_core::text::{fold, same};
use http_core::{Effect, Redactor, fields};
use serde_json::{Map, Value};

use crate::contract::Code;
use crate::details::redacted;
use crate::details::{Details, ErrorItem};
use crate::error::Failure;

/// The code of [`Code::TokenRefused`], as a status or an item says it.
const TOKEN_REFUSED: &str = "401";

#[derive(Debug)]
pub(crate) struct Envelope {
    status: Option<String>,
    message: Option<String>,
    pub(crate) errors: Vec<ErrorItem>,
    pub(crate) fields: Map<String, Value>,
    /// It has what only the provider's own answers have.
    is_certain: bool,
    /// It says a thing twice, and perhaps two things.
    pub(crate) has_a_key_twice: bool,
}

impl Envelope {
    /// The provider's envelope, if this is one.
    pub(crate) fn read(response: &Response<Bytes>) -> Option<Self> {
        let body = response.body();
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let Object {
            fields,
            has_a_key_twice,
            ..
        } = serde_json::from_slice(body).ok()?;
        let find = |name| fields::find(&fields, name);
        let (status, message) = (find("status"), find("message"));
        let (data, errors) = (find("data"), find("errors"));
        let coded = ErrorItem::list(errors);
        let is_certain = status.is_some() && (data.is_some() || errors.is_some())
            || coded.iter().any(|item| item.code_text().is_some());
        let is_one = is_certain || status.is_some() && message.is_some();
        let (status, message) = (status.and_then(fields::word), message.and_then(fields::text));
        is_one.then_some(Self {
            status,
            message,
            errors: coded,
            fields,
            is_certain,
            has_a_key_twice,
        })
    }

    pub(crate) fn data(&self) -> Option<&Value> {
        fields::find(&self.fields, "data")
    }

    /// The provider's words, secrets taken out.
    pub(crate) fn message(&self, redactor: &Redactor) -> Option<String> {
        redacted(self.message.as_deref(), redactor)
    }

    /// Whether the body says that it is a success. The HTTP status is asked only where the body says nothing.
    pub(crate) fn is_success(&self, http_status: StatusCode) -> bool {
        match self.status.as_deref().map(Status::of) {
            Some(Status::Success) => true,
            Some(Status::Failure) => false,
            Some(Status::Unknown) | None => http_status.is_success(),
        }
    }

    /// The refusal that this answer is, if it is one. Secrets are taken out of what is kept of it, once it is judged.
    pub(crate) fn refusal(&self, http_status: StatusCode, redactor: &Redactor) -> Option<Failure> {
        let item = self.errors.iter().find(|item| !item.is_success());
        let failed = self
            .status
            .as_deref()
            .filter(|status| Status::of(status) == Status::Failure);
        let code = match (item, failed) {
            (Some(item), status) => item
                .code()
                .unwrap_or_else(|| Code::of(status.unwrap_or_default())),
            (None, Some(status)) => Code::of(status),
            (None, None) => return None,
        };
        let words = item.and_then(ErrorItem::message).or(self.message.as_deref());
        let words = redactor.redact(words.unwrap_or_default()).into_owned();
        let mut failure = Failure::provider(code.redacted(redactor), words).details(Details {
            status: redacted(self.status.as_deref(), redactor),
            errors: self.errors.iter().map(|item| item.redacted(redactor)).collect(),
        });
        if is_final(&code) {
            failure = failure.permanent();
        }
        if code == Code::ServerFailure {
            failure = failure.try_again();
        }
        // Whoever failed, answered with data as well, or only looks like the provider may have done what was asked.
        let in_doubt = !self.is_certain
            || self.has_a_key_twice
            || matches!(code, Code::ServerFailure | Code::Unknown(_)) && self.is_server_error(http_status)
            || self.data().is_some_and(has_content);
        Some(if in_doubt {
            failure.effect_unknown()
        } else {
            failure
        })
    }

    /// The effect of a call whose token this answer does not accept; `None` if it does not say so.
    pub(crate) fn effect_of_refused_token(&self, http_status: StatusCode) -> Option<Effect> {
        let status = self.status.as_deref();
        let is_refused = status == Some(TOKEN_REFUSED) || self.errors.iter().any(ErrorItem::is_token_refused);
        is_refused.then(|| {
            if self.only_refuses_the_token(http_status) {
                Effect::None
            } else {
                Effect::Unknown
            }
        })
    }

    /// Whether it says nothing beside it: then nothing was done.
    fn only_refuses_the_token(&self, http_status: StatusCode) -> bool {
        let mut failed = self.errors.iter().filter(|item| !item.is_success()).peekable();
        let refused = match failed.peek() {
            Some(_) => failed.all(ErrorItem::is_token_refused),
            None => self.status.as_deref() == Some(TOKEN_REFUSED),
        };
        let says_more = |(name, value): (&String, &Value)| {
            let is_said = ["status", "message", "id", "errors"]
                .iter()
                .any(|known| same(known, name));
            !is_said && has_content(value)
        };
        let says_once = |known| self.fields.keys().filter(|name| same(name, known)).count() <= 1;
        refused
            && !self.has_a_key_twice
            && ["status", "data", "errors"].into_iter().all(says_once)
            && !self.is_server_error(http_status)
            && ErrorItem::say_nothing_else(fields::find(&self.fields, "errors"))
            && matches!(http_status, StatusCode::OK | StatusCode::UNAUTHORIZED)
            && !self.fields.iter().any(says_more)
    }

    fn is_server_error(&self, http_status: StatusCode) -> bool {
        http_status.is_server_error()
            || self
                .errors
                .iter()
                .filter_map(ErrorItem::code_text)
                .chain(self.status.as_deref())
                .any(|word| matches!(word.parse(), Ok(500..=599)))
    }
}

/// The failure of an answer that is not the provider's.
pub(crate) fn not_the_providers(http_status: StatusCode) -> Failure {
    Failure::status(match http_status {
        status if status.is_redirection() => "a redirect, which is never followed",
        StatusCode::FORBIDDEN => {
            "no answer of the provider's own: such a page often means that the address you call from is refused, \
             most often because it is not an Iranian one"
        }
        _ => "no answer of the provider's own",
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Success,
    Failure,
    Unknown,
}

impl Status {
    fn of(word: &str) -> Self {
        match word.parse::<u64>() {
            Ok(200..=299 | 1001) => return Self::Success,
            Ok(300..=599) => return Self::Failure,
            Ok(_) if !matches!(Code::of(word), Code::Unknown(_)) => return Self::Failure,
            _ => {}
        }
        match fold(word).as_str() {
            "true" | "ok" | "success" | "successful" | "succeeded" | "موفق" => Self::Success,
            "false" | "error" | "fail" | "failed" | "failure" | "unsuccessful" | "ناموفق" | "خطا" => {
                Self::Failure
            }
            _ => Self::Unknown,
        }
    }
}

fn has_content(data: &Value) -> bool {
    match data {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// Whether asking again with the same credentials is pointless, or worse.
fn is_final(code: &Code) -> bool {
    matches!(
        code,
        Code::TokenRefused
            | Code::WrongCredentials
            | Code::DomainNotAllowed
            | Code::WrongSender
            | Code::SenderNotUsable
    )
}
