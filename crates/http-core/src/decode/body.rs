//! From a response to its text, or to what came in place of an answer.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::decode::object::Object;
use crate::decode::raw::Raw;
use crate::decode::search::{Search, search};
use crate::decode::text::is_blank;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;

/// What is said of a redirect.
pub const REDIRECT: &str = "a redirect, which is never followed: check the base URL";

/// The text of a response, without white space and byte order marks around it.
///
/// # Errors
/// A redirect, and what is not UTF-8, whatever charset its header names.
pub fn text<C: Code>(response: &Response<Bytes>) -> Result<&str, ErrorBuilder<C>> {
    if response.status().is_redirection() {
        return Err(ErrorBuilder::status(REDIRECT));
    }
    match std::str::from_utf8(response.body()) {
        Ok(text) => Ok(text.trim_matches(is_blank)),
        Err(_) => Err(not_the_providers(response.status(), "not UTF-8")),
    }
}

/// The JSON object that a response is, or the only one in it that is an answer, and whether it is all that there is.
pub fn object<'a, C: Code>(
    response: &'a Response<Bytes>,
    is_answer: impl Fn(&Object<'a>) -> bool,
) -> Option<(Object<'a>, bool)> {
    let text = text::<C>(response).ok()?;
    if let Some(whole) = Object::whole(text) {
        return Some((whole, true));
    }
    match Raw::parse(text) {
        Some(whole) => Some((whole.object()?, true)),
        None => match search(text, is_answer) {
            Search::One { object, .. } => Some((object, false)),
            _ => None,
        },
    }
}

/// The judgement of an answer in which the provider says neither that it refuses nor that it is a success.
///
/// # Errors
/// It has no HTTP status of success.
pub fn by_http_status<C: Code>(response: &Response<Bytes>) -> Result<(), ErrorBuilder<C>> {
    match somebody_elses(response.status()) {
        Some(failure) => Err(failure.excerpt_of(response)),
        None => Ok(()),
    }
}

/// The text that a JSON string holds, if that is all there is; the text itself otherwise.
pub fn unquoted(text: &str) -> Cow<'_, str> {
    let quoted = text.starts_with('"').then(|| Raw::parse(text)).flatten();
    quoted.and_then(Raw::string).unwrap_or(Cow::Borrowed(text))
}

/// The failure of an answer that is not the provider's: with an HTTP status of success it breaks the contract, as
/// `detail` says; otherwise somebody else answered.
pub fn not_the_providers<C: Code>(status: StatusCode, detail: &str) -> ErrorBuilder<C> {
    somebody_elses(status).unwrap_or_else(|| ErrorBuilder::decode("$", detail))
}

/// The failure of an answer that is not the provider's, if its HTTP status says that somebody else gave it.
pub fn somebody_elses<C: Code>(status: StatusCode) -> Option<ErrorBuilder<C>> {
    let detail = match status.as_u16() {
        200..=299 => return None,
        300..=399 => REDIRECT,
        403 => {
            "a CDN or a firewall refuses the address that you call from, most often because it is not an Iranian one: \
             switch a VPN off, call from Iran, and see whether the provider's panel has a list of allowed addresses"
        }
        404 => "nothing is there: check the path and the base URL",
        407 => "the proxy asks for a user name and a password",
        429 => "a server ahead of the provider has too many requests",
        500..=599 => "the server, or one ahead of it, failed",
        _ => "a server ahead of the provider answered, such as a CDN or a firewall",
    };
    Some(ErrorBuilder::status(detail))
}
