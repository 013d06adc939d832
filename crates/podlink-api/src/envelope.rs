//! The envelope: the gateway's object around the service's, as objects or as texts of JSON.
//!
//! The live gateway sends `{"hasError":…, "result":{"result":"{\"error\":…,\"result\":…}","statusCode":…}}`. Every level
//! may be an object or a text of JSON, may be missing, and may say that the call failed. What is read here is judged in
//! `response` and `api_error`.

use std::borrow::Cow;

use http_core::Redactor;
use http_core::decode::{Object, Raw, Search, search};

use crate::json_path::Unreadable;

/// The document has three objects around each other and the payload; many more are no honest answer.
const DEEPEST: usize = 8;

const FLAGS: [&str; 3] = ["hasError", "error", "errors"];
const NUMBERS: [&str; 3] = ["errorCode", "code", "statusCode"];
const MESSAGE: [&str; 3] = ["message", "errorDescription", "errorMessage"];
const HEADER: [&str; 2] = ["header", "headers"];

/// One object of the envelope.
pub(crate) struct Level<'a>(Object<'a>);

/// A yes or no, or something that only a failure can be.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Flag {
    No,
    Yes,
    Words,
}

/// What stands in the innermost place of a result.
pub(crate) enum Leaf<'a> {
    /// Null, or no result at all.
    Nothing,
    /// A text, number, truth or list.
    Value(Raw<'a>),
    /// The object that is the payload, by its keys.
    Payload(Object<'a>),
    /// Another object with something in it.
    Other,
}

/// The JSON of an answer, or of a part of it.
pub(crate) enum Answer<'a> {
    /// Objects inside each other, outermost first.
    Objects(Vec<Object<'a>>),
    Value(Raw<'a>),
}

/// Reads the levels, and gives them with the innermost result to `finish`.
pub(crate) fn read<'a, T: Payload, R>(
    answer: Answer<'a>,
    mut levels: Vec<Level<'a>>,
    finish: impl FnOnce(&[Level<'_>], Leaf<'_>) -> R,
) -> Result<R, Unreadable> {
    let leaf = descend(answer, T::KEYS, &mut levels)?;
    // What the service itself calls its result is that, even if it looks like JSON.
    let service_spoke = levels.len() > 2 || levels.last().is_some_and(|level| level.flag("error").is_some());
    if let Leaf::Value(value) = &leaf
        && let Some(text) = value.string().filter(|_| !service_spoke)
        && let Some(inside) = nested(&text, T::IS_TEXT).map_err(|why| why.below(levels.len()))?
    {
        return read::<T, R>(inside, levels, finish);
    }
    Ok(finish(&levels, leaf))
}

/// The JSON that a text is as a whole.
pub(crate) fn whole(text: &str) -> Option<Answer<'_>> {
    if !text.starts_with('{') {
        return Raw::parse(text).map(Answer::Value);
    }
    Raw::unchecked(text).objects_below("result").map(Answer::Objects)
}

/// The JSON that a text in the place of a result holds; none if it is the answer itself.
fn nested(text: &str, is_text: bool) -> Result<Option<Answer<'_>>, Unreadable> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let begins_like_json = text.starts_with(['{', '[', '"']);
    if let Some(answer) = whole(text) {
        let is_inside = match &answer {
            Answer::Objects(objects) if is_text => objects.first().is_some_and(is_certain),
            _ => begins_like_json && !is_text,
        };
        return Ok(is_inside.then_some(answer));
    }
    match search(text, is_certain) {
        Search::One { raw, .. } => Ok(whole(raw.json())),
        Search::Broken { is_cut_short: true } if !is_text || names_a_verdict(text) => {
            Err(Unreadable::new("", "a text of JSON that is cut short"))
        }
        _ if !is_text && begins_like_json => {
            Err(Unreadable::new("", "a text that begins like JSON and is none"))
        }
        _ => Ok(None),
    }
}

/// Reads the objects inside each other. What is no object is the innermost result.
fn descend<'a>(
    answer: Answer<'a>,
    keys: &[&str],
    levels: &mut Vec<Level<'a>>,
) -> Result<Leaf<'a>, Unreadable> {
    let objects = match answer {
        Answer::Objects(objects) => objects,
        Answer::Value(value) => return Ok(Leaf::Value(value)),
    };
    let mut leaf = Leaf::Nothing;
    for object in objects {
        if levels.len() == DEEPEST {
            return Err(Unreadable::new("", "nested too deeply").below(DEEPEST));
        }
        let level = Level(object);
        level.check().map_err(|why| why.below(levels.len()))?;
        leaf = match level.0.get("result") {
            Some(result) => Leaf::Value(result),
            None if has(&level.0, keys) => Leaf::Payload(level.0.clone()),
            None if level.is_silent() && level.0.iter().any(|(_, it)| !it.is_empty()) => Leaf::Other,
            None => Leaf::Nothing,
        };
        levels.push(level);
    }
    Ok(leaf)
}

/// Whether an object says how the call went.
pub(crate) fn is_recognised(object: &Object<'_>) -> bool {
    has(object, &["hasError", "error", "statusCode", "result"])
}

/// Whether an object is an envelope beyond doubt: somebody's text may be JSON too.
pub(crate) fn is_certain(object: &Object<'_>) -> bool {
    has(object, &["hasError", "error"]) && has(object, &["result", "code", "errorCode"])
}

pub(crate) fn names_a_verdict(text: &str) -> bool {
    text.contains("\"error\"") || text.contains("\"hasError\"")
}

fn has(object: &Object<'_>, keys: &[&str]) -> bool {
    keys.iter().any(|key| object.get(key).is_some())
}

impl<'a> Level<'a> {
    /// Of two verdicts nobody can say which one counts, and a code has to be a number.
    fn check(&self) -> Result<(), Unreadable> {
        for key in FLAGS.into_iter().chain(NUMBERS).chain(["result"]) {
            if self.0.says_twice(key) {
                return Err(Unreadable::duplicate(key));
            }
        }
        let is_no_number = |key: &&str| self.said(key).is_some() && self.number(key).is_none();
        NUMBERS
            .into_iter()
            .find(|key| is_no_number(key))
            .map_or(Ok(()), |key| Err(Unreadable::other_type(key)))
    }

    pub(crate) fn is_recognised(&self) -> bool {
        is_recognised(&self.0)
    }

    /// Whether a payload stands beside its result: two results.
    pub(crate) fn has_two_results(&self, keys: &[&str]) -> bool {
        has(&self.0, &["result"]) && has(&self.0, keys)
    }

    /// Whether it does not say how the call went.
    fn is_silent(&self) -> bool {
        FLAGS.iter().chain(&NUMBERS).all(|key| self.said(key).is_none())
    }

    /// Whether it has nothing of its own to say, or is the payload.
    pub(crate) fn is_wrapper(&self) -> bool {
        self.is_silent() && self.message().is_none()
    }

    /// Whether it says that the call succeeded.
    pub(crate) fn says_yes(&self) -> bool {
        ["hasError", "error"]
            .iter()
            .any(|key| self.flag(key) == Some(Flag::No))
            || self.numbers().any(is_success)
    }

    pub(crate) fn flag(&self, key: &str) -> Option<Flag> {
        self.said(key).map(|value| match value.truth() {
            Some(true) => Flag::Yes,
            Some(false) => Flag::No,
            None => Flag::Words,
        })
    }

    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        self.said(key)?.whole_number()
    }

    pub(crate) fn numbers(&self) -> impl Iterator<Item = i64> {
        NUMBERS.iter().filter_map(|key| self.number(key))
    }

    /// The first of these that is a text or number with anything in it: no words are worth failing for.
    pub(crate) fn words(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| self.0.get(key)?.text())
    }

    /// The words of an error, under any name that they may have.
    pub(crate) fn message(&self) -> Option<Cow<'a, str>> {
        let flag = || {
            self.words(&["error"])
                .filter(|_| self.flag("error") == Some(Flag::Words))
        };
        self.words(&MESSAGE).or_else(flag)
    }

    /// Where the gateway's copy of the service's header leads to. Its values may come as a list.
    pub(crate) fn location(&self) -> Option<Cow<'a, str>> {
        let header = HEADER.iter().find_map(|key| self.0.get(key)?.object())?;
        let value = header.get("location")?;
        let first = value.items().and_then(|mut items| items.next());
        first.unwrap_or(value).string()
    }

    /// What is neither missing nor blank. An empty list of errors says that there are none.
    fn said(&self, key: &str) -> Option<Raw<'a>> {
        self.0
            .get(key)
            .filter(|value| !value.is_empty() || value.truth().is_some())
    }
}

impl<'a> Leaf<'a> {
    /// Whether it says that the call was answered.
    pub(crate) fn says_something(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Value(value) => !value.is_empty(),
            Self::Payload(_) | Self::Other => true,
        }
    }

    pub(crate) fn text(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Value(value) => value.string().filter(|text| !text.trim().is_empty()),
            Self::Nothing | Self::Payload(_) | Self::Other => None,
        }
    }

    /// Why it is not what was expected.
    pub(crate) fn unexpected(&self) -> Unreadable {
        let detail = match self {
            Self::Value(value) if value.string().is_some() => "a text in place of the result",
            Self::Value(value) if value.items().is_some() => "a list in place of the result",
            Self::Value(_) => "a bare value in place of the result",
            Self::Nothing | Self::Payload(_) | Self::Other => "no result",
        };
        Unreadable::new("", detail)
    }
}

/// Whether a code of any level is one of success.
pub(crate) fn is_success(code: i64) -> bool {
    matches!(code, 0 | 200..=299)
}

/// What a call answers inside the envelope.
pub(crate) trait Payload: Sized {
    /// The keys that say that an object is the payload.
    const KEYS: &'static [&'static str] = &[];
    /// The service answers in text, which may be JSON too.
    const IS_TEXT: bool = false;

    fn read(levels: &[Level<'_>], leaf: Leaf<'_>, redactor: &Redactor) -> Result<Self, Unreadable>;
}
