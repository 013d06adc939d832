use std::borrow::Cow;

use http_core::{Redactor, Secret};
use serde_json::Value;

use crate::exchange::planted;
use crate::secrets::{PART, Parts};

/// Shorter ones would black out words.
const SHORTEST: usize = PART;
const LONGEST: usize = 200;

/// Whether an echo may be in it that is encoded in yet another way.
fn may_be_encoded(text: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    text.contains(['%', '&', '\\']) || text.split(|c| !is_base64(c)).any(|run| run.len() * 6 >= PART * 8)
}

/// Whether decoding makes the secret itself shorter, and so a part of it no part any more.
fn looks_encoded(secret: &str) -> bool {
    let after_percent = secret.split('%').skip(1);
    let has_percent = after_percent
        .map(str::as_bytes)
        .any(|rest| rest.first().is_some_and(u8::is_ascii_hexdigit));
    has_percent
        || secret.contains("\\u")
        || secret.contains("\\x")
        || secret.contains('&') && secret.contains(';')
}

/// A secret in the first line, and a text with echoes of it.
pub fn redact(data: &[u8]) {
    let (first, rest) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &b""[..]),
    };
    let Ok(secret) = std::str::from_utf8(first) else {
        return;
    };
    let redactor = Redactor::new([&Secret::from(secret)]);
    let text = String::from_utf8_lossy(&planted(rest, &[secret])).into_owned();
    let redacted = redactor.redact(&text);
    // NUL stands for the mark below.
    if !(SHORTEST..LONGEST).contains(&secret.len()) || secret.contains('\0') || looks_encoded(secret) {
        return;
    }
    let parts = Parts::of(&[secret]);
    parts.assert_not_in(&redacted);
    assert_eq!(format!("{redactor:?}"), "Redactor { .. }");
    if Parts::runs(secret).find(&text).is_none() && !may_be_encoded(&text) {
        assert!(
            matches!(redacted, Cow::Borrowed(_)),
            "nothing but a secret is taken out: {redacted:?}"
        );
    }
    if let Ok(mut json) = serde_json::from_str::<Value>(&text) {
        redactor.redact_json(&mut json);
        let mut values = vec![json];
        while let Some(value) = values.pop() {
            match value {
                Value::String(text) => parts.assert_not_in(&text),
                Value::Number(number) => parts.assert_not_in(&number.to_string()),
                Value::Array(items) => values.extend(items),
                Value::Object(map) => {
                    for (key, item) in map {
                        parts.assert_not_in(&key);
                        values.push(item);
                    }
                }
                Value::Null | Value::Bool(_) => {}
            }
        }
    }
}
