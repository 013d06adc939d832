//! The envelope of a success. Keys come in Pascal or camel case, numbers as numbers or as text.

use http_core::bytes::Bytes;
use http_core::decode::{Object, Raw};
use http_core::http::Response;
use http_core::{Effect, Redactor, Secret, judge_call};
use payvand_sms::provider::{List, private_in};
use sabapayamak_auth::PasswordLogin;

use crate::contract::Code;
use crate::error::ErrorBuilder;

/// The `data` of a success: the whole body is the envelope, and its own status says so. Numbers and texts of the request,
/// `private`, stay out of the error.
pub(crate) fn data<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Raw<'a>, ErrorBuilder> {
    let private = || private_in::<Code>(response, private());
    let envelope = judge_call::<PasswordLogin, _>(response, redactor, private)?;
    let Some(envelope) = envelope.filter(|_| response.status().is_success()) else {
        return Err(ErrorBuilder::decode(
            "$",
            "not the provider's envelope of a success",
        ));
    };
    let data = envelope.get("data");
    data.ok_or_else(|| ErrorBuilder::decode("$.data", "missing"))
}

/// The `data` of a send that was taken.
pub(crate) fn sent<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Object<'a>, ErrorBuilder> {
    let Some(object) = data(response, redactor, private)?.object() else {
        return Err(ErrorBuilder::decode("$.data", "no object"));
    };
    if object.duplicate_key().is_some() {
        return Err(ErrorBuilder::decode("$.data", "a key stands twice"));
    }
    Ok(object)
}

/// The items of a list, or the only one where an object stands in its place, and all of `data`. No data is an empty list.
pub(crate) fn list<'a>(response: &'a Response<Bytes>, redactor: &Redactor) -> Result<List<'a>, ErrorBuilder> {
    let data = match data(response, redactor, Vec::new) {
        Ok(data) => data,
        Err(failure) if failure.code() == Some(&Code::NoData) && failure.effect() == Effect::None => {
            return Ok((Some(Vec::new()), Raw::NULL));
        }
        Err(failure) => return Err(failure),
    };
    let items = match (data.items(), data.object()) {
        (Some(items), _) => items.collect(),
        (None, Some(_)) => vec![data],
        (None, None) => return Err(ErrorBuilder::decode("$.data", "neither a list nor an object")),
    };
    Ok((Some(items), data))
}
