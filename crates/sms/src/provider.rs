//! What only the provider crates need.

use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{Object, Raw};
use http_core::http::Response;
use http_core::{Argument, Code, ErrorBuilder, Reason, Redactor, Secret};
use payvand_persian::{Mobile, NumberError};
use serde_json::Value;

use crate::numbers::numbers_in;

pub use crate::listed::Item;
pub use http_core::decode::KeptFields;

/// The list of an answer, if there is one, and all of the answer.
pub type List<'a> = (Option<Vec<Raw<'a>>>, Raw<'a>);

/// The error of a call whose number cannot be right.
pub fn invalid_number<C: Code>(argument: Argument, error: NumberError) -> ErrorBuilder<C> {
    match error {
        NumberError::Empty => ErrorBuilder::invalid_input(argument, Reason::Empty),
        other => ErrorBuilder::invalid_input(argument, Reason::Unwritable).detail(other.to_string()),
    }
}

/// What is kept out of errors of a call besides the client's own secrets: numbers and texts.
pub fn private<'a>(
    numbers: impl IntoIterator<Item = Mobile>,
    texts: impl IntoIterator<Item = &'a str>,
) -> Vec<Secret> {
    // All spellings of a number have its last ten digits in common.
    let digits = |it: Mobile| Secret::from(it.to_string().trim_start_matches('0'));
    let texts = texts.into_iter().filter(|it| !it.is_empty());
    numbers
        .into_iter()
        .map(digits)
        .chain(texts.map(Secret::from))
        .collect()
}

/// The same, and the numbers that the answer names: it may quote what was sent, and numbers of others.
pub fn private_in<C: Code>(response: &Response<Bytes>, mut private: Vec<Secret>) -> Vec<Secret> {
    private.extend(numbers_in::<C>(response));
    private
}

/// The first of these keys in these places that `read` can read.
pub fn find<'o, 'a: 'o, T>(
    places: impl IntoIterator<Item = &'o Object<'a>>,
    keys: &[&str],
    read: impl Fn(Raw<'a>) -> Option<T>,
) -> Option<T> {
    let values = |place: &'o Object<'a>| keys.iter().filter_map(|key| place.get(key));
    places.into_iter().flat_map(values).find_map(read)
}

/// The text, number or truth under one of these keys, a secret taken out.
pub fn text_under<'o, 'a: 'o>(
    places: impl IntoIterator<Item = &'o Object<'a>>,
    keys: &[&str],
    redactor: &Redactor,
) -> Option<String> {
    let text = |it: Raw<'_>| it.text().map(Cow::into_owned).or_else(|| it.word());
    find(places, keys, text).map(|it| redactor.redact(&it).into_owned())
}

/// The JSON as it came, an echo of a secret taken out.
pub fn whole(json: Raw<'_>, redactor: &Redactor) -> Value {
    let mut value = json.value();
    redactor.redact_json(&mut value);
    value
}
