//! From a response to what a call answers, or to the reason why it has no answer.

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::http::Response;
use serde::de::IgnoredAny;

use crate::contract::Service;
use crate::details::{Details, Reference};
use crate::envelope::{Anything, Envelope, LevelFields, Payload, trim};
use crate::error::Failure;
use crate::evidence;
use crate::refusal::{redirects, reference, refusal};
use crate::wire::Place;

/// An answer whose payload has to be there.
pub(crate) fn read<T: Payload>(
    response: &Response<Bytes>,
    service: Service,
    redactor: &Redactor,
) -> Result<(T, Reference), Failure> {
    let envelope = envelope::<T>(response, service, redactor)?;
    let reference = reference(&envelope.levels, redactor);
    let detail = match (envelope.payload, envelope.text) {
        (Some(payload), _) => return Ok((payload, reference)),
        (None, Some(_)) => "a text in place of the result",
        (None, None) => "no result",
    };
    Err(unread(response, &result_path(&envelope.levels), detail).details(Details::unread(reference)))
}

/// What a visit leads to.
pub(crate) enum TextOrRedirect {
    Text(String),
    /// The gateway says that the service redirects there.
    Redirect(String),
}

/// An answer that is text, or a redirect inside the envelope.
pub(crate) fn read_text(
    response: &Response<Bytes>,
    service: Service,
    redactor: &Redactor,
) -> Result<TextOrRedirect, Failure> {
    let mut envelope = envelope::<Text>(response, service, redactor)?;
    let redirect = envelope
        .levels
        .iter_mut()
        .find(|level| redirects(level, service))
        .and_then(|level| level.location.take());
    match (redirect, envelope.text) {
        (Some(location), _) => Ok(TextOrRedirect::Redirect(location)),
        (None, Some(text)) if !text.trim().is_empty() => Ok(TextOrRedirect::Text(text)),
        (None, _) => {
            let path = result_path(&envelope.levels);
            let details = Details::unread(reference(&envelope.levels, redactor));
            Err(unread(response, &path, "neither a text nor a redirect").details(details))
        }
    }
}

/// The payload of a call that answers in text: it has none.
struct Text;

impl Payload for Text {
    const PLAIN_TEXT: bool = true;
}

/// The provider's own envelope, in which no level refuses.
fn envelope<T: Payload>(
    response: &Response<Bytes>,
    service: Service,
    redactor: &Redactor,
) -> Result<Envelope<T>, Failure> {
    if response.status().is_redirection() {
        return Err(Failure::status("a redirect, which is never followed"));
    }
    let Ok(text) = std::str::from_utf8(response.body()) else {
        return Err(unread(response, "$", "not UTF-8"));
    };
    let json = trim(text);
    if !json.starts_with(['{', '[', '"']) {
        return bare_text(response, text);
    }
    let envelope = match Envelope::<T>::read(json) {
        Ok(envelope) if envelope.levels.iter().any(LevelFields::is_recognised) => envelope,
        // The text alone, in quotes.
        Ok(envelope) if T::PLAIN_TEXT && envelope.levels.is_empty() && envelope.text.is_some() => envelope,
        Ok(_) => return Err(unread(response, "$", "no envelope")),
        Err(error) => return Err(unreadable(response, json, &error, service, redactor)),
    };
    if let Some(refusal) = refusal(&envelope, service, redactor) {
        return Err(refusal);
    }
    if !response.status().is_success() {
        let details = Details::unread(reference(&envelope.levels, redactor));
        return Err(Failure::status("a success that contradicts the HTTP status")
            .excerpt_of(&evidence::of(response))
            .details(details));
    }
    Ok(envelope)
}

/// The gateway may hand on a text without any envelope.
fn bare_text<T: Payload>(response: &Response<Bytes>, text: &str) -> Result<Envelope<T>, Failure> {
    let detail = if text.trim().is_empty() {
        "empty"
    } else if !T::PLAIN_TEXT || !response.status().is_success() {
        "not JSON"
    } else if text.trim_start().starts_with('<') {
        "a page or XML, which may as well be a gateway's own"
    } else {
        return Ok(Envelope {
            levels: Vec::new(),
            payload: None,
            text: Some(text.to_owned()),
        });
    };
    Err(unread(response, "$", detail))
}

/// The payload broke the contract; if the answer was a refusal, that explains it.
fn unreadable(
    response: &Response<Bytes>,
    json: &str,
    error: &serde_json::Error,
    service: Service,
    redactor: &Redactor,
) -> Failure {
    let mut known = Reference::default();
    if let Ok(envelope) = Envelope::<Anything>::read(json) {
        if let Some(refusal) = refusal(&envelope, service, redactor) {
            return refusal;
        }
        known = reference(&envelope.levels, redactor);
    }
    let place = Place::of(error);
    match serde_json::from_str::<IgnoredAny>(json) {
        Ok(_) => unread(response, &format!("${}", place.path), &place.detail).details(Details::unread(known)),
        Err(error) if error.is_eof() => unread(response, "$", "cut short"),
        Err(_) => unread(response, "$", "not JSON"),
    }
}

fn unread(response: &Response<Bytes>, path: &str, detail: &str) -> Failure {
    let failure = if response.status().is_success() {
        Failure::decode(path, detail)
    } else {
        Failure::status("no answer of the provider's own")
    };
    failure.excerpt_of(&evidence::of(response))
}

/// Where the result should have been.
fn result_path(levels: &[LevelFields]) -> String {
    format!("${}", ".result".repeat(levels.len()))
}
