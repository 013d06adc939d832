//! JSON objects whose keys may have any spelling, and whose values are read when they are asked for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde_json::{Map, Number, Value};

use crate::decode::raw::Raw;
use crate::decode::scan::{quote_or_backslash, skip_separators, skip_space, split_value};
use crate::decode::text::{fold, is_blank, same};
use crate::decode::unescape::{unescape, unescape_to_quote};
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;

/// So deep goes [`Raw::value`]; what is further in stays text.
const DEEPEST_VALUE: usize = 100;

/// No provider's object has more members: they would take more memory than they are worth.
const MOST_MEMBERS: usize = 1000;

const USUAL_MEMBERS: usize = 12;

/// Up to this number of members, each key is compared with each other one.
const MOST_COMPARED: usize = 32;

const MOST_ITEMS: usize = 10_000;

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

impl<'a> Member<'a> {
    /// Its key, if it is at the beginning of a text again and has no escapes, and the text behind it and its colon.
    fn key_again(&self, json: &'a str) -> Option<(Cow<'a, str>, &'a str)> {
        let Cow::Borrowed(key) = self.key else { return None };
        let behind = json.strip_prefix('"')?.strip_prefix(key)?.strip_prefix("\":")?;
        Some((Cow::Borrowed(key), behind))
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        !self.value.is_null() && same(&self.key, &other.key)
    }
}

impl<'a> Object<'a> {
    /// The members of a valid object; none if there are too many of them.
    pub(crate) fn of(json: &'a str) -> Option<Self> {
        let mut object = Self(Vec::with_capacity(USUAL_MEMBERS));
        object.refill(json).map(|_| object)
    }

    /// An object with this member alone.
    pub fn with(key: &'a str, value: Raw<'a>) -> Self {
        Self(vec![Member {
            key: Cow::Borrowed(key),
            value,
            is_taken: false,
        }])
    }

    /// The object that a text is as a whole, if it certainly is one: its values are checked as they are split off, and keys
    /// with escapes are left to others.
    pub(crate) fn whole(json: &'a str) -> Option<Self> {
        let mut members = Vec::with_capacity(USUAL_MEMBERS);
        let rest = read_object(json, &mut members, |value, _| Some(Raw::at_start(value).ok()?.1))?;
        let is_plain =
            |it: &Member<'_>| matches!(it.key, Cow::Borrowed(key) if !key.contains(char::is_control));
        (rest.is_empty() && members.iter().all(is_plain)).then_some(Self(members))
    }

    /// The text behind the object at the beginning of this one, whose members take the place of those that were here.
    pub(crate) fn refill(&mut self, json: &'a str) -> Option<&'a str> {
        read_object(json, &mut self.0, |value, _| Some(split_value(value)?.1))
    }

    /// The objects inside each other under this name, outermost first, that a text of JSON is, an envelope in an
    /// envelope, and the innermost value: no object, and null if there is none. It is read once, however long it is; the
    /// text of a value that is a string comes with it.
    ///
    /// ```
    /// # use payvand_http_core::decode::Object;
    /// let (objects, value, _) = Object::chain(r#"{"code":0,"result":{"code":200,"result":true}}"#, "result").unwrap();
    /// assert_eq!((objects.len(), value.truth()), (2, Some(true)));
    /// let (_, _, text) = Object::chain(r#"{"result":"{\"code\":200}"}"#, "result").unwrap();
    /// assert_eq!(text.unwrap(), r#"{"code":200}"#);
    /// ```
    #[allow(clippy::type_complexity, reason = "it is taken apart at once")]
    pub fn chain(json: &'a str, name: &str) -> Option<(Vec<Self>, Raw<'a>, Option<Cow<'a, str>>)> {
        if !json.starts_with('{') {
            let value = Raw::parse(json)?;
            return Some((Vec::new(), value, value.string()));
        }
        let mut chain = Chain {
            name,
            objects: Vec::with_capacity(USUAL_DEPTH),
            text: None,
        };
        let rest = chain.read(json)?;
        let value = chain.objects.last()?.get(name).unwrap_or(Raw::NULL);
        let text = chain.text.filter(|(at, _)| at.as_ptr() == value.json().as_ptr());
        let is_whole = rest.trim_matches(is_blank).is_empty();
        is_whole.then(|| (chain.objects, value, text.map(|(_, text)| text)))
    }

    /// What stands under this name: as it is written here, or else in any letter case and with any separators. Null is
    /// no value.
    ///
    /// ```
    /// # use payvand_http_core::decode::Raw;
    /// let answer = Raw::parse(r#"{"virtual_number":"3000","Token":null}"#).unwrap().object().unwrap();
    /// assert_eq!(answer.get("VirtualNumber").unwrap().text().unwrap(), "3000");
    /// assert!(answer.get("token").is_none());
    /// ```
    pub fn get(&self, name: &str) -> Option<Raw<'a>> {
        Some(self.entry(name)?.1)
    }

    /// The same, behind its key as it was sent.
    pub fn entry(&self, name: &str) -> Option<(&str, Raw<'a>)> {
        let exact = self.0.iter().find(|it| it.key == name && !it.value.is_null());
        let member = exact.or_else(|| self.all(name).next())?;
        Some((&member.key, member.value))
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

    /// The items of a list that `read` can read. One bad item loses no other, and keeps the list one of the
    /// [`others`](Self::others); so does what is no list, or has more than 10,000 items.
    pub fn take_list<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let (mut list, mut count) = (Vec::new(), 0);
        self.get(name)?.for_each_object(|item| {
            count += 1;
            list.extend(item.ok().and_then(&read));
            count <= MOST_ITEMS
        })?;
        let is_whole = list.len() == count;
        self.take_as(name, |_| is_whole.then_some(()));
        Some(list)
    }

    /// Whether several values stand under this name, in one spelling or in several: of two nobody can say which one
    /// counts.
    pub fn says_twice(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }

    /// The first key, as it was sent, that stands there again in any spelling. Null is no value here either.
    ///
    /// ```
    /// # use payvand_http_core::decode::Raw;
    /// let answer = Raw::parse(r#"{"errorCode":1004,"ErrorCode":0,"token":"a"}"#).unwrap().object().unwrap();
    /// assert_eq!(answer.duplicate_key(), Some("errorCode"));
    /// ```
    pub fn duplicate_key(&self) -> Option<&str> {
        if self.0.len() > MOST_COMPARED {
            return self.duplicate_of_many();
        }
        let mut members = self.0.iter();
        while let Some(one) = members.next() {
            if !one.value.is_null() && members.clone().any(|other| other.says_the_same_as(one)) {
                return Some(&one.key);
            }
        }
        None
    }

    /// The same, with each key folded once: to compare each of a thousand long keys with every other takes seconds.
    fn duplicate_of_many(&self) -> Option<&str> {
        let mut firsts = HashMap::new();
        let members = self.0.iter().enumerate().filter(|(_, it)| !it.value.is_null());
        let repeated = members.filter_map(|(at, it)| match firsts.entry(fold(&it.key)) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(at);
                None
            }
        });
        let first = self.0.get(repeated.min()?)?;
        Some(&first.key)
    }

    /// Whether no key stands there [twice](Self::duplicate_key).
    ///
    /// # Errors
    /// Of two values nobody can say which one counts.
    pub fn says_each_once<C: Code>(&self) -> Result<(), ErrorBuilder<C>> {
        match self.duplicate_key() {
            Some(_) => Err(ErrorBuilder::decode("$", "a key stands twice")),
            None => Ok(()),
        }
    }

    /// Whether it has no key but these, in any spelling, and each at most once, null or not.
    pub fn has_only(&self, names: &[&str]) -> bool {
        let count = |name: &&str| self.0.iter().filter(|it| same(&it.key, name)).count();
        let counts: Vec<_> = names.iter().map(count).collect();
        counts.iter().all(|count| *count <= 1) && counts.iter().sum::<usize>() == self.0.len()
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
        let mut map = Map::new();
        for (key, value) in self.iter() {
            map.insert(key.to_owned(), value.value());
        }
        map
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

struct Chain<'a, 'n> {
    name: &'n str,
    objects: Vec<Object<'a>>,
    /// The last text under the name, and where it begins.
    text: Option<(&'a str, Cow<'a, str>)>,
}

impl<'a> Chain<'a, '_> {
    fn read(&mut self, json: &'a str) -> Option<&'a str> {
        let at = self.objects.len();
        self.objects.push(Object::default());
        let mut members = Vec::with_capacity(USUAL_MEMBERS);
        let rest = read_object(json, &mut members, |value, key| {
            match value.as_bytes().first()? {
                b'{' if same(key, self.name) && self.objects.len() < DEEPEST => self.read(value),
                // A long text is unescaped while its end is looked for.
                b'"' if same(key, self.name) => {
                    let (text, rest) = unescape_to_quote(value.get(1..)?);
                    self.text = Some((value, text));
                    rest.strip_prefix('"')
                }
                _ => Some(split_value(value)?.1),
            }
        })?;
        self.objects.get_mut(at)?.0 = members;
        Some(rest)
    }
}

/// Reads the members of an object, and gives what is behind it; none if that is no JSON, as far as it is looked at. `pass`
/// gives the text behind a value, whose key it is told. The members that were there are those of the item before in a list,
/// which nearly always has the same keys.
fn read_object<'a>(
    json: &'a str,
    members: &mut Vec<Member<'a>>,
    mut pass: impl FnMut(&'a str, &str) -> Option<&'a str>,
) -> Option<&'a str> {
    let mut count = 0;
    let mut rest = skip_space(json.strip_prefix('{')?);
    if let Some(behind) = rest.strip_prefix('}') {
        members.clear();
        return Some(behind);
    }
    loop {
        let (key, value) = members
            .get(count)
            .and_then(|before| before.key_again(rest))
            .or_else(|| {
                let (key, after) = split_key(rest)?;
                Some((key, skip_space(after).strip_prefix(':')?))
            })?;
        let value = skip_space(value);
        rest = pass(value, &key)?;
        let value = value
            .get(..value.len() - rest.len())
            .filter(|value| !value.is_empty())?;
        if count == MOST_MEMBERS {
            return None;
        }
        let member = Member {
            key,
            value: Raw::inside(value),
            is_taken: false,
        };
        match members.get_mut(count) {
            Some(before) => *before = member,
            None => members.push(member),
        }
        count += 1;
        rest = skip_space(rest);
        let Some(next) = rest.strip_prefix(',') else {
            members.truncate(count);
            return rest.strip_prefix('}');
        };
        rest = skip_space(next);
    }
}

/// The key at the beginning of a text.
fn split_key(json: &str) -> Option<(Cow<'_, str>, &str)> {
    let inside = json.strip_prefix('"')?;
    let (key, rest) = inside.split_at_checked(quote_or_backslash(inside.as_bytes()))?;
    if let Some(rest) = rest.strip_prefix('"') {
        return Some((Cow::Borrowed(key), rest));
    }
    let (key, rest) = split_value(json)?;
    Some((unescape(key.strip_prefix('"')?.strip_suffix('"')?), rest))
}

/// The members of a valid object, however many there are.
pub(crate) fn members(json: &str) -> Option<impl Iterator<Item = (Cow<'_, str>, Raw<'_>)>> {
    let mut rest = json.strip_prefix('{')?;
    Some(std::iter::from_fn(move || {
        let (key, after) = split_key(skip_separators(rest))?;
        let (value, after) = split_value(skip_separators(after))?;
        rest = after;
        Some((key, Raw::inside(value)))
    }))
}
impl<'a> Raw<'a> {
    /// The members of an object; none if it has more than 1000 of them.
    pub fn object(self) -> Option<Object<'a>> {
        Object::of(self.json())
    }

    /// Gives each item of a list, an object or what is none, as long as more are wanted. None if this is no list or is left
    /// before its end. Where the list stops being JSON, the rest is one item that is no object.
    pub fn for_each_object(
        self,
        mut wants_more: impl FnMut(Result<&mut Object<'a>, Self>) -> bool,
    ) -> Option<()> {
        let mut rest = skip_space(self.json().strip_prefix('[')?);
        let mut object = Object::default();
        while rest != "]" {
            let behind = object.refill(rest);
            let split = if behind.is_none() { split_value(rest) } else { None };
            let item = split.map_or(Self::inside(rest), |(item, _)| Self::inside(item));
            let item = if behind.is_some() {
                Ok(&mut object)
            } else {
                Err(item)
            };
            let after = behind.or(split.map(|it| it.1)).map(skip_space);
            let next = after.and_then(|after| after.strip_prefix(',')).map(skip_space);
            rest = match (after, next) {
                (_, Some(next)) if !next.starts_with(']') => next,
                (Some("]"), _) => "]",
                _ => {
                    wants_more(Err(Self::inside(rest)));
                    return Some(());
                }
            };
            if !wants_more(item) {
                return None;
            }
        }
        Some(())
    }

    /// The value as `serde_json` has it. What that cannot hold stays text: numbers with more digits than fit, and what is
    /// nested too deeply.
    pub fn value(self) -> Value {
        self.value_at(DEEPEST_VALUE)
    }

    fn value_at(self, depth: usize) -> Value {
        let Some(below) = depth.checked_sub(1) else {
            return Value::from(self.json());
        };
        if let Some(members) = members(self.json()) {
            let members = members.map(|(key, value)| (key.into_owned(), value.value_at(below)));
            return Value::Object(members.collect());
        }
        if let Some(items) = self.items() {
            return items.map(|item| item.value_at(below)).collect();
        }
        if let Some(text) = self.string() {
            return Value::from(text);
        }
        match self.json() {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => number_value(number),
        }
    }
}

fn number_value(text: &str) -> Value {
    let whole = text.parse::<i64>().map(Number::from);
    let whole = whole.or_else(|_| text.parse::<u64>().map(Number::from));
    let is_whole = !text.contains(['.', 'e', 'E']);
    let number = whole.ok().or_else(|| {
        let number = text.parse().ok().filter(|_| !is_whole)?;
        Number::from_f64(number)
    });
    number.map_or_else(|| Value::from(text), Value::Number)
}
