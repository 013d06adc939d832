//! The envelope: the gateway's object around the service's, as objects or as texts of JSON, read in one pass.
//!
//! The live gateway sends `{"hasError":…, "result":{"result":"{\"error\":…,\"result\":…}","statusCode":…}}`. Every
//! level may be an object or a text of JSON, may be missing, and may say that the call failed. What is read here is
//! judged in `answer` and `refusal`.

use std::marker::PhantomData;

use http_core::{Secret, text};
use serde::de::value::StrDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer as _};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::wire::{Read, Scalar, at, complain};

/// The document has three objects around each other and the payload; many more are no honest answer.
const DEEPEST: usize = 8;

/// What a call answers inside the envelope.
pub(crate) trait Payload: Sized {
    /// Whether a text that is no envelope is an answer and not a surprise.
    const PLAIN_TEXT: bool = false;

    /// Whether a key says that the object is the payload.
    fn knows(_key: &str) -> bool {
        false
    }

    fn read_map<'de, A: MapAccess<'de>>(_map: A) -> Result<Self, A::Error> {
        Err(complain("an object in place of the result"))
    }

    fn read_seq<'de, A: SeqAccess<'de>>(_items: A) -> Result<Self, A::Error> {
        Err(complain("a list in place of the result"))
    }

    fn of_bool(_: bool) -> Option<Self> {
        None
    }

    fn of_number(_: i128) -> Option<Self> {
        None
    }

    fn of_text(_: &str) -> Option<Self> {
        None
    }
}

/// Gives an [`Object`] as a payload.
macro_rules! payload_is_object {
    ($name:ty) => {
        impl $crate::envelope::Payload for $name {
            fn knows(key: &str) -> bool {
                <$name as $crate::wire::Object>::knows(key)
            }

            fn read_map<'de, A: serde::de::MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
                <$name as $crate::wire::Object>::read_map(map)
            }
        }
    };
}

pub(crate) use payload_is_object;

/// Any payload, for finding out whether an answer whose payload could not be read is a refusal.
pub(crate) struct Anything;

impl Payload for Anything {
    const PLAIN_TEXT: bool = true;

    fn read_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self)
    }

    fn of_bool(_: bool) -> Option<Self> {
        Some(Self)
    }

    fn of_number(_: i128) -> Option<Self> {
        Some(Self)
    }
}

/// All that an answer says.
#[derive(Default)]
pub(crate) struct Envelope<T> {
    /// From the outermost to the innermost.
    pub(crate) levels: Vec<LevelFields>,
    pub(crate) payload: Option<T>,
    /// Text that stood in the place of the result.
    pub(crate) text: Option<String>,
}

/// What one object of the envelope says about the call.
#[derive(Default)]
pub(crate) struct LevelFields {
    pub(crate) has_error: Option<Flag>,
    pub(crate) error: Option<Flag>,
    pub(crate) error_code: Option<i64>,
    pub(crate) code: Option<i64>,
    pub(crate) status_code: Option<i64>,
    pub(crate) message: Option<String>,
    pub(crate) developer_message: Option<String>,
    pub(crate) reference_number: Option<String>,
    pub(crate) message_id: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) ott: Option<Secret>,
    has_result: bool,
}

impl LevelFields {
    /// Whether it says how the call went.
    pub(crate) fn is_recognised(&self) -> bool {
        self.has_error.is_some() || self.error.is_some() || self.status_code.is_some() || self.has_result
    }
}

/// A yes or no, or something that only a failure can be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Flag {
    No,
    Yes,
    Words(String),
}

impl<T: Payload> Envelope<T> {
    pub(crate) fn read(json: &str) -> serde_json::Result<Self> {
        let mut envelope = Self {
            levels: Vec::new(),
            payload: None,
            text: None,
        };
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Node {
            envelope: &mut envelope,
            depth: 0,
            service_spoke: false,
        }
        .deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(envelope)
    }

    fn put<E: Error>(&mut self, payload: T) -> Result<(), E> {
        if self.payload.replace(payload).is_some() {
            return Err(complain("two results"));
        }
        Ok(())
    }
}

/// Reads the value of one `result`, or the answer as a whole.
struct Node<'a, T> {
    envelope: &'a mut Envelope<T>,
    depth: usize,
    /// The service's own envelope is around this: a text is what it answered, even if it looks like JSON.
    service_spoke: bool,
}

impl<'de, T: Payload> DeserializeSeed<'de> for Node<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<T: Payload> Node<'_, T> {
    fn scalar<E: Error>(self, payload: Option<T>) -> Result<(), E> {
        match payload {
            Some(payload) => self.envelope.put(payload),
            None => Err(complain("a bare value in place of the result")),
        }
    }

    /// Whether the text is an envelope; if it is not one that can be read, everything that was read of it is undone.
    fn nested(&mut self, text: &str) -> (bool, serde_json::Result<()>) {
        let levels = self.envelope.levels.len();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let outcome = Node {
            envelope: &mut *self.envelope,
            depth: self.depth,
            service_spoke: false,
        }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
        let new = &self.envelope.levels[levels..];
        let is_envelope = if T::PLAIN_TEXT {
            // Somebody's text may be JSON too: it takes both a verdict and a result or number to be an envelope.
            new.iter().any(|level| {
                (level.has_error.is_some() || level.error.is_some())
                    && (level.has_result || level.code.is_some() || level.error_code.is_some())
            })
        } else {
            self.envelope.payload.is_some() || new.iter().any(LevelFields::is_recognised)
        };
        if outcome.is_err() || !is_envelope {
            self.envelope.levels.truncate(levels);
            self.envelope.text = None;
            self.envelope.payload = None;
        }
        (is_envelope, outcome)
    }
}

impl<'de, T: Payload> Visitor<'de> for Node<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an envelope, a text of JSON, or a result")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(T::of_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(T::of_number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(T::of_number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(crate::wire::whole(value).and_then(T::of_number))
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        if let Some(payload) = T::of_text(value) {
            return self.envelope.put(payload);
        }
        let json = trim(value);
        if json.starts_with(['{', '[', '"']) && !self.service_spoke {
            match self.nested(json) {
                (true, Ok(())) => return Ok(()),
                (is_envelope, Err(error)) if is_envelope || !T::PLAIN_TEXT => {
                    return Err(inside_text(&error));
                }
                _ => {}
            }
        }
        self.envelope.text = Some(value.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        let payload = T::read_seq(items)?;
        self.envelope.put(payload)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth >= DEEPEST {
            return Err(complain("nested too deeply"));
        }
        let index = self.envelope.levels.len();
        self.envelope.levels.push(LevelFields::default());
        let mut others = Vec::new();
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Level(LevelKey::Result) => {
                    let level = &mut self.envelope.levels[index];
                    if std::mem::replace(&mut level.has_result, true) {
                        return Err(Error::duplicate_field("result"));
                    }
                    let service_spoke = level.error.is_some() || self.depth >= 2;
                    let node = Node {
                        envelope: &mut *self.envelope,
                        depth: self.depth + 1,
                        service_spoke,
                    };
                    map.next_value_seed(node).map_err(|error| at(".result", error))?;
                }
                Key::Level(known) => self.envelope.levels[index].take(known, &mut map)?,
                Key::Other(key) if T::knows(&key) => {
                    let payload = T::read_map(PayloadMap {
                        level: &mut self.envelope.levels[index],
                        others: others.into_iter(),
                        first: Some(key),
                        value: None,
                        map,
                    })?;
                    return self.envelope.put(payload);
                }
                Key::Other(_) if T::PLAIN_TEXT => {
                    map.next_value::<IgnoredAny>()?;
                }
                Key::Other(key) => others.push((key, map.next_value::<Value>()?)),
            }
        }
        Ok(())
    }
}

pub(crate) fn trim(text: &str) -> &str {
    text.trim_start_matches('\u{FEFF}').trim()
}

/// The error of a text of JSON: its place goes on from here.
fn inside_text<E: Error>(error: &serde_json::Error) -> E {
    match error.classify() {
        serde_json::error::Category::Data => at("", error),
        serde_json::error::Category::Eof => complain("a text of JSON that is cut short"),
        _ => complain("a text that begins like JSON and is none"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum LevelKey {
    HasError,
    Error,
    ErrorCode,
    Code,
    StatusCode,
    Message,
    DeveloperMessage,
    ReferenceNumber,
    MessageId,
    Header,
    Ott,
    Result,
}

impl LevelKey {
    const NAMES: [(&str, Self); 15] = [
        ("haserror", Self::HasError),
        ("error", Self::Error),
        ("errorcode", Self::ErrorCode),
        ("code", Self::Code),
        ("statuscode", Self::StatusCode),
        ("message", Self::Message),
        ("errordescription", Self::Message),
        ("errormessage", Self::Message),
        ("developermessage", Self::DeveloperMessage),
        ("referencenumber", Self::ReferenceNumber),
        ("messageid", Self::MessageId),
        ("header", Self::Header),
        ("headers", Self::Header),
        ("ott", Self::Ott),
        ("result", Self::Result),
    ];

    /// Whatever its case, with or without separators.
    fn of(key: &str) -> Option<Self> {
        // Of letters and digits alone, the case is all that folding changes.
        if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Self::named(|name| key.eq_ignore_ascii_case(name));
        }
        if key.len() > 32 {
            return None;
        }
        let folded = text::fold(key);
        Self::named(|name| folded == name)
    }

    fn named(is_it: impl Fn(&str) -> bool) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(name, _)| is_it(name));
        found.map(|(_, known)| *known)
    }
}

/// A key of an object that may be a level of the envelope, or the payload.
enum Key {
    Level(LevelKey),
    Other(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
                Ok(LevelKey::of(text).map_or_else(|| Key::Other(text.to_owned()), Key::Level))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl LevelFields {
    fn take<'de, A: MapAccess<'de>>(&mut self, key: LevelKey, map: &mut A) -> Result<(), A::Error> {
        match key {
            LevelKey::HasError => verdict(&mut self.has_error, "hasError", map),
            LevelKey::Error => verdict(&mut self.error, "error", map),
            LevelKey::ErrorCode => number(&mut self.error_code, "errorCode", map),
            LevelKey::Code => number(&mut self.code, "code", map),
            LevelKey::StatusCode => number(&mut self.status_code, "statusCode", map),
            LevelKey::Message => words(&mut self.message, map),
            LevelKey::DeveloperMessage => words(&mut self.developer_message, map),
            LevelKey::ReferenceNumber => words(&mut self.reference_number, map),
            LevelKey::MessageId => words(&mut self.message_id, map),
            LevelKey::Header => {
                if let Some(Words(Some(location))) = map.next_value::<Header>()?.0 {
                    self.location = Some(location);
                }
                Ok(())
            }
            LevelKey::Ott => {
                let mut ott = None;
                words(&mut ott, map)?;
                self.ott = ott.map(Secret::from);
                Ok(())
            }
            // The caller reads a result. Among the fields of a payload it would be another one, and may be a refusal.
            LevelKey::Result => match map.next_value::<Option<IgnoredAny>>()? {
                None => Ok(()),
                Some(_) => Err(complain("two results")),
            },
        }
    }
}

/// Of two verdicts nobody can say which one counts.
fn verdict<'de, A: MapAccess<'de>>(
    slot: &mut Option<Flag>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    let flag = map.next_value::<Option<Flag>>()?;
    if slot.is_some() && flag.is_some() {
        return Err(Error::duplicate_field(name));
    }
    *slot = slot.take().or(flag);
    Ok(())
}

fn number<'de, A: MapAccess<'de>>(
    slot: &mut Option<i64>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    let Read(number) = map
        .next_value::<Read<i64>>()
        .map_err(|error| at(format_args!(".{name}"), error))?;
    if slot.is_some() && number.is_some() {
        return Err(Error::duplicate_field(name));
    }
    *slot = slot.take().or(number);
    Ok(())
}

/// The first that says anything stays.
fn words<'de, A: MapAccess<'de>>(slot: &mut Option<String>, map: &mut A) -> Result<(), A::Error> {
    let Words(words) = map.next_value()?;
    if slot.is_none() {
        *slot = words.filter(|words| !words.trim().is_empty());
    }
    Ok(())
}

/// A text or number; anything else is nothing, because no words of the provider are worth failing for.
struct Words(Option<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tolerant(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tolerant(PhantomData))
    }
}

/// The `Location` of the gateway's copy of the service's header.
struct Header(Option<Words>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tolerant(PhantomData))
    }
}

/// What is made of each type of JSON value, none of them an error.
trait Lenient: Sized {
    fn nothing() -> Self;
    fn of_bool(value: bool) -> Self;
    fn of_number(number: Option<i128>) -> Self;
    fn of_text(text: &str) -> Self;
    fn compound() -> Self;

    fn of_entry(&mut self, _key: &str, _value: Words) {}
    fn of_item(&mut self, _item: Words) {}
}

impl Lenient for Words {
    fn nothing() -> Self {
        Self(None)
    }

    fn of_bool(_: bool) -> Self {
        Self(None)
    }

    fn of_number(number: Option<i128>) -> Self {
        Self(number.map(|number| number.to_string()))
    }

    fn of_text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }

    fn compound() -> Self {
        Self(None)
    }

    /// A header's values may come as a list.
    fn of_item(&mut self, item: Words) {
        self.0 = self.0.take().or(item.0);
    }
}

impl Lenient for Flag {
    fn nothing() -> Self {
        Self::No
    }

    fn of_bool(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }

    fn of_number(number: Option<i128>) -> Self {
        match number {
            Some(0) => Self::No,
            Some(1) => Self::Yes,
            _ => Self::compound(),
        }
    }

    fn of_text(text: &str) -> Self {
        match bool::of_text(text) {
            Some(value) => Self::of_bool(value),
            None if text.trim().is_empty() => Self::No,
            None => Self::Words(text.to_owned()),
        }
    }

    fn compound() -> Self {
        Self::Words(String::new())
    }
}

impl Lenient for Header {
    fn nothing() -> Self {
        Self(None)
    }

    fn of_bool(_: bool) -> Self {
        Self(None)
    }

    fn of_number(_: Option<i128>) -> Self {
        Self(None)
    }

    fn of_text(_: &str) -> Self {
        Self(None)
    }

    fn compound() -> Self {
        Self(None)
    }

    fn of_entry(&mut self, key: &str, value: Words) {
        if key.eq_ignore_ascii_case("location") {
            self.0 = Some(value);
        }
    }
}

struct Tolerant<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Tolerant<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::nothing())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok(T::of_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Ok(T::of_number(Some(value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Ok(T::of_number(Some(value.into())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        Ok(T::of_number(crate::wire::whole(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        Ok(T::of_text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        let mut value = T::compound();
        while let Some(item) = items.next_element()? {
            value.of_item(item);
        }
        Ok(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::compound();
        while let Some((key, item)) = map.next_entry::<String, Words>()? {
            value.of_entry(&key, item);
        }
        Ok(value)
    }
}

/// The entries of a payload: those that came before its first known key, then the rest of the object, out of which
/// the level takes what is its own.
struct PayloadMap<'a, A> {
    level: &'a mut LevelFields,
    others: std::vec::IntoIter<(String, Value)>,
    first: Option<String>,
    value: Option<Value>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for PayloadMap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let key = if let Some((key, value)) = self.others.next() {
            self.value = Some(value);
            key
        } else if let Some(key) = self.first.take() {
            key
        } else {
            loop {
                match self.map.next_key::<Key>()? {
                    Some(Key::Level(known)) => self.level.take(known, &mut self.map)?,
                    Some(Key::Other(key)) => break key,
                    None => return Ok(None),
                }
            }
        };
        let key: StrDeserializer<'_, A::Error> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(|error| at("", error)),
            None => self.map.next_value_seed(seed),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_known_if_it_folds_to_a_name(
            which in 0..LevelKey::NAMES.len(),
            separators in "[-_ .]{0,3}",
            at in 0_usize..20,
            other in ".{0,12}",
        ) {
            let (name, known) = LevelKey::NAMES[which];
            let (head, tail) = name.split_at(at.min(name.len()));
            let spelled = format!("{}{separators}{tail}", head.to_uppercase());
            prop_assert_eq!(LevelKey::of(&spelled), Some(known));
            prop_assert_eq!(LevelKey::of(&other), LevelKey::named(|name| text::fold(&other) == name));
        }
    }
}
