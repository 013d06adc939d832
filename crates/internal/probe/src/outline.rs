//! Keys and types of a body, without its values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const DEEPEST: usize = 12;
const MOST_LINES: usize = 300;
const LONGEST_KEY: usize = 24;

const REMOVED: &str = "(removed)";

/// A line for each path, such as `.data.items[].id: integer or text of digits`. No key in it is one of the secrets.
pub(crate) fn of(body: &[u8], secrets: &BTreeSet<String>) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let (json, what) = parse(text.trim_start_matches('\u{feff}').trim());
    let mut lines = vec![what.to_owned()];
    let Some(json) = json else {
        return lines;
    };
    let mut values = secrets.iter().map(|it| it.to_lowercase()).collect();
    collect_texts(&json, &mut values);
    let mut outline = Outline {
        values,
        paths: BTreeMap::new(),
    };
    outline.add("", &json, 0);
    let shown = outline.paths.iter().take(MOST_LINES).map(|(path, types)| {
        let types: Vec<_> = types.iter().copied().collect();
        let path = if path.is_empty() { "." } else { path };
        format!("{path}: {}", types.join(" or "))
    });
    lines.extend(shown);
    if outline.paths.len() > MOST_LINES {
        lines.push("and more".to_owned());
    }
    lines
}

/// The JSON, with what may stand around it, such as a warning of PHP.
fn parse(text: &str) -> (Option<Value>, &'static str) {
    if text.is_empty() {
        return (None, "an empty body");
    }
    if let Ok(json) = serde_json::from_str(text) {
        return (Some(json), "JSON");
    }
    let from = text.find(['{', '[']);
    let to = text.rfind(['}', ']']);
    let inner = from.zip(to).and_then(|(from, to)| text.get(from..=to));
    match inner.and_then(|it| serde_json::from_str(it).ok()) {
        Some(json) => (Some(json), "JSON with other text around it"),
        None if text.starts_with('<') => (None, "markup, not JSON"),
        None => (None, "text, not JSON"),
    }
}

struct Outline {
    /// All texts of the answer and the secrets, in lower case: a key that is one of them may be a value.
    values: BTreeSet<String>,
    paths: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Outline {
    fn add(&mut self, path: &str, value: &Value, depth: usize) {
        let inner = text_of_json(value);
        let kind = if inner.is_some() {
            "text of JSON"
        } else {
            kind(value)
        };
        self.paths.entry(path.to_owned()).or_default().insert(kind);
        let value = inner.as_ref().unwrap_or(value);
        if depth == DEEPEST || self.paths.len() > MOST_LINES {
            return;
        }
        for (key, value) in value.as_object().into_iter().flatten() {
            let key = if self.is_shown(key) { key } else { REMOVED };
            self.add(&format!("{path}.{key}"), value, depth + 1);
        }
        for value in value.as_array().into_iter().flatten() {
            self.add(&format!("{path}[]"), value, depth + 1);
        }
    }

    fn is_shown(&self, key: &str) -> bool {
        is_plain(key) && !self.values.contains(&key.to_lowercase())
    }
}

fn collect_texts(value: &Value, into: &mut BTreeSet<String>) {
    let inner = text_of_json(value);
    if let Some(text) = value.as_str() {
        into.insert(text.to_lowercase());
    }
    let value = inner.as_ref().unwrap_or(value);
    let members = value.as_object().into_iter().flat_map(|it| it.values());
    let items = value.as_array().into_iter().flatten();
    members.chain(items).for_each(|it| collect_texts(it, into));
}

/// What a text holds, if it is an object or a list.
fn text_of_json(value: &Value) -> Option<Value> {
    let json: Value = serde_json::from_str(value.as_str()?).ok()?;
    (json.is_object() || json.is_array()).then_some(json)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "fraction",
        Value::Number(_) => "integer",
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(text) if text.chars().all(char::is_numeric) => "text of digits",
        Value::String(_) => "text",
        Value::Array(items) if items.is_empty() => "empty array",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a key reads as words that somebody wrote: letters in camelCase or with `_` and `-` between them. A key with
/// digits, a long one and a random one may be an id, a number or a token.
fn is_plain(key: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphabetic() || it == '_' || it == '-';
    if key.len() > LONGEST_KEY || !key.chars().all(is_letter) {
        return false;
    }
    let letters = key.chars().filter(char::is_ascii_alphabetic).count();
    let words = words(key);
    letters > 0 && words <= 5 && (words <= 2 || letters >= 3 * words)
}

/// How many words a key in `camelCase` or `snake_case` has.
fn words(key: &str) -> usize {
    let mut before = '_';
    let mut count = 0;
    for letter in key.chars() {
        let starts = letter.is_ascii_alphabetic()
            && (!before.is_ascii_alphabetic() || letter.is_ascii_uppercase() && before.is_ascii_lowercase());
        count += usize::from(starts);
        before = letter;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(body: &str) -> Vec<String> {
        of(body.as_bytes(), &BTreeSet::from(["Password".to_owned()]))
    }

    #[test]
    fn keys_and_types_stay_and_values_go() {
        let body = r#"{"status":"200","data":{"balance":1.5,"items":[{"id":1,"link":"x"},{"id":"2","tags":null}],"none":[]},
                       "inner":"{\"ok\":true,\"deep\":\"[{\\\"hash\\\":\\\"\\\"}]\"}"}"#;
        assert_eq!(
            outline(body),
            [
                "JSON",
                ".: object",
                ".data: object",
                ".data.balance: fraction",
                ".data.items: array",
                ".data.items[]: object",
                ".data.items[].id: integer or text of digits",
                ".data.items[].link: text",
                ".data.items[].tags: null",
                ".data.none: empty array",
                ".inner: text of JSON",
                ".inner.deep: text of JSON",
                ".inner.deep[]: object",
                ".inner.deep[].hash: empty text",
                ".inner.ok: boolean",
                ".status: text of digits",
            ]
        );
    }

    #[test]
    fn a_key_is_shown_only_if_it_is_plain_words_and_no_value() {
        for (key, shown) in [
            ("status", true),
            ("TokenValidDay", true),
            ("has_error", true),
            ("recID", true),
            ("x-id", true),
            ("scProductId", true),
            ("", false),
            ("_", false),
            ("09120000000", false),
            ("user7", false),
            ("a.b", false),
            ("کلید", false),
            ("line\nbreak", false),
            ("aGhKlQwErT", false),
            ("abcdefghijklmnopqrstuvwxyz", false),
            ("a_b_c_d", false),
            // a secret, and a text of the same answer
            ("password", false),
            ("Ali", false),
        ] {
            let body = serde_json::json!({ key: 1, "name": "ali" }).to_string();
            let found = outline(&body).contains(&format!(".{key}: integer"));
            assert_eq!(found, shown, "{key:?}");
        }
    }

    #[test]
    fn what_is_no_json_has_no_outline() {
        for (body, expected) in [
            ("", "an empty body"),
            (" \n", "an empty body"),
            ("<html>secret</html>", "markup, not JSON"),
            ("secret", "text, not JSON"),
            ("{\"secret\":", "text, not JSON"),
        ] {
            assert_eq!(outline(body), [expected]);
        }
        let around = outline("\u{feff}Warning: secret\n{\"a\":1} more secret");
        assert_eq!(
            around,
            ["JSON with other text around it", ".: object", ".a: integer"]
        );
        assert_eq!(of(b"\xff\xfe", &BTreeSet::new()), ["text, not JSON"]);
    }

    #[test]
    fn an_outline_is_bounded() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(outline(&deep).len(), 2 + DEEPEST);
        let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
        let key = |at: usize| [letter(at / 676), letter(at / 26), letter(at)].iter().collect();
        let wide: serde_json::Map<String, Value> = (0..5000).map(|at| (key(at), Value::Null)).collect();
        let wide = outline(&Value::Object(wide).to_string());
        assert_eq!(
            (wide.len(), wide.last().unwrap().as_str()),
            (MOST_LINES + 2, "and more")
        );
    }
}
