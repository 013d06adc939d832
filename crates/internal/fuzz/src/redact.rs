use http_core::{Redactor, Secret};
use payvand_harness::secret_parts::{PART, Parts};
use serde_json::Value;

use crate::exchange::{planted, split};

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
    let mut after_percent = secret.split('%').skip(1);
    let has_percent = after_percent.any(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()));
    let has_backslash = secret.contains("\\u") || secret.contains("\\x");
    has_percent || has_backslash || secret.contains('&') && secret.contains(';')
}

/// A secret in the first line, and a text with echoes of it.
pub(crate) fn redact(data: &[u8]) {
    let (first, rest) = split(data, b"\n").unwrap_or((data, b""));
    let Ok(secret) = std::str::from_utf8(first) else {
        return;
    };
    let redactor = Redactor::new([&Secret::from(secret)]);
    let text = String::from_utf8_lossy(&planted(rest, &[secret.to_owned()])).into_owned();
    let redacted = redactor.redact(&text);
    // NUL stands for the mark below.
    if !(SHORTEST..LONGEST).contains(&secret.len()) || secret.contains('\0') || looks_encoded(secret) {
        return;
    }
    let parts = Parts::of(&[secret]);
    parts.assert_not_in(&redacted);
    assert_eq!(format!("{redactor:?}"), "Redactor { .. }");
    if Parts::runs(secret).find(&text).is_none() && !may_be_encoded(&text) {
        assert_eq!(redacted, text, "nothing but a secret is taken out");
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
                    map.keys().for_each(|key| parts.assert_not_in(key));
                    values.extend(map.into_iter().map(|(_, item)| item));
                }
                Value::Null | Value::Bool(_) => {}
            }
        }
    }
}
