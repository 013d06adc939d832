use serde::Serialize;

/// Appends an event as `text/event-stream` has it. JSON has no line breaks of its own.
pub(super) fn write(to: &mut Vec<u8>, name: &str, data: &impl Serialize) {
    to.extend_from_slice(b"event: ");
    to.extend_from_slice(name.as_bytes());
    to.extend_from_slice(b"\ndata: ");
    // What is written to memory fails only where data is no JSON: its members have names.
    let _ = serde_json::to_writer(&mut *to, data);
    to.extend_from_slice(b"\n\n");
}
