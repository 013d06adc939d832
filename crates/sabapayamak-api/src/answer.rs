//! The envelope of a success. Keys come in Pascal or camel case, numbers as numbers or as text.

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw};
use http_core::http::Response;
use http_core::text::fold;
use http_core::{Effect, Redactor, Secret, judge};
use payvand_persian::Mobile;
use payvand_sms::provider::{digits_of, numbers_in};
use sabapayamak_auth::PasswordLogin;
use serde_json::Value;

use crate::contract::Code;
use crate::error::ErrorBuilder;

/// The `data` of a success: the whole body is the envelope, and its own status says so. Numbers and texts of the request,
/// `private`, stay out of the error.
pub(crate) fn data<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl Fn() -> Vec<Secret>,
) -> Result<Raw<'a>, ErrorBuilder> {
    if judge::<PasswordLogin>(response, redactor).is_err() {
        // It may quote what was sent, and numbers of others. To look for all of that is too slow for a success.
        let redactor = redactor.and(&private()).and(&numbers_in::<Code>(response));
        judge::<PasswordLogin>(response, &redactor)
            .map_err(|failure| failure.map_code(Code::from).received(response, &redactor))?;
    }
    let text = decode::text::<Code>(response).ok();
    let Some(envelope) = text.and_then(Raw::parse).and_then(Raw::object) else {
        return Err(ErrorBuilder::decode("$", "not the provider's envelope"));
    };
    if !response.status().is_success() || !says_success(&envelope) {
        return Err(ErrorBuilder::decode("$.status", "no success"));
    }
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

fn says_success(envelope: &Object<'_>) -> bool {
    let status = envelope.get("status").and_then(Raw::word);
    status.is_some_and(|word| match word.parse::<u64>() {
        Ok(number) => matches!(number, 200..=299 | 1001),
        Err(_) => ["true", "ok", "success", "successful", "succeeded", "موفق"].contains(&&*fold(&word)),
    })
}

/// The items of a list, or the only one where an object stands in its place. No data is an empty list.
pub(crate) fn items<'a>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
) -> Result<(Vec<Raw<'a>>, Value), ErrorBuilder> {
    let data = match data(response, redactor, Vec::new) {
        Ok(data) => data,
        Err(failure) if failure.code() == Some(&Code::NoData) && failure.effect() == Effect::None => {
            return Ok((Vec::new(), Value::Null));
        }
        Err(failure) => return Err(failure),
    };
    let items = match (data.items(), data.object()) {
        (Some(items), _) => items.collect(),
        (None, Some(_)) => vec![data],
        (None, None) => return Err(ErrorBuilder::decode("$.data", "neither a list nor an object")),
    };
    Ok((items, whole(data, redactor)))
}

/// The JSON as it came, an echo of a secret taken out.
pub(crate) fn whole(json: Raw<'_>, redactor: &Redactor) -> Value {
    let mut value = json.value();
    redactor.redact_json(&mut value);
    value
}

/// What is kept out of errors besides the client's own secrets.
pub(crate) fn private(text: &str, numbers: &[Mobile]) -> Vec<Secret> {
    let numbers = numbers.iter().copied().map(digits_of);
    numbers.chain([Secret::from(text)]).collect()
}
