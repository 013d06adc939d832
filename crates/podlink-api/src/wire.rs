//! Reading JSON leniently and in one pass: numbers may be texts, flags may be numbers, keys may have any case. What
//! still does not fit becomes an error that knows its place and quotes nothing.

use std::fmt;
use std::marker::PhantomData;

use http_core::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Marks the messages that [`at`] has made: place and reason between three of these.
const MARK: char = '\u{1}';

const OTHER_TYPE: &str = "a value is not of the type that the contract has there";

/// Puts one more step in front of the place that an error names. Its words are replaced by ours, because serde's
/// quote the value.
pub(crate) fn at<E: Error>(step: impl fmt::Display, error: impl fmt::Display) -> E {
    let place = Place::of(&error);
    E::custom(format_args!(
        "{MARK}{step}{}{MARK}{}{MARK}",
        place.path, place.detail
    ))
}

/// An error in our own words, at the place where it is returned.
pub(crate) fn complain<E: Error>(detail: &'static str) -> E {
    E::custom(format_args!("{MARK}{MARK}{detail}{MARK}"))
}

/// Where reading failed, and why, without a word of the answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    /// Steps below the root, such as `.result.linkVos[3].createTime`.
    pub(crate) path: String,
    pub(crate) detail: String,
}

impl Place {
    pub(crate) fn of(error: &impl fmt::Display) -> Self {
        let text = error.to_string();
        let mut parts = text
            .strip_prefix(MARK)
            .into_iter()
            .flat_map(|rest| rest.split(MARK));
        match (parts.next(), parts.next()) {
            (Some(path), Some(detail)) => Self {
                path: path.to_owned(),
                detail: detail.to_owned(),
            },
            _ => Self {
                path: String::new(),
                detail: in_our_words(&text),
            },
        }
    }
}

/// Only what cannot quote a value is kept of serde's words: the name of a field of ours, and its depth limit.
fn in_our_words(text: &str) -> String {
    for known in ["missing field `", "duplicate field `"] {
        if let Some((name, _)) = text.strip_prefix(known).and_then(|rest| rest.split_once('`')) {
            return format!("{known}{name}`");
        }
    }
    if text.starts_with("recursion limit exceeded") {
        return "nested too deeply".to_owned();
    }
    OTHER_TYPE.to_owned()
}

/// What a field can be read as; null is `None`.
pub(crate) trait Field: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;
}

/// A [`Field`] for serde.
pub(crate) struct Read<T>(pub(crate) Option<T>);

impl<'de, T: Field> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// What a JSON text, number or bool can be read as.
pub(crate) trait Scalar: Sized {
    /// Whether an empty text says as little as null.
    const EMPTY_IS_NULL: bool = true;

    fn of_text(text: &str) -> Option<Self>;

    fn of_number(_: i128) -> Option<Self> {
        None
    }

    fn of_bool(_: bool) -> Option<Self> {
        None
    }
}

impl<T: Scalar> Field for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<T: Scalar> ScalarVisitor<T> {
    fn found<E: Error>(value: Option<T>) -> Result<Option<T>, E> {
        match value {
            Some(value) => Ok(Some(value)),
            None => Err(complain(OTHER_TYPE)),
        }
    }
}

impl<T: Scalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, number or bool")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        Self::found(T::of_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<T>, E> {
        Self::found(T::of_number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<T>, E> {
        Self::found(T::of_number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<T>, E> {
        Self::found(whole(value).and_then(T::of_number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<T>, E> {
        if T::EMPTY_IS_NULL && value.is_empty() {
            return Ok(None);
        }
        Self::found(T::of_text(value))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked: whole, and small enough to be exact"
)]
pub(crate) fn whole(number: f64) -> Option<i128> {
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i128)
}

impl Scalar for String {
    const EMPTY_IS_NULL: bool = false;

    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn of_number(number: i128) -> Option<Self> {
        Some(number.to_string())
    }
}

impl Scalar for i64 {
    fn of_text(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn of_number(number: i128) -> Option<Self> {
        number.try_into().ok()
    }
}

impl Scalar for u64 {
    fn of_text(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn of_number(number: i128) -> Option<Self> {
        number.try_into().ok()
    }
}

impl Scalar for Timestamp {
    fn of_text(text: &str) -> Option<Self> {
        i64::of_text(text).map(Self::from_millis)
    }

    fn of_number(number: i128) -> Option<Self> {
        i64::of_number(number).map(Self::from_millis)
    }
}

impl Scalar for bool {
    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "1" => Some(true),
            "0" => Some(false),
            _ if text.eq_ignore_ascii_case("true") => Some(true),
            _ if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn of_number(number: i128) -> Option<Self> {
        match number {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn of_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

/// An array whose items are all there.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T: Field> Field for List<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Field> Visitor<'de> for ListVisitor<T> {
    type Value = Option<List<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        read_items(items).map(|items| Some(List(items)))
    }
}

pub(crate) fn read_items<'de, T: Field, A: SeqAccess<'de>>(mut items: A) -> Result<Vec<T>, A::Error> {
    let mut list = Vec::new();
    loop {
        let step = || format!("[{}]", list.len());
        match items.next_element::<Read<T>>() {
            Ok(Some(Read(Some(item)))) => list.push(item),
            Ok(Some(Read(None))) => return Err(at(step(), complain::<A::Error>("null in a list"))),
            Ok(None) => return Ok(list),
            Err(error) => return Err(at(step(), error)),
        }
    }
}

/// A JSON object with known keys.
pub(crate) trait Object: Sized {
    fn knows(key: &str) -> bool;
    fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

pub(crate) struct ObjectVisitor<T>(pub(crate) PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::read_map(map).map(Some)
    }
}

/// Reads a struct from a JSON object: `required` fields, `optional` ones (`Option`), `list`s (empty if missing or
/// null), the `rest` of the keys as JSON, and fields that are not on the wire.
macro_rules! wire_object {
    (
        $name:ident {
            $($need:ident $field:ident = $key:literal,)+
        }
        $(rest $rest:ident)?
        $(local $local:ident)?
    ) => {
        const _: () = {
            #[allow(non_camel_case_types)]
            enum Key {
                $($field,)+
                Other(#[allow(dead_code)] String),
            }

            impl Key {
                fn of(text: &str) -> Option<Self> {
                    match text {
                        $($key => Some(Self::$field),)+
                        $(_ if text.eq_ignore_ascii_case($key) => Some(Self::$field),)+
                        _ => None,
                    }
                }
            }

            impl<'de> serde::Deserialize<'de> for Key {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct KeyVisitor;
                    impl serde::de::Visitor<'_> for KeyVisitor {
                        type Value = Key;

                        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                            f.write_str("a key")
                        }

                        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Key, E> {
                            Ok(Key::of(text).unwrap_or_else(|| Key::Other(text.to_owned())))
                        }
                    }
                    deserializer.deserialize_identifier(KeyVisitor)
                }
            }

            impl $crate::wire::Object for $name {
                fn knows(key: &str) -> bool {
                    Key::of(key).is_some()
                }

                fn read_map<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                    $(let mut $field = None;)+
                    $(let mut $rest = serde_json::Map::new();)?
                    while let Some(key) = map.next_key::<Key>()? {
                        match key {
                            $(Key::$field => {
                                if $field.is_some() {
                                    return Err(serde::de::Error::duplicate_field($key));
                                }
                                $field = match map.next_value() {
                                    Ok($crate::wire::Read(value)) => value,
                                    Err(error) => return Err($crate::wire::at(concat!(".", $key), error)),
                                };
                            })+
                            $(Key::Other(key) => {
                                let value = map.next_value::<serde_json::Value>()?;
                                $rest.insert(key, value);
                            })?
                            #[allow(unreachable_patterns)]
                            Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Self {
                        $($field: $crate::wire::wire_object!(@ $need $field $key),)+
                        $($rest,)?
                        $($local: Default::default(),)?
                    })
                }
            }

            impl $crate::wire::Field for $name {
                fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                    deserializer.deserialize_any($crate::wire::ObjectVisitor(std::marker::PhantomData))
                }
            }
        };
    };
    (@ required $field:ident $key:literal) => {
        $field.ok_or_else(|| serde::de::Error::missing_field($key))?
    };
    (@ optional $field:ident $key:literal) => {
        $field
    };
    (@ list $field:ident $key:literal) => {
        $field.map(|$crate::wire::List(items)| items).unwrap_or_default()
    };
}

pub(crate) use wire_object;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Thing {
        name: String,
        count: Option<u64>,
        on: Option<bool>,
        parts: Vec<Thing>,
        rest: serde_json::Map<String, serde_json::Value>,
    }

    wire_object! {
        Thing {
            required name = "theName",
            optional count = "count",
            optional on = "on",
            list parts = "parts",
        } rest rest
    }

    fn read(json: &str) -> Result<Thing, Place> {
        match serde_json::from_str::<Read<Thing>>(json) {
            Ok(Read(thing)) => Ok(thing.unwrap()),
            Err(error) => Err(Place::of(&error)),
        }
    }

    #[test]
    fn types_and_cases_may_vary() {
        let thing = read(r#"{"THENAME":7,"count":" 12 ","on":"True","Parts":[{"theName":"x","count":3.0,"on":0}],"more":[1]}"#)
            .unwrap();
        assert_eq!(
            (thing.name.as_str(), thing.count, thing.on),
            ("7", Some(12), Some(true))
        );
        assert_eq!((thing.parts[0].count, thing.parts[0].on), (Some(3), Some(false)));
        assert_eq!(thing.rest, json!({"more": [1]}).as_object().unwrap().clone());
        let thing = read(r#"{"theName":"a","count":null,"on":null,"parts":null}"#).unwrap();
        assert_eq!((thing.count, thing.on, thing.parts.len()), (None, None, 0));
    }

    #[test]
    fn errors_know_the_place_and_quote_nothing() {
        for (json, path, detail) in [
            (r#"{"count":1}"#, "", "missing field `theName`"),
            (r#"{"theName":null}"#, "", "missing field `theName`"),
            (
                r#"{"theName":"a","thename":"b"}"#,
                "",
                "duplicate field `theName`",
            ),
            (r#"{"theName":"a","count":-1}"#, ".count", OTHER_TYPE),
            (r#"{"theName":"a","count":1.5}"#, ".count", OTHER_TYPE),
            (r#"{"theName":"a","count":"secret"}"#, ".count", OTHER_TYPE),
            (r#"{"theName":"a","count":["secret"]}"#, ".count", OTHER_TYPE),
            (r#"{"theName":"a","parts":"secret"}"#, ".parts", OTHER_TYPE),
            (
                r#"{"theName":"a","parts":[{"theName":"a"},null]}"#,
                ".parts[1]",
                "null in a list",
            ),
            (
                r#"{"theName":"a","parts":[{"theName":"a"},{"theName":"b","parts":[{"theName":{"secret":1}}]}]}"#,
                ".parts[1].parts[0].theName",
                OTHER_TYPE,
            ),
        ] {
            let place = read(json).unwrap_err();
            assert_eq!(
                (place.path.as_str(), place.detail.as_str()),
                (path, detail),
                "{json}"
            );
        }
    }
}
