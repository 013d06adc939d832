//! JSON objects whose keys may have any spelling, and whose values are read when they are asked for.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::decode::raw::{Raw, skip_separators, split_value};
use crate::decode::text::same;
use crate::decode::unescape::unescape;

/// No provider's object has as many members; so many would take more memory than they are worth.
const MOST_MEMBERS: usize = 1000;

const USUAL_MEMBERS: usize = 12;

/// No envelope is around as many others.
const DEEPEST: usize = 16;

const USUAL_DEPTH: usize = 4;

/// A JSON object: its members in the order in which they were sent, the same key perhaps twice.
#[derive(Clone, Default)]
pub struct Object<'a>(Vec<Member<'a>>);

#[derive(Clone)]
struct Member<'a> {
    key: Cow<'a, str>,
    value: Raw<'a>,
    is_taken: bool,
}

impl Member<'_> {
    fn says_the_same_as(&self, other: &Self) -> bool {
        !self.value.is_null() && same(&self.key, &other.key)
    }
}

impl<'a> Object<'a> {
    /// The members of a valid object; none if there are too many of them.
    pub(crate) fn of(json: &'a str) -> Option<Self> {
        Self::chain(json, None).pop()
    }

    /// The same, and the text behind the object.
    pub(crate) fn first(json: &'a str) -> Option<(Self, &'a str)> {
        let mut chain = Vec::with_capacity(1);
        let rest = read_chain(json, None, &mut chain)?;
        Some((chain.pop()?, rest))
    }

    /// The object, and those inside each other under this name, outermost first: an envelope in an envelope. It is read
    /// once, however many there are. Of one that has too many members nothing is left.
    pub(crate) fn chain(json: &'a str, name: Option<&str>) -> Vec<Self> {
        let mut chain = Vec::with_capacity(USUAL_DEPTH);
        match read_chain(json, name, &mut chain) {
            Some(_) => chain,
            None => Vec::new(),
        }
    }

    /// What stands under this name: as it is written here, or else in any letter case and with any separators. Null is
    /// no value.
    ///
    /// ```
    /// # use http_core::decode::Raw;
    /// let answer = Raw::parse(r#"{"virtual_number":"3000","Token":null}"#).unwrap().object().unwrap();
    /// assert_eq!(answer.get("VirtualNumber").unwrap().text().unwrap(), "3000");
    /// assert!(answer.get("token").is_none());
    /// ```
    pub fn get(&self, name: &str) -> Option<Raw<'a>> {
        let exact = self.0.iter().find(|it| it.key == name && !it.value.is_null());
        exact.or_else(|| self.all(name).next()).map(|it| it.value)
    }

    /// The same, and what is asked for is no longer one of [`others`](Self::others).
    pub fn take(&mut self, name: &str) -> Option<Raw<'a>> {
        self.take_as(name, Some)
    }

    /// The same, if `read` can read it.
    pub fn take_as<T>(&mut self, name: &str, read: impl FnOnce(Raw<'a>) -> Option<T>) -> Option<T> {
        let exact = self.0.iter_mut().find(|it| it.key == name && !it.is_taken);
        let member = match exact {
            Some(member) if !member.value.is_null() => member,
            exact => {
                if let Some(null) = exact {
                    null.is_taken = true;
                }
                let mut others = self.0.iter_mut().filter(|it| !it.is_taken && !it.value.is_null());
                others.find(|it| same(&it.key, name))?
            }
        };
        let value = read(member.value);
        member.is_taken = value.is_some();
        value
    }

    /// Whether several values stand under this name, in one spelling or in several: of two nobody can say which one
    /// counts.
    pub fn says_twice(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }

    /// The first key, as it was sent, that stands there again in any spelling. Null is no value here either.
    ///
    /// ```
    /// # use http_core::decode::Raw;
    /// let answer = Raw::parse(r#"{"errorCode":1004,"ErrorCode":0,"token":"a"}"#).unwrap().object().unwrap();
    /// assert_eq!(answer.duplicate_key(), Some("errorCode"));
    /// ```
    pub fn duplicate_key(&self) -> Option<&str> {
        let mut members = self.0.iter();
        while let Some(one) = members.next() {
            if !one.value.is_null() && members.clone().any(|other| other.says_the_same_as(one)) {
                return Some(&one.key);
            }
        }
        None
    }

    /// The first key of those [taken](Self::take) that is among the [others](Self::others) too.
    pub fn taken_twice(&self) -> Option<&str> {
        let others: Vec<_> = self.0.iter().filter(|it| !it.is_taken).collect();
        let mut taken = self.0.iter().filter(|it| it.is_taken);
        let twice = taken.find(|one| others.iter().any(|other| other.says_the_same_as(one)))?;
        Some(&twice.key)
    }

    /// All members, as they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Raw<'a>)> {
        self.0.iter().map(|it| (&*it.key, it.value))
    }

    /// The members that were not [taken](Self::take).
    pub fn others(&self) -> impl Iterator<Item = (&str, Raw<'a>)> {
        let others = self.0.iter().filter(|it| !it.is_taken);
        others.map(|it| (&*it.key, it.value))
    }

    /// All members as `serde_json` has them; of two with one key the later.
    pub fn to_map(&self) -> Map<String, Value> {
        self.iter()
            .map(|(key, value)| (key.to_owned(), value.value()))
            .collect()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Member<'a>> {
        self.0
            .iter()
            .filter(move |it| !it.value.is_null() && same(&it.key, name))
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Object(..)")
    }
}

fn read_chain<'a>(json: &'a str, name: Option<&str>, chain: &mut Vec<Object<'a>>) -> Option<&'a str> {
    let mut members = Vec::with_capacity(USUAL_MEMBERS);
    let mut rest = json.strip_prefix('{')?;
    let at = chain.len();
    chain.push(Object::default());
    while let Some((key, after)) = split_key(rest) {
        let value = skip_separators(after);
        let is_next = value.starts_with('{') && name.is_some_and(|name| same(&key, name));
        rest = if is_next && chain.len() < DEEPEST {
            read_chain(value, name, chain)?
        } else {
            split_value(value)?.1
        };
        if members.len() == MOST_MEMBERS {
            return None;
        }
        members.push(Member {
            key,
            value: Raw::inside(value.get(..value.len() - rest.len())?),
            is_taken: false,
        });
    }
    chain.get_mut(at)?.0 = members;
    skip_separators(rest).strip_prefix('}')
}

/// The next key of an object.
fn split_key(json: &str) -> Option<(Cow<'_, str>, &str)> {
    let json = skip_separators(json);
    let (key, rest) = json.starts_with('"').then(|| split_value(json))??;
    Some((unescape(key.strip_prefix('"')?.strip_suffix('"')?), rest))
}

/// The members of a valid object, however many there are.
pub(crate) fn members(json: &str) -> Option<impl Iterator<Item = (Cow<'_, str>, Raw<'_>)>> {
    let mut rest = json.strip_prefix('{')?;
    Some(std::iter::from_fn(move || {
        let (key, after) = split_key(rest)?;
        let (value, after) = split_value(skip_separators(after))?;
        rest = after;
        Some((key, Raw::inside(value)))
    }))
}
