//! JSON values as they were sent, read when they are asked for.

use std::borrow::Cow;
use std::fmt;

use serde::de::IgnoredAny;

use crate::decode::scan::{next_item, split_value};
use crate::decode::text::ascii_digit;
use crate::decode::unescape::unescape;
use crate::decode::{number, text};
use crate::timestamp::Timestamp;

/// One JSON value as it was sent: valid, and read when it is asked for something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// No value.
    pub const NULL: Raw<'static> = Raw("null");

    /// The value that a text is as a whole, white space and byte order marks around it aside.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (value, rest) = Self::first(text).ok()?;
        rest.trim_matches(text::is_blank).is_empty().then_some(value)
    }

    /// The value at the beginning of a text, and the text behind it.
    ///
    /// # Errors
    /// serde's, which tells an early end from other mistakes.
    pub fn first(text: &'a str) -> serde_json::Result<(Self, &'a str)> {
        Self::at_start(text.trim_start_matches(text::is_blank))
    }

    /// The same, if nothing but JSON's own white space is before it.
    pub(crate) fn at_start(text: &'a str) -> serde_json::Result<(Self, &'a str)> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        // Of nothing at all, serde's stream makes no error.
        let Some(value) = values.next() else {
            return Err(serde::de::Error::custom("empty"));
        };
        value?;
        let end = values.byte_offset();
        Ok((Self(&text[..end]), &text[end..]))
    }

    /// A part of a valid value.
    pub(crate) fn inside(text: &'a str) -> Self {
        Self(text)
    }

    /// The JSON, as it was sent.
    pub fn json(self) -> &'a str {
        self.0
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// Whether it says nothing: null, false, a blank text, an empty list or object.
    pub fn is_empty(self) -> bool {
        match self.0.as_bytes() {
            [b'"', ..] => self
                .string()
                .is_some_and(|text| text.trim_matches(text::is_blank).is_empty()),
            [b'{' | b'[', inside @ .., _] => inside.iter().all(u8::is_ascii_whitespace),
            word => matches!(word, b"null" | b"false"),
        }
    }

    /// The items of a list.
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        let mut rest = self.0.strip_prefix('[')?;
        Some(std::iter::from_fn(move || {
            let (value, after) = split_value(next_item(rest)?)?;
            rest = after;
            Some(Self(value))
        }))
    }

    /// The text of a string.
    pub fn string(self) -> Option<Cow<'a, str>> {
        let text = self.0.strip_prefix('"')?.strip_suffix('"')?;
        Some(unescape(text))
    }

    /// A string or a number, for people to read, without the space around it; none if nothing is left. A number keeps
    /// its digits as they were sent.
    pub fn text(self) -> Option<Cow<'a, str>> {
        let text = match self.string() {
            Some(Cow::Owned(text)) => Cow::Owned(text.trim().to_owned()),
            Some(Cow::Borrowed(text)) => Cow::Borrowed(text.trim()),
            None if self.is_number() => Cow::Borrowed(self.0),
            None => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// What something is called by: a text, or the digits of a number as they were sent. Numbers with a fraction or an
    /// exponent are quantities and no names.
    pub fn identifier(self) -> Option<Cow<'a, str>> {
        let is_quantity = self.is_number() && self.0.contains(['.', 'e', 'E']);
        self.text().filter(|_| !is_quantity)
    }

    /// A string as it was written, or a number in its own digits.
    pub fn string_or_number(self) -> Option<String> {
        self.string().or_else(|| self.text()).map(Cow::into_owned)
    }

    /// A string as it was written, or the digits of a number without a fraction or an exponent.
    pub fn string_or_digits(self) -> Option<String> {
        self.string().or_else(|| self.identifier()).map(Cow::into_owned)
    }

    /// A moment, in milliseconds since 1970.
    pub fn timestamp(self) -> Option<Timestamp> {
        self.whole_number().map(Timestamp::from_millis)
    }

    /// A number or a word that stands for a code or a status: a text, a number or a truth, its digits made ASCII and
    /// direction marks taken out. A number that is whole is written without a fraction.
    pub fn word(self) -> Option<String> {
        if let Some(number) = self.is_number().then(|| number::of_json(self.0)).flatten() {
            return Some(number.to_string());
        }
        if matches!(self.0, "true" | "false") {
            return Some(self.0.to_owned());
        }
        let word = self.text()?;
        if word.is_ascii() {
            return Some(word.into_owned());
        }
        let word: String = word
            .chars()
            .filter(|c| !number::is_direction_mark(*c))
            .map(|c| ascii_digit(c).unwrap_or(c))
            .collect();
        let word = word.trim();
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// A whole number: of a JSON number that is one (`12`, `12.000`, `3e0`), or of a text that can mean no other
    /// (`12`, `۱۲`, `1500.00`, `12,000`, and neither `12.000` nor `12,5`).
    pub fn whole_number<T: TryFrom<i128>>(self) -> Option<T> {
        let number = match self.string() {
            Some(text) => number::of_text(&text),
            None if self.is_number() => number::of_json(self.0),
            None => None,
        };
        number?.try_into().ok()
    }

    /// A yes or no: a truth, 0 or 1, or one of them as a text.
    pub fn truth(self) -> Option<bool> {
        match self.0 {
            "true" => return Some(true),
            "false" => return Some(false),
            _ => {}
        }
        match self.word()?.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn is_number(self) -> bool {
        self.0.starts_with(|c: char| c == '-' || c.is_ascii_digit())
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raw(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn raw(json: &str) -> Raw<'_> {
        Raw::parse(json).unwrap_or_else(|| panic!("no JSON: {json}"))
    }

    #[test]
    fn a_value_is_read_as_what_is_asked_for() {
        for (json, text, identifier, word, number, truth) in [
            ("12", Some("12"), Some("12"), Some("12"), Some(12), None),
            ("12.000", Some("12.000"), None, Some("12"), Some(12), None),
            ("1", Some("1"), Some("1"), Some("1"), Some(1), Some(true)),
            ("0.0", Some("0.0"), None, Some("0"), Some(0), Some(false)),
            ("15.5", Some("15.5"), None, Some("15.5"), None, None),
            ("1e400", Some("1e400"), None, Some("1e400"), None, None),
            ("true", None, None, Some("true"), None, Some(true)),
            (
                r#"" True ""#,
                Some("True"),
                Some("True"),
                Some("True"),
                None,
                Some(true),
            ),
            (
                r#""\u202b۱۵۰۰\u202c""#,
                Some("\u{202b}۱۵۰۰\u{202c}"),
                Some("\u{202b}۱۵۰۰\u{202c}"),
                Some("1500"),
                Some(1500),
                None,
            ),
            (
                r#""12.000""#,
                Some("12.000"),
                Some("12.000"),
                Some("12.000"),
                None,
                None,
            ),
            (
                r#""a\ud83d""#,
                Some("a\u{FFFD}"),
                Some("a\u{FFFD}"),
                Some("a\u{FFFD}"),
                None,
                None,
            ),
            (r#""  ""#, None, None, None, None, None),
            ("null", None, None, None, None, None),
            ("[1]", None, None, None, None, None),
            (r#"{"a":1}"#, None, None, None, None, None),
        ] {
            let value = raw(json);
            assert_eq!(value.text().as_deref(), text, "{json}");
            assert_eq!(value.identifier().as_deref(), identifier, "{json}");
            assert_eq!(value.word().as_deref(), word, "{json}");
            assert_eq!(value.whole_number(), number, "{json}");
            assert_eq!(value.truth(), truth, "{json}");
        }
    }

    #[test]
    fn an_identifier_keeps_its_digits() {
        let id = "98765432109876543210";
        assert_eq!(raw(id).identifier().as_deref(), Some(id));
        assert_eq!(raw("9.876543210987654e+19").identifier(), None);
        assert_eq!(raw(id).value(), json!(id));
    }

    #[test]
    fn what_says_nothing_is_empty() {
        for empty in ["null", "false", r#""""#, r#""\u0020 ""#, "[]", "{ }"] {
            assert!(raw(empty).is_empty(), "{empty}");
        }
        for said in ["0", "true", r#""a""#, "[null]", r#"{"a":null}"#] {
            assert!(!raw(said).is_empty(), "{said}");
        }
    }

    #[test]
    fn what_no_number_type_holds_stays_text() {
        let json = r#"[1e400, -1, 18446744073709551615, 18446744073709551616, 1.5, "\ud83d", null]"#;
        let value = json!([
            "1e400",
            -1,
            u64::MAX,
            "18446744073709551616",
            1.5,
            "\u{FFFD}",
            null
        ]);
        assert_eq!(raw(json).value(), value);
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert!(raw(&deep).value().is_array());
    }

    #[test]
    fn only_whole_values_are_taken() {
        assert_eq!(raw(" \n\u{feff} [1] \u{feff}\n").json(), "[1]");
        for json in ["", " ", "[1", "[1] 2", "{\"a\":}", "a", "\u{feff}", "[1]]"] {
            assert!(Raw::parse(json).is_none(), "{json}");
        }
        let (first, rest) = Raw::first("{\"a\":[1]}<!-- x -->").unwrap();
        assert_eq!((first.json(), rest), ("{\"a\":[1]}", "<!-- x -->"));
        assert!(Raw::first("{\"a\":\"b").unwrap_err().is_eof());
    }

    #[test]
    fn a_list_that_another_bracket_closes_comes_to_an_end() {
        for (json, items) in [
            ("[}", 0),
            ("[1}", 1),
            ("[{},}", 1),
            ("[{}}", 1),
            ("[}]", 0),
            ("[,:}", 0),
        ] {
            let found = Raw::inside(json).items().unwrap().take(9).count();
            assert_eq!(found, items, "{json}");
            let _ = Raw::inside(json).value();
        }
    }

    /// Any JSON, with strings that look like JSON.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            "[\\PC\"\\\\{}\\[\\],:]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[\\PC\"\\\\{}]{0,6}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_key_that_stands_twice_is_found_among_few_and_many(
            keys in prop_oneof![prop::collection::vec("[a-c_]{1,3}", 0..6), prop::collection::vec("[aA_ يی]?[0-9]{3}", 0..60)],
            null in 0_usize..60,
        ) {
            let members = keys.iter().enumerate();
            let members = members.map(|(at, key)| format!("{key:?}:{}", if at == null { "null" } else { "1" }));
            let json = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
            let said = keys.iter().enumerate().filter(|(at, _)| *at != null).map(|(_, key)| &**key);
            let said: Vec<&str> = said.collect();
            let mut firsts = said.iter().enumerate();
            let expected = firsts.find(|(at, key)| said[at + 1..].iter().any(|other| text::same(key, other)));
            let object = raw(&json).object().unwrap();
            prop_assert_eq!(object.duplicate_key(), expected.map(|(_, key)| *key));
        }

        #[test]
        fn any_json_comes_back(value in any_json(), pretty: bool) {
            let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            prop_assert_eq!(raw(&json.unwrap()).value(), value);
        }

        #[test]
        fn any_text_is_taken(text in "(\\PC|[\"\\\\{}\\[\\],:0-9.eE-]){0,30}") {
            if let Some(raw) = Raw::parse(&text) {
                let _ = (raw.value(), raw.word(), raw.is_empty());
            }
        }
    }
}
