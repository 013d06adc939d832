//! The answers. The manual promises HTTP 200 for a success and shows none of them, so the whole JSON is kept, and keys that
//! are likely are tried: those of [`inferred`].

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw};
use http_core::http::{Response, StatusCode};
use http_core::{Redactor, Secret, judge_call};
use payvand_sms::provider::{List, find, private_in};
use smsafzar_auth::PasswordLogin;

use crate::contract::{Code, inferred};
use crate::error::ErrorBuilder;

/// What contradicts a success.
const OF_A_REFUSAL: [&str; 3] = ["errorCode", "errorMessage", "validationErrors"];

/// The JSON of the success of a call that asks, the whole body.
pub(crate) fn success<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
) -> Result<(Raw<'a>, Option<Object<'a>>), ErrorBuilder> {
    let object = check(response, redactor, Vec::new)?;
    let json = decode::text::<Code>(response).ok().and_then(Raw::parse);
    let json = json.ok_or_else(|| ErrorBuilder::decode("$", "no JSON"))?;
    Ok((json, object))
}

/// The JSON object of a success of a call that changes something: HTTP 200, and nothing beside it that speaks of an error.
/// Whatever else comes with a status of success leaves open what was done. Numbers and texts of the request, `private`, stay
/// out of the error.
pub(crate) fn success_of_change<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Object<'a>, ErrorBuilder> {
    let object = check(response, redactor, private)?;
    if response.status() != StatusCode::OK {
        return Err(ErrorBuilder::decode("$", "a status of success that is not 200"));
    }
    let Some(object) = object else {
        return Err(ErrorBuilder::decode("$", "no JSON object"));
    };
    for place in places(object.clone()) {
        if let Some(key) = OF_A_REFUSAL.iter().find(|it| place.get(it).is_some()) {
            return Err(ErrorBuilder::decode(format!("$.{key}"), "an error in a success"));
        }
    }
    Ok(object)
}

/// The JSON object that an answer is as a whole, if it is one, and no refusal.
fn check<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Option<Object<'a>>, ErrorBuilder> {
    let private = || private_in::<Code>(response, private());
    judge_call::<PasswordLogin, _>(response, redactor, private).map_err(|failure: ErrorBuilder| {
        match failure.code() {
            // The login does not have these.
            Some(Code::NoSuchBatch | Code::Unknown(_)) if only_refuses(response) => {
                failure.effect_none().permanent()
            }
            // Without an excerpt: it may be an answer with numbers and texts.
            None if response.status().is_success() => ErrorBuilder::decode("$", "a key stands twice"),
            _ => failure,
        }
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
pub(crate) fn places(object: Object<'_>) -> Vec<Object<'_>> {
    let nested = inferred::NESTED
        .iter()
        .filter_map(|key| object.get(key)?.object());
    let mut places: Vec<_> = nested.collect();
    places.insert(0, object);
    places
}

/// The list of an answer, and the answer.
pub(crate) fn list<'a>(response: &'a Response<Bytes>, redactor: &Redactor) -> Result<List<'a>, ErrorBuilder> {
    let (json, object) = success(response, redactor)?;
    Ok((items(json, object), json))
}

/// The list of an answer: the answer itself, or what stands in it under a key that is likely.
fn items<'a>(json: Raw<'a>, object: Option<Object<'a>>) -> Option<Vec<Raw<'a>>> {
    fn items(list: Raw<'_>) -> Option<Vec<Raw<'_>>> {
        Some(list.items()?.collect())
    }
    let Some(object) = object else {
        return items(json);
    };
    let places = places(object);
    find(&places, inferred::MESSAGES, items).or_else(|| find(&places, inferred::NESTED, items))
}

/// What the service calls the batch that it took.
pub(crate) fn batch_id(answer: &Object<'_>, redactor: &Redactor) -> Option<String> {
    let id = find(&places(answer.clone()), inferred::BATCH_ID, Raw::identifier)?;
    Some(redactor.redact(&id).into_owned())
}
