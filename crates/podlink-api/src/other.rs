//! What an answer has beyond the document's fields.

use http_core::{Redactor, text};
use serde_json::{Map, Value};

/// Takes out the client's own secrets, and one-time tokens wherever they are.
pub(crate) fn clean(other: &mut Map<String, Value>, redactor: &Redactor) {
    if !other.is_empty() {
        forget_one_time_tokens(other);
        redactor.redact_json_map(other);
    }
}

fn forget_one_time_tokens(map: &mut Map<String, Value>) {
    map.retain(|key, _| !text::same(key, "ott"));
    map.values_mut().for_each(forget_inside);
}

fn forget_inside(value: &mut Value) {
    match value {
        Value::Object(map) => forget_one_time_tokens(map),
        Value::Array(items) => items.iter_mut().for_each(forget_inside),
        _ => {}
    }
}
