//! A call that was answered, and what holds of every outcome.

use http_core::bytes::Bytes;
use http_core::http::{Response, StatusCode};
use http_core::{Effect, Kind, Semantics};

use crate::secret_parts::Parts;
use crate::{Call, Failure, Outcome, Success};

/// An excerpt is this long, and a mark that it was cut.
const EXCERPT: usize = 201;

/// A call that was made once, and answered so.
#[derive(Debug)]
pub struct Answered<'a> {
    pub call: &'static Call,
    pub response: Response<Bytes>,
    pub outcome: Outcome,
    /// With those of the login.
    pub requests: usize,
    /// Of the secrets that the client was given.
    pub own: &'a Parts,
    /// And of the token that the provider gives out.
    pub all: &'a Parts,
}

impl Answered<'_> {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Whether the failure says that a call that changes something has changed nothing.
    pub(crate) fn had_no_effect(&self, failure: &Failure) -> bool {
        failure.effect == Effect::None && self.call.semantics != Semantics::Safe
    }

    /// What holds of every failure.
    pub(crate) fn judge(&self, failure: &Failure, secrets: &Parts) {
        for (_, text) in &failure.texts {
            secrets.assert_not_in(text);
        }
        for language in ["English", "Persian"] {
            assert!(!text(failure, language).is_empty());
        }
        let excerpt = failure.excerpt.as_deref().unwrap_or_default();
        assert!(excerpt.chars().count() <= EXCERPT);
        assert!(failure.attempts >= 1, "it was sent");
        let status = self.status();
        assert_eq!(failure.http_status, Some(status));
        assert!(failure.effect == Effect::None || self.call.semantics != Semantics::Safe);

        let no_effect = self.had_no_effect(failure);
        assert!(!no_effect || !status.is_redirection(), "a redirect is no refusal");
        if failure.kind != Kind::Api {
            assert!(
                matches!(failure.kind, Kind::Status | Kind::Decode),
                "an answer came"
            );
            assert_eq!(failure.code, None);
            // Nothing but the provider's own refusal says that nothing was done, or one of the token in front of it.
            assert!(!no_effect || status == StatusCode::UNAUTHORIZED);
        }
    }
}

impl Drop for Answered<'_> {
    /// Whoever reads of a broken promise wants to see who broke it.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{:#?}: {:#?}", self.call, self.outcome);
        }
    }
}

/// What is called so of all that a failure prints.
pub(crate) fn text<'a>(failure: &'a Failure, name: &str) -> &'a str {
    let found = failure.texts.iter().find(|(it, _)| it == name);
    found.map_or("", |(_, text)| text)
}

/// All that an answer prints.
pub(crate) fn shown(success: &Success) -> String {
    success.texts().into_iter().map(|(_, text)| text + "\n").collect()
}
