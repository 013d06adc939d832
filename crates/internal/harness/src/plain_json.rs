//! An answer as a plain reader of JSON sees it.

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::text::same;
use serde_json::Value;

/// A body as JSON; null if it is none.
pub(crate) fn json(response: &Response<Bytes>) -> Value {
    let body = response.body();
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).unwrap_or_default()
}

/// The same, or the only object in a text that has no other brackets.
pub(crate) fn json_in_text(response: &Response<Bytes>) -> Value {
    let whole = json(response);
    let text = std::str::from_utf8(response.body()).unwrap_or_default();
    let start = text.find(['{', '[']).filter(|at| text[*at..].starts_with('{'));
    let (Some(start), true) = (start, whole.is_null()) else {
        return whole;
    };
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter();
    let object = values.next().and_then(Result::ok).unwrap_or_default();
    let behind = &text[start + values.byte_offset()..];
    if behind.contains(['{', '[']) {
        Value::Null
    } else {
        object
    }
}

/// How many fields have this name, however it is spelt.
pub(crate) fn count(json: &Value, name: &str) -> usize {
    let fields = json.as_object().into_iter().flatten();
    fields.filter(|(key, _)| same(key, name)).count()
}

/// The field of this very name. Of two that differ in case nobody can say.
pub(crate) fn only<'a>(json: &'a Value, name: &str) -> Option<&'a Value> {
    json.get(name).filter(|_| count(json, name) == 1)
}
