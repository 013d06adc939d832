//! What an answer has beyond the document's fields.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::decode::raw::Raw;
use crate::secret::redactor::Redactor;

/// Fields that are kept as they were sent, and read when somebody asks for them, without the client's secrets.
#[derive(Clone, Default)]
pub struct UnknownFields(Option<Box<Kept>>);

#[derive(Clone)]
struct Kept {
    fields: Vec<(Box<str>, Box<str>)>,
    /// No value of a key like this is shown, wherever it stands.
    hidden: &'static str,
    redactor: Redactor,
}

impl UnknownFields {
    /// Keeps these fields. What stands under a key named `hidden`, in any spelling and however deep, is left out.
    pub fn new<'a>(
        fields: impl Iterator<Item = (&'a str, Raw<'a>)>,
        hidden: &'static str,
        redactor: &Redactor,
    ) -> Self {
        let fields: Vec<_> = fields
            .map(|(key, value)| (key.into(), value.json().into()))
            .collect();
        if fields.is_empty() {
            return Self(None);
        }
        Self(Some(Box::new(Kept {
            fields,
            hidden,
            redactor: redactor.clone(),
        })))
    }

    /// The fields, an echo of a secret taken out. Numbers with more digits than `serde_json` holds are texts.
    pub fn to_map(&self) -> Map<String, Value> {
        let Some(kept) = &self.0 else {
            return Map::new();
        };
        let fields = kept.fields.iter().map(|(key, json)| {
            let value = Raw::parse(json).map(Raw::value).unwrap_or_default();
            (String::from(&**key), value)
        });
        let mut map = fields.collect();
        hide(&mut map, kept.hidden);
        kept.redactor.redact_json_map(&mut map);
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

impl PartialEq for UnknownFields {
    fn eq(&self, other: &Self) -> bool {
        let fields = |it: &Self| it.0.as_ref().map(|kept| kept.fields.clone());
        fields(self) == fields(other)
    }
}

impl Serialize for UnknownFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_map().serialize(serializer)
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_map().fmt(f)
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
        let fields = UnknownFields::new(object.iter(), "ott", &Redactor::new([&secret]));
        let expected =
            json!({"a": "1e400", "b": {"c": ["for [redacted]", {}]}, "n": "12345678901234567890123"});
        assert_eq!(Value::Object(fields.to_map()), expected);
        assert_eq!(serde_json::to_value(&fields).unwrap(), expected);
        assert!(!format!("{fields:?}").contains("not-a-real"), "{fields:?}");
        assert!(UnknownFields::default().to_map().is_empty());
    }
}
