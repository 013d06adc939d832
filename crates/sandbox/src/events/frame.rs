use bytes::Bytes;
use serde_json::Value;

/// As `text/event-stream` has it. JSON has no line breaks of its own.
pub(super) fn event(name: &str, data: &Value) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}
