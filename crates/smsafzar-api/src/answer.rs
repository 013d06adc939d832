//! The answers. The manual promises HTTP 200 for a success and shows none of them, so the whole JSON is kept, and keys that
//! are likely are tried: those of [`inferred`].

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw};
use http_core::http::{Response, StatusCode};
use http_core::{Redactor, Secret, judge};
use payvand_persian::Mobile;
use payvand_sms::provider::{digits_of, numbers_in};
use serde_json::Value;
use smsafzar_auth::PasswordLogin;

use crate::contract::{Code, inferred};
use crate::error::ErrorBuilder;

/// What contradicts a success.
const OF_A_REFUSAL: [&str; 3] = ["errorCode", "errorMessage", "validationErrors"];

/// The JSON of a success: the whole body, and none of it says that the provider refused. Numbers and texts of the request,
/// `private`, stay out of the error.
pub(crate) fn success<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Raw<'a>, ErrorBuilder> {
    refused(response, redactor, private)?;
    let Some(json) = decode::text::<Code>(response).ok().and_then(Raw::parse) else {
        return Err(ErrorBuilder::decode("$", "no JSON"));
    };
    Ok(json)
}

/// The JSON object of a success of a call that changes something: HTTP 200, and nothing beside it that speaks of an error.
/// Whatever else comes with a status of success leaves open what was done.
pub(crate) fn success_of_change<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Object<'a>, ErrorBuilder> {
    let json = success(response, redactor, private)?;
    if response.status() != StatusCode::OK {
        return Err(ErrorBuilder::decode("$", "a status of success that is not 200"));
    }
    let Some(object) = json.object() else {
        return Err(ErrorBuilder::decode("$", "no JSON object"));
    };
    for place in places(&object) {
        if let Some(key) = OF_A_REFUSAL.iter().find(|it| place.get(it).is_some()) {
            return Err(ErrorBuilder::decode(format!("$.{key}"), "an error in a success"));
        }
    }
    Ok(object)
}

/// The refusal that an answer is, if it is one.
fn refused(
    response: &Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<(), ErrorBuilder> {
    if judge::<PasswordLogin>(response, redactor).is_ok() {
        return Ok(());
    }
    // It may quote what was sent, and numbers of others. To look for all of that is too slow for a success.
    let redactor = redactor.and(&private()).and(&numbers_in::<Code>(response));
    judge::<PasswordLogin>(response, &redactor).map_err(|failure| {
        // A code that the login does not have is one of these calls.
        let is_of_these_calls = matches!(failure.code(), Some(smsafzar_auth::Code::Unknown(_)));
        let failure = failure.map_code(Code::from);
        let failure = if is_of_these_calls && only_refuses(response) {
            failure.effect_none().permanent()
        } else {
            failure
        };
        let failure = if response.status().is_success() && failure.code().is_none() {
            // Without an excerpt: it may be an answer with numbers and texts.
            ErrorBuilder::decode("$", "a key stands twice")
        } else {
            failure
        };
        failure.received(response, &redactor)
    })
}

/// Whether it is what the manual says of HTTP 400: a refusal because of a value, the account or its settings, with a code
/// of its own, and nothing beside it.
fn only_refuses(response: &Response<Bytes>) -> bool {
    let text = decode::text::<Code>(response).ok();
    let object = text.and_then(Raw::parse).and_then(Raw::object);
    let is_refusal = |it: Object<'_>| it.get("errorCode").is_some() && it.has_only(&OF_A_REFUSAL);
    response.status() == StatusCode::BAD_REQUEST && object.is_some_and(is_refusal)
}

/// Where a key may stand: in the object, or in one that stands under a key of `NESTED`.
pub(crate) fn places<'a>(object: &Object<'a>) -> Vec<Object<'a>> {
    let nested = inferred::NESTED
        .iter()
        .filter_map(|key| object.get(key)?.object());
    [object.clone()].into_iter().chain(nested).collect()
}

/// The first of these keys that `read` can read.
pub(crate) fn find<'a, T>(
    places: &[Object<'a>],
    keys: &[&str],
    read: impl Fn(Raw<'a>) -> Option<T>,
) -> Option<T> {
    let mut values = places
        .iter()
        .flat_map(|place| keys.iter().filter_map(|key| place.get(key)));
    values.find_map(read)
}

/// Texts that stand under one of these keys, a secret taken out.
pub(crate) fn text(places: &[Object<'_>], keys: &[&str], redactor: &Redactor) -> Option<String> {
    let text = find(places, keys, Raw::text)?;
    Some(redactor.redact(&text).into_owned())
}

/// What something is called by, a secret taken out.
pub(crate) fn identifier(places: &[Object<'_>], keys: &[&str], redactor: &Redactor) -> Option<String> {
    let text = find(places, keys, Raw::identifier)?;
    Some(redactor.redact(&text).into_owned())
}

/// The list of an answer: the answer itself, or what stands in it under a key that is likely.
pub(crate) fn list<'a>(json: Raw<'a>) -> Option<Vec<Raw<'a>>> {
    let items = |list: Raw<'a>| Some(list.items()?.collect());
    let Some(object) = json.object() else {
        return items(json);
    };
    let places = places(&object);
    find(&places, inferred::MESSAGES, items).or_else(|| find(&places, inferred::NESTED, items))
}

/// The whole JSON, an echo of a secret taken out.
pub(crate) fn whole(json: Raw<'_>, redactor: &Redactor) -> Value {
    let mut value = json.value();
    redactor.redact_json(&mut value);
    value
}

/// What is kept out of errors besides the client's own secrets.
pub(crate) fn private<'a>(
    lines: impl IntoIterator<Item = &'a String>,
    numbers: impl IntoIterator<Item = Mobile>,
    texts: impl IntoIterator<Item = &'a String>,
) -> Vec<Secret> {
    let texts = lines.into_iter().chain(texts).filter(|it| !it.is_empty());
    let texts = texts.map(|it| Secret::from(&**it));
    numbers.into_iter().map(digits_of).chain(texts).collect()
}
