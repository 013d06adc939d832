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
        let mut all = Vec::with_capacity(USUAL_MEMBERS);
        for (key, value) in members(json)? {
            if all.len() == MOST_MEMBERS {
                return None;
            }
            all.push(Member {
                key,
                value,
                is_taken: false,
            });
        }
        Some(Self(all))
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
        let mut found = None;
        let exact = self.0.iter_mut().find(|it| it.key == name && !it.is_taken);
        if let Some(member) = exact {
            member.is_taken = true;
            found = Some(member.value).filter(|value| !value.is_null());
        }
        found.or_else(|| {
            let mut others = self.0.iter_mut().filter(|it| !it.is_taken);
            let member = others.find(|it| same(&it.key, name) && !it.value.is_null())?;
            member.is_taken = true;
            Some(member.value)
        })
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

/// The members of a valid object.
pub(crate) fn members(json: &str) -> Option<impl Iterator<Item = (Cow<'_, str>, Raw<'_>)>> {
    let mut rest = json.strip_prefix('{')?;
    Some(std::iter::from_fn(move || {
        let (key, after) = split_value(skip_separators(rest))?;
        let key = unescape(key.strip_prefix('"')?.strip_suffix('"')?);
        let (value, after) = split_value(skip_separators(after))?;
        rest = after;
        Some((key, Raw::inside(value)))
    }))
}
