//! What came of a call.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use http_core::http::StatusCode;
use http_core::{Code, Effect, Error, Kind, Language};
use serde::Serialize;

/// Texts that a program may print or log, each with what it is.
pub type Texts = Vec<(String, String)>;

pub type Outcome = Result<Success, Failure>;

/// The call was answered, and the client calls the answer a success.
pub struct Success {
    /// What the provider calls the thing that it made.
    pub id: Option<String>,
    /// Whether the answer itself says that it was done. Some answers are for the client's user to judge.
    pub is_certain: bool,
    pub(crate) answer: Arc<dyn Any + Send + Sync>,
    pub(crate) texts: Box<dyn Fn() -> Texts + Send + Sync>,
}

/// The client's error, its type forgotten.
#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: Kind,
    pub effect: Effect,
    pub attempts: u32,
    pub is_retryable: bool,
    pub retry_after: Option<Duration>,
    pub http_status: Option<StatusCode>,
    /// The provider's code, as `Debug` has it.
    pub code: Option<String>,
    pub message: Option<String>,
    pub excerpt: Option<String>,
    /// Everything that the error and what caused it print.
    pub texts: Texts,
}

impl Success {
    /// One with a typed answer, which prints and serialises.
    pub(crate) fn of<T: Debug + Serialize + Send + Sync + 'static>(answer: T) -> Self {
        Self::printed(answer, |answer| {
            let mut texts = debug_texts("the answer", answer);
            texts.extend(serde_json::to_string(answer).map(|json| ("the answer: JSON".to_owned(), json)));
            texts
        })
    }

    /// One with any answer that prints so.
    pub(crate) fn printed<T: Send + Sync + 'static>(answer: T, texts: fn(&T) -> Texts) -> Self {
        let answer = Arc::new(answer);
        Self {
            id: None,
            is_certain: true,
            answer: answer.clone(),
            texts: Box::new(move || texts(&answer)),
        }
    }

    /// The client's own answer.
    pub fn answer<T: 'static>(&self) -> Option<&T> {
        self.answer.downcast_ref()
    }

    /// How the answer prints, and reads as JSON.
    pub fn texts(&self) -> Texts {
        (self.texts)()
    }
}

impl Debug for Success {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Success")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Failure {
    /// All that an error says.
    pub fn of<C: Code>(error: &Error<C>) -> Self {
        let mut texts = error_texts(error);
        for language in [Language::English, Language::Persian] {
            texts.push((format!("{language:?}"), error.describe(language).into_owned()));
        }
        let (message, excerpt) = (error.message(), error.excerpt());
        for (name, text) in [
            ("message", message),
            ("json_path", error.json_path()),
            ("excerpt", excerpt),
        ] {
            texts.extend(text.map(|text| (name.to_owned(), text.to_owned())));
        }
        texts.extend(debug_texts("code", &error.code()));
        texts.extend(debug_texts("details", &error.details()));
        Self {
            kind: error.kind(),
            effect: error.effect(),
            attempts: error.attempts(),
            is_retryable: error.is_retryable(),
            retry_after: error.retry_after(),
            http_status: error.http_status(),
            code: error.code().map(|code| format!("{code:?}")),
            message: message.map(str::to_owned),
            excerpt: excerpt.map(str::to_owned),
            texts,
        }
    }
}

/// What an error of any library and its sources print.
pub fn error_texts(error: &(dyn StdError + 'static)) -> Texts {
    let mut texts = debug_texts("the error", error);
    texts.push(("the error: Display".to_owned(), error.to_string()));
    let sources = error.source().map(error_texts).into_iter().flatten();
    texts.extend(sources.map(|(what, text)| (format!("source: {what}"), text)));
    texts
}

/// How a value prints for programmers.
pub fn debug_texts(what: &str, value: &dyn Debug) -> Texts {
    vec![
        (format!("{what}: Debug"), format!("{value:?}")),
        (format!("{what}: Debug on many lines"), format!("{value:#?}")),
    ]
}
