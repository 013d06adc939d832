//! The envelope: the gateway's object around the service's, as objects or as texts of JSON.
//!
//! The live gateway sends `{"hasError":…, "result":{"result":"{\"error\":…,\"result\":…}","statusCode":…}}`. Every level
//! may be an object or a text of JSON, may be missing, and may say that the call failed. What is read here is judged in
//! `response` and `api_error`.

use std::borrow::Cow;

use http_core::Redactor;
use http_core::decode::{Object, Raw, Search, search};

use crate::contract::Service;
use crate::details::SupportReference;
use crate::error::ErrorBuilder;
use crate::json_path::{duplicate, other_type, unreadable};
use crate::short_domain::ShortDomain;

/// The document has three objects around each other and the payload; many more are no honest answer.
const DEEPEST: usize = 8;

/// The keys by which a call is judged.
const JUDGED: [&str; 7] = [
    "hasError",
    "error",
    "errors",
    "errorCode",
    "code",
    "statusCode",
    "result",
];

/// One object of the envelope, and what it says about how the call went.
pub(crate) struct Level<'a> {
    pub(crate) object: Object<'a>,
    pub(crate) has_error: Option<Flag>,
    pub(crate) error: Option<Flag>,
    pub(crate) errors: Option<Flag>,
    pub(crate) error_code: Option<i64>,
    pub(crate) code: Option<i64>,
    pub(crate) status_code: Option<i64>,
}

/// A yes or no, or something that only a failure can be.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Flag {
    No,
    Yes,
    Words,
}

/// What stands in the innermost place of a result.
pub(crate) enum Leaf<'a> {
    /// A text, number, truth or list; null for nothing.
    Value(Raw<'a>),
    /// The object that is the payload, or that is none and says nothing of the call.
    Payload(Object<'a>),
}

/// The JSON of an answer, or of a part of it: objects inside each other, the innermost result, and its text if it is one.
pub(crate) type Answer<'a> = (Vec<Object<'a>>, Raw<'a>, Option<Cow<'a, str>>);

/// Takes the objects as levels, reads on in a text of JSON, and gives all levels with the innermost result to `finish`.
pub(crate) fn read<'a, T: Payload, R>(
    (objects, value, text): Answer<'a>,
    mut levels: Vec<Level<'a>>,
    finish: impl FnOnce(&[Level<'_>], Leaf<'_>) -> R,
) -> Result<R, ErrorBuilder> {
    for object in objects {
        if levels.len() == DEEPEST {
            return Err(unreadable(DEEPEST, "", "nested too deeply"));
        }
        levels.push(Level::read(object, levels.len())?);
    }
    let innermost = levels.last();
    // What the service itself calls its result is that, even if it looks like JSON.
    let service_spoke = levels.len() > 2 || innermost.is_some_and(|level| level.error.is_some());
    if let Some(text) = text.filter(|_| !service_spoke)
        && let Some(inside) = nested(&text, T::IS_TEXT).map_err(|why| unreadable(levels.len(), "", why))?
    {
        return read::<T, R>(inside, levels, finish);
    }
    let payload = innermost.filter(|level| value.is_null() && level.is_payload(T::KEYS));
    let leaf = payload.map_or(Leaf::Value(value), |level| Leaf::Payload(level.object.clone()));
    Ok(finish(&levels, leaf))
}

/// The JSON that a text is as a whole.
pub(crate) fn whole(text: &str) -> Option<Answer<'_>> {
    Object::chain(text, "result")
}

/// The JSON that a text in the place of a result holds; none if it is the answer itself.
fn nested(text: &str, is_text: bool) -> Result<Option<Answer<'_>>, &'static str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let begins_like_json = !is_text && text.starts_with(['{', '[', '"']);
    if let Some(answer) = whole(text).filter(|_| begins_like_json) {
        return Ok(Some(answer));
    }
    match search(text, is_certain) {
        Search::One { raw, .. } => Ok(whole(raw.json())),
        Search::Broken { is_cut_short: true } if !is_text || names_a_verdict(text) => {
            Err("a text of JSON that is cut short")
        }
        _ if begins_like_json => Err("a text that begins like JSON and is none"),
        _ => Ok(None),
    }
}

/// Whether an object says how the call went.
pub(crate) fn is_recognised(object: &Object<'_>) -> bool {
    has(object, &["hasError", "error", "statusCode", "result"])
}

/// Whether an object is an envelope beyond doubt: somebody's text may be JSON too.
fn is_certain(object: &Object<'_>) -> bool {
    has(object, &["hasError", "error"]) && has(object, &["result", "code", "errorCode"])
}

pub(crate) fn names_a_verdict(text: &str) -> bool {
    text.contains("\"error\"") || text.contains("\"hasError\"")
}

pub(crate) fn has(object: &Object<'_>, keys: &[&str]) -> bool {
    keys.iter().any(|key| object.get(key).is_some())
}

impl<'a> Level<'a> {
    /// Of two verdicts nobody can say which one counts, and a code has to be a number.
    fn read(object: Object<'a>, depth: usize) -> Result<Self, ErrorBuilder> {
        let twice = || JUDGED.into_iter().find(|key| object.says_twice(key));
        if let Some(key) = object.duplicate_key().and_then(|_| twice()) {
            return Err(duplicate(depth, key));
        }
        // What is neither missing nor blank. An empty list of errors says that there are none.
        let said = |key| {
            let value = object.get(key)?;
            (!value.is_empty() || value.truth().is_some()).then_some(value)
        };
        let flag = |key| said(key).map(Flag::of);
        let number = |key| {
            let number = said(key).map(|value| value.whole_number().ok_or_else(|| other_type(depth, key)));
            number.transpose()
        };
        Ok(Self {
            has_error: flag("hasError"),
            error: flag("error"),
            errors: flag("errors"),
            error_code: number("errorCode")?,
            code: number("code")?,
            status_code: number("statusCode")?,
            object,
        })
    }

    /// Whether it is what a call answers: by its keys, or because it says nothing of the call and something else.
    fn is_payload(&self, keys: &[&str]) -> bool {
        let says_else = || self.object.iter().any(|(_, value)| !value.is_empty());
        has(&self.object, keys) || self.is_silent() && says_else()
    }

    /// Whether it does not say how the call went.
    pub(crate) fn is_silent(&self) -> bool {
        let flags = [self.has_error, self.error, self.errors];
        flags.iter().all(Option::is_none) && self.numbers().next().is_none()
    }

    /// Whether it says that the call succeeded.
    pub(crate) fn says_yes(&self) -> bool {
        [self.has_error, self.error].contains(&Some(Flag::No)) || self.numbers().any(is_success)
    }

    pub(crate) fn numbers(&self) -> impl Iterator<Item = i64> {
        [self.error_code, self.code, self.status_code]
            .into_iter()
            .flatten()
    }

    /// The first of these that is a text or number with anything in it: no words are worth failing for.
    pub(crate) fn words(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| self.object.get(key)?.text())
    }

    /// The words of an error, under any name that they may have.
    pub(crate) fn message(&self) -> Option<Cow<'a, str>> {
        let is_words = self.error == Some(Flag::Words);
        let error = || self.words(&["error"]).filter(|_| is_words);
        self.words(&["message", "errorDescription", "errorMessage"])
            .or_else(error)
    }

    /// Where the gateway says that a visit leads on to, in its copy of the service's header, whose values may be lists.
    pub(crate) fn redirect<T: Payload>(&self) -> Option<Cow<'a, str>> {
        let is_redirect = matches!(self.status_code, Some(301 | 302 | 303 | 307 | 308));
        let header = ["header", "headers"]
            .iter()
            .find_map(|key| self.object.get(key)?.object());
        let header = header.filter(|_| is_redirect && T::SERVICE == Service::Visit)?;
        let value = header.get("location")?;
        let first = value.items().and_then(|mut items| items.next());
        first.unwrap_or(value).string()
    }
}

impl Flag {
    fn of(value: Raw<'_>) -> Self {
        match value.truth() {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Words,
        }
    }
}

impl<'a> Leaf<'a> {
    /// The result, if it is no object.
    pub(crate) fn value(&self) -> Raw<'a> {
        match self {
            Self::Value(value) => *value,
            Self::Payload(_) => Raw::NULL,
        }
    }

    pub(crate) fn text(&self) -> Option<Cow<'a, str>> {
        self.value().string().filter(|text| !text.trim().is_empty())
    }

    pub(crate) fn payload(self, context: &Context<'_>) -> Result<Object<'a>, ErrorBuilder> {
        match self {
            Self::Payload(object) => Ok(object),
            Self::Value(_) => Err(self.unexpected(context)),
        }
    }

    /// Why it is not what was expected.
    pub(crate) fn unexpected(&self, context: &Context<'_>) -> ErrorBuilder {
        let detail = match self.value().json().as_bytes() {
            b"null" => "no result",
            [b'"', ..] => "a text in place of the result",
            [b'[', ..] => "a list in place of the result",
            _ => "a bare value in place of the result",
        };
        unreadable(context.depth, "", detail)
    }
}

/// Whether a code of any level is one of success.
pub(crate) fn is_success(code: i64) -> bool {
    matches!(code, 0 | 200..=299)
}

/// What a call answers inside the envelope.
pub(crate) trait Payload: Sized {
    const SERVICE: Service;
    /// The keys that say that an object is the payload.
    const KEYS: &'static [&'static str] = &[];
    /// The service answers in text, which may be JSON too.
    const IS_TEXT: bool = false;

    fn read(levels: &[Level<'_>], leaf: Leaf<'_>, context: Context<'_>) -> Result<Self, ErrorBuilder>;
}

/// What a payload has from around it.
pub(crate) struct Context<'a> {
    /// The number of levels around it.
    pub(crate) depth: usize,
    pub(crate) support_reference: SupportReference,
    pub(crate) domain: &'a ShortDomain,
    pub(crate) redactor: &'a Redactor,
}
