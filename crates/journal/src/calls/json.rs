use serde_json::Value;

/// The values of a JSON document with the path to each: what it says, however it is written.
pub(super) fn values(json: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                values(value, &format!("{path}.{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                values(value, &format!("{path}.{index}"), found);
            }
        }
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        other => found.push((path.to_owned(), other.to_string())),
    }
}
