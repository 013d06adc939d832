//! The envelope around every answer: `status`, `message`, `id`, `data`, `errors`.

use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw};
use http_core::http::{Response, StatusCode};
use http_core::text::{fold, same};
use http_core::{Effect, Redactor};

use crate::contract::Code;
use crate::details::{Details, ErrorItem, redacted};
use crate::error::ErrorBuilder;

/// The code of [`Code::InvalidToken`], as a status or an item says it.
const TOKEN_REFUSED: &str = "401";

/// What an answer says beside `data` when it refuses: the document's words, and those of ASP.NET's problem shape.
const OF_A_REFUSAL: [&str; 9] = [
    "status", "message", "id", "errors", "type", "title", "detail", "instance", "traceId",
];

#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    status: Option<String>,
    message: Option<Cow<'a, str>>,
    pub(crate) errors: Vec<ErrorItem>,
    pub(crate) object: Object<'a>,
    /// A status, of perhaps two, says that the token is refused.
    says_401: bool,
    /// It has what only the provider's own answers have.
    is_certain: bool,
}

impl<'a> Envelope<'a> {
    /// The provider's envelope, if this is one: the whole body, or the only one in it. Says whether it is the whole.
    pub(crate) fn read(response: &'a Response<Bytes>) -> Option<(Self, bool)> {
        let is_envelope = |object: &Object<'a>| Self::of(object.clone()).is_some();
        let (object, is_whole) = decode::object::<Code>(response, is_envelope)?;
        Some((Self::of(object)?, is_whole))
    }

    fn of(object: Object<'a>) -> Option<Self> {
        let (status, errors) = (object.get("status"), object.get("errors"));
        let words = ["message", "title", "detail"].map(|name| object.get(name));
        let says_words = words.iter().any(Option::is_some);
        let all = |known: &'static str| object.iter().filter(move |(name, _)| same(name, known));
        let items: Vec<_> = all("errors")
            .flat_map(|(_, errors)| ErrorItem::list(errors))
            .collect();
        let says_401 = all("status").any(|(_, status)| status.word().as_deref() == Some(TOKEN_REFUSED));
        let is_certain = status.is_some() && (object.get("data").is_some() || errors.is_some())
            || items.iter().any(|item| item.code_text().is_some());
        (is_certain || status.is_some() && says_words).then(|| Self {
            status: status.and_then(Raw::word),
            message: words.into_iter().flatten().find_map(Raw::text),
            says_401,
            errors: items,
            is_certain,
            object,
        })
    }

    /// The provider's words, secrets taken out.
    pub(crate) fn message(&self, redactor: &Redactor) -> Option<String> {
        redacted(self.message.as_deref(), redactor)
    }

    /// Whether the body says that it is a success. The HTTP status is asked only where the body says nothing.
    pub(crate) fn is_success(&self, http_status: StatusCode) -> bool {
        match self.status() {
            Status::Success => true,
            Status::Failure => false,
            Status::Unknown => http_status.is_success(),
        }
    }

    pub(crate) fn says_success(&self) -> bool {
        self.status() == Status::Success
    }

    /// The refusal that this answer is, if it is one. Secrets are taken out of what is kept of it, once it is judged.
    pub(crate) fn refusal(&self, http_status: StatusCode, redactor: &Redactor) -> Option<ErrorBuilder> {
        let item = self.failed().next();
        let failed = self
            .status
            .as_deref()
            .filter(|_| self.status() == Status::Failure);
        let code = match (item, failed) {
            (Some(item), status) => item
                .code()
                .unwrap_or_else(|| Code::of(status.unwrap_or_default())),
            (None, Some(status)) => Code::of(status),
            (None, None) => return None,
        };
        let words = self.failed().find_map(ErrorItem::message);
        let words = words.or(self.message.as_deref()).unwrap_or_default();
        let words = redactor.redact(words).into_owned();
        let mut failure = ErrorBuilder::api(code.redacted(redactor), words).details(Details {
            status: redacted(self.status.as_deref(), redactor),
            errors: self.errors.iter().map(|item| item.redacted(redactor)).collect(),
        });
        if is_final(&code) {
            failure = failure.permanent();
        }
        if code == Code::ServerFailure {
            failure = failure.try_again();
        }
        if self.status() == Status::Success || !self.is_certain || !self.only_refuses(http_status) {
            failure = failure.effect_unknown();
        }
        Some(failure)
    }

    /// Whether it is a refusal that the document or public clients show, and says nothing that could mean more: then
    /// nothing was done. Whoever failed, or answered with data as well, may have done what was asked.
    fn only_refuses(&self, http_status: StatusCode) -> bool {
        let says_more = |(name, value): (&str, Raw<'_>)| {
            let is_said = OF_A_REFUSAL.iter().any(|known| same(known, name));
            !is_said && !is_empty(value)
        };
        let mut codes: Vec<_> = self.failed().map(ErrorItem::code).collect();
        if codes.is_empty() {
            codes.push(self.status.as_deref().map(Code::of));
        }
        let is_unknown = |code| matches!(code, None | Some(Code::ServerFailure | Code::Unknown(_)));
        let is_refusal = !codes.into_iter().any(is_unknown);
        is_refusal
            && self.object.duplicate_key().is_none()
            && !self.is_server_error(http_status)
            && self.object.get("errors").is_none_or(ErrorItem::say_nothing_else)
            && !self.object.iter().any(says_more)
    }

    /// The effect of a call whose token this answer does not accept; `None` if it does not say so.
    pub(crate) fn effect_of_refused_token(&self, http_status: StatusCode) -> Option<Effect> {
        let is_refused = self.says_401 || self.errors.iter().any(ErrorItem::is_token_refused);
        is_refused.then(|| {
            let mut failed = self.failed().peekable();
            let of_the_token = match failed.peek() {
                Some(_) => failed.all(ErrorItem::is_token_refused),
                None => self.says_401,
            };
            let is_usual = matches!(http_status, StatusCode::OK | StatusCode::UNAUTHORIZED);
            if of_the_token && is_usual && self.only_refuses(http_status) {
                Effect::None
            } else {
                Effect::Unknown
            }
        })
    }

    fn failed(&self) -> impl Iterator<Item = &ErrorItem> {
        self.errors.iter().filter(|item| !item.is_success())
    }

    fn status(&self) -> Status {
        self.status.as_deref().map_or(Status::Unknown, Status::of)
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

/// Whether it says nothing; a blank text still says something.
fn is_empty(value: Raw<'_>) -> bool {
    match value.string() {
        Some(text) => text.is_empty(),
        None => value.is_empty(),
    }
}

/// Whether asking again with the same credentials is pointless, or worse.
fn is_final(code: &Code) -> bool {
    matches!(
        code,
        Code::InvalidToken
            | Code::WrongCredentials
            | Code::DomainNotAllowed
            | Code::WrongSender
            | Code::SenderNotUsable
    )
}
