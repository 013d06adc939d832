//! What holds for every error of every client.

use std::error::Error as _;
use std::fmt::Write as _;

use http_core::http::StatusCode;
use http_core::{Code, Effect, Error, Kind, Language};

use crate::secrets::Parts;

/// An excerpt is this long, and a mark that it was cut.
const EXCERPT: usize = 201;

/// All that an error can show.
fn shown<C: Code>(error: &Error<C>) -> String {
    let mut shown = format!("{error}\n{error:?}\n{error:#?}");
    let mut cause = error.source();
    while let Some(link) = cause {
        let _ = write!(shown, "\n{link}\n{link:?}");
        cause = link.source();
    }
    let texts = [error.message(), error.excerpt(), error.json_path()];
    for text in texts.into_iter().flatten() {
        shown.push('\n');
        shown.push_str(text);
    }
    let _ = write!(shown, "\n{:?}\n{:?}", error.code(), error.details());
    shown
}

/// Judges the error of a call that was answered with this status. Of one that only reads the effect is none.
pub(crate) fn judge<C: Code>(error: &Error<C>, status: StatusCode, only_reads: bool, secrets: &Parts) {
    secrets.assert_not_in(&shown(error));
    assert!(error.attempts() >= 1, "it was sent: {error:?}");
    assert_eq!(error.http_status(), Some(status), "{error:?}");
    match error.kind() {
        Kind::Provider => {}
        // Nothing but the provider's own refusal says that nothing was done.
        Kind::Status | Kind::Decode => {
            // But for a refused token in front of the provider.
            if !only_reads && status != StatusCode::UNAUTHORIZED {
                assert_eq!(error.effect(), Effect::Unknown, "{error:?}");
            }
            assert_eq!(error.code(), None, "{error:?}");
        }
        other => panic!("an answer came, and the error is {other:?}: {error:?}"),
    }
    if only_reads {
        assert_eq!(error.effect(), Effect::None, "{error:?}");
    } else if error.effect() == Effect::None {
        assert!(!status.is_redirection(), "a redirect is no refusal: {error:?}");
    }
    if let Some(excerpt) = error.excerpt() {
        assert!(excerpt.chars().count() <= EXCERPT, "{error:?}");
    }
    for language in [Language::English, Language::Persian] {
        assert!(!error.describe(language).is_empty());
    }
}
