//! The fields of an answer, kept as they were sent.

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::decode::raw::Raw;
use crate::secret::redactor::Redactor;

/// Fields that are kept as they were sent, and read when somebody first asks for them, without the client's secrets.
#[derive(Clone, Default)]
pub struct KeptFields(Option<Box<Kept>>);

#[derive(Clone)]
struct Kept {
    /// Each key, and its value as it was sent behind it: of one text, since many small ones take more.
    text: String,
    /// Where each key and each value ends.
    ends: Vec<(usize, usize)>,
    /// No value of a key like this is shown, wherever it stands.
    hidden: Option<&'static str>,
    redactor: Redactor,
    map: OnceLock<Map<String, Value>>,
}

impl KeptFields {
    /// Keeps these fields. What stands under a key named `hidden`, in any spelling and however deep, is left out.
    pub fn new<'a>(
        fields: impl Iterator<Item = (&'a str, Raw<'a>)>,
        hidden: Option<&'static str>,
        redactor: &Redactor,
    ) -> Self {
        let fields: Vec<_> = fields.collect();
        if fields.is_empty() {
            return Self(None);
        }
        let length = fields.iter().map(|(key, value)| key.len() + value.json().len());
        let mut text = String::with_capacity(length.sum());
        let ends = fields.iter().map(|(key, value)| {
            text.push_str(key);
            let end_of_key = text.len();
            text.push_str(value.json());
            (end_of_key, text.len())
        });
        Self(Some(Box::new(Kept {
            ends: ends.collect(),
            text,
            hidden,
            redactor: redactor.clone(),
            map: OnceLock::new(),
        })))
    }

    /// The fields, an echo of a secret taken out. Numbers with more digits than `serde_json` holds are texts.
    pub fn as_map(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        match &self.0 {
            Some(kept) => kept.map.get_or_init(|| kept.read()),
            None => &NONE,
        }
    }
}

impl Kept {
    fn read(&self) -> Map<String, Value> {
        let mut start = 0;
        let fields = self.ends.iter().map(|&(end_of_key, end)| {
            let (key, json) = (&self.text[start..end_of_key], &self.text[end_of_key..end]);
            start = end;
            (key.to_owned(), Raw::inside(json).value())
        });
        let mut map = fields.collect();
        if let Some(hidden) = self.hidden {
            hide(&mut map, hidden);
        }
        self.redactor.redact_json_map(&mut map);
        map
    }
}

fn hide(map: &mut Map<String, Value>, name: &str) {
    map.retain(|key, _| !crate::decode::text::same(key, name));
    map.values_mut().for_each(|value| hide_inside(value, name));
}

fn hide_inside(value: &mut Value, name: &str) {
    match value {
        Value::Object(map) => hide(map, name),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_inside(item, name)),
        _ => {}
    }
}

impl PartialEq for KeptFields {
    fn eq(&self, other: &Self) -> bool {
        self.as_map() == other.as_map()
    }
}

impl Serialize for KeptFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_map().serialize(serializer)
    }
}

impl fmt::Debug for KeptFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_map().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::Secret;

    #[test]
    fn they_are_read_without_secrets() {
        let secret = Secret::from("not-a-real-token");
        let json = r#"{"a":1e400,"b":{"OTT":"x","c":["for not-a-real-token",{"o-t-t":1}]},"ott":"x","n":12345678901234567890123}"#;
        let object = Raw::parse(json).unwrap().object().unwrap();
        let fields = KeptFields::new(object.iter(), Some("ott"), &Redactor::new([&secret]));
        let expected =
            json!({"a": "1e400", "b": {"c": ["for [redacted]", {}]}, "n": "12345678901234567890123"});
        assert_eq!(Value::Object(fields.as_map().clone()), expected);
        assert_eq!(serde_json::to_value(&fields).unwrap(), expected);
        assert!(!format!("{fields:?}").contains("not-a-real"), "{fields:?}");
        assert!(KeptFields::default().as_map().is_empty());
    }
}
