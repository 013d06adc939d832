//! Fields of a provider's JSON as they really come: in any case, as text or as numbers.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::decode::text::{ascii_digit, same};

/// A JSON object that remembers whether a key stands in it twice: of two nobody can say which one counts, and one of
/// them may be a refusal.
///
/// ```
/// # use payvand_http_core::fields::Object;
/// # fn main() -> Result<(), serde_json::Error> {
/// let answer: Object = serde_json::from_str(r#"{"errorCode":1004,"errorCode":0,"token":"a"}"#)?;
/// assert!(answer.has_a_key_twice);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Object {
    /// The fields; of two with one name the later.
    pub fields: Map<String, Value>,
    /// Whether two of the object's own keys are the same. Objects inside it are not looked into.
    pub has_a_key_twice: bool,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
                let mut object = Object {
                    fields: Map::new(),
                    has_a_key_twice: false,
                };
                while let Some((key, value)) = access.next_entry::<String, Value>()? {
                    object.has_a_key_twice |= object.fields.insert(key, value).is_some();
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// The field of this name: as it is written here, or else in any case and with any separators.
///
/// ```
/// # use payvand_http_core::fields::find;
/// # use serde_json::json;
/// let answer = json!({"virtual_number": "3000", "Token": null});
/// let answer = answer.as_object().unwrap();
/// assert_eq!(find(answer, "VirtualNumber"), Some(&json!("3000")));
/// assert_eq!(find(answer, "token"), None); // null is no value
/// ```
pub fn find<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let not_null = |value: &&Value| !value.is_null();
    fields.get(name).filter(not_null).or_else(|| {
        fields
            .iter()
            .filter(|(key, _)| same(key, name))
            .map(|(_, value)| value)
            .find(not_null)
    })
}

/// A text or a number, without the space around it; `None` if nothing is left, or for any other kind of value.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number or a word of the provider's that stands for a code or a status: a text, a number or a truth, its digits
/// made ASCII.
pub fn word(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        other => text(other).map(|word| word.chars().map(|c| ascii_digit(c).unwrap_or(c)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_keys_are_noticed_however_they_are_written() {
        for (json, twice) in [
            (r#"{"a":1,"b":{"a":2},"A":3}"#, false),
            (r#"{"a":1,"b":2,"a":1}"#, true),
            (r#"{"a":1,"\u0061":2}"#, true),
            (r#"{"a":{"b":1,"b":2}}"#, false),
            ("{}", false),
        ] {
            let object: Object = serde_json::from_str(json).unwrap();
            assert_eq!(object.has_a_key_twice, twice, "{json}");
            let fields = serde_json::from_str::<Value>(json).unwrap();
            assert_eq!(Value::Object(object.fields), fields);
        }
        for no_object in ["[]", "1", "null", "\"a\"", "{\"a\":}"] {
            assert!(serde_json::from_str::<Object>(no_object).is_err(), "{no_object}");
        }
    }

    #[test]
    fn any_spelling_and_the_exact_one_first() {
        let fields = json!({"TOKEN": 1, "token": 2, "first name": 3, "Null": null, "null": 4});
        let fields = fields.as_object().unwrap();
        assert_eq!(find(fields, "token"), Some(&json!(2)));
        assert_eq!(find(fields, "FirstName"), Some(&json!(3)));
        assert_eq!(find(fields, "Null"), Some(&json!(4)));
        assert_eq!(find(fields, "last"), None);
    }

    #[test]
    fn texts_and_numbers_are_one() {
        for (value, expected) in [
            (json!(" 200 "), Some("200")),
            (json!("۲۰۰"), Some("200")),
            (json!(200), Some("200")),
            (
                json!(18_446_744_073_709_551_615_u64),
                Some("18446744073709551615"),
            ),
            (json!(true), Some("true")),
            (json!("  "), None),
            (json!(null), None),
            (json!([200]), None),
        ] {
            assert_eq!(word(&value).as_deref(), expected, "{value}");
        }
        assert_eq!(text(&json!("۲۰۰")).as_deref(), Some("۲۰۰"));
        assert_eq!(text(&json!(true)), None);
    }
}
