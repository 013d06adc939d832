use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::Secret;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// A secret is recognised by any run of this many bytes of it, so that an echo which was cut short, by the
/// provider or by the network, is caught too.
const WINDOW: usize = 8;

/// Shorter secrets would black out ordinary words; they are replaced only where they are the whole text.
const SHORTEST_PART: usize = 4;

/// Knows the secrets of one client and takes them out of whatever a provider or a library says: as they are,
/// percent-encoded, with JSON's escapes, whole or in parts of eight bytes and more.
///
/// ```
/// # use http_core::{Redactor, Secret};
/// let redactor = Redactor::new([&Secret::from("not-a-real-token")]);
/// assert_eq!(redactor.redact("token=not-a-real-token&count=50"), "token=[redacted]&count=50");
/// assert_eq!(redactor.redact("an echo cut short: not-a-real"), "an echo cut short: [redacted]");
/// ```
#[derive(Clone, Default)]
pub struct Redactor(Arc<Needles>);

#[derive(Default)]
struct Needles {
    /// Every run of [`WINDOW`] bytes of the longer secrets, sorted.
    windows: Zeroizing<Vec<[u8; WINDOW]>>,
    /// Whether any window ends in this byte: lets most of a text pass with one look.
    ends: Vec<bool>,
    short: Vec<Zeroizing<String>>,
}

impl Redactor {
    /// A redactor for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self::default().and(secrets)
    }

    /// A redactor for these secrets too.
    #[must_use]
    pub fn and<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut needles = Needles {
            windows: self.0.windows.clone(),
            ends: vec![false; 256],
            short: self.0.short.clone(),
        };
        for secret in secrets {
            for spelling in spellings(secret.expose()) {
                if spelling.len() < WINDOW {
                    needles.short.push(spelling);
                } else {
                    needles.windows.extend(
                        spelling
                            .as_bytes()
                            .windows(WINDOW)
                            .filter_map(|window| <[u8; WINDOW]>::try_from(window).ok()),
                    );
                }
            }
        }
        needles.windows.sort_unstable();
        needles.windows.dedup();
        for window in needles.windows.iter() {
            needles.ends[usize::from(window[WINDOW - 1])] = true;
        }
        Self(Arc::new(needles))
    }

    /// The text with every secret replaced by [`REDACTED`]; borrowed when there was none.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = match self.without_windows(text) {
            Some(redacted) => Cow::Owned(redacted),
            None => Cow::Borrowed(text),
        };
        for needle in &self.0.short {
            let found = needle.len() >= SHORTEST_PART && text.contains(needle.as_str());
            if found || *text == **needle {
                text = Cow::Owned(text.replace(needle.as_str(), REDACTED));
            }
        }
        text
    }

    /// Redacts every string and every key inside a JSON value.
    pub fn redact_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(redacted) = self.redact(text) {
                    *text = redacted;
                }
            }
            // A token of digits alone comes back as a number.
            Value::Number(number) => {
                if let Cow::Owned(redacted) = self.redact(&number.to_string()) {
                    *value = Value::String(redacted);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_json(item)),
            Value::Object(map) => self.redact_json_map(map),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Redacts every string and every key inside a JSON object.
    pub fn redact_json_map(&self, map: &mut Map<String, Value>) {
        map.values_mut().for_each(|item| self.redact_json(item));
        if map.keys().any(|key| matches!(self.redact(key), Cow::Owned(_))) {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(key, item)| (self.redact(&key).into_owned(), item))
                .collect();
        }
    }

    fn without_windows(&self, text: &str) -> Option<String> {
        let Needles { windows, ends, .. } = &*self.0;
        if windows.is_empty() {
            return None;
        }
        let bytes = text.as_bytes();
        let mut redacted = String::new();
        let mut kept_to = 0;
        let mut at = 0;
        while at + WINDOW <= bytes.len() {
            let window = &bytes[at..at + WINDOW];
            if !(ends[usize::from(window[WINDOW - 1])] && contains(windows, window)) {
                at += 1;
                continue;
            }
            let mut end = at + WINDOW;
            while end < bytes.len() && contains(windows, &bytes[end + 1 - WINDOW..=end]) {
                end += 1;
            }
            let start = floor_char_boundary(text, at).max(kept_to);
            end = ceil_char_boundary(text, end);
            redacted.push_str(&text[kept_to..start]);
            redacted.push_str(REDACTED);
            kept_to = end;
            at = end;
        }
        (kept_to > 0).then(|| redacted + &text[kept_to..])
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor { .. }")
    }
}

fn contains(windows: &[[u8; WINDOW]], window: &[u8]) -> bool {
    windows
        .binary_search_by(|known| known.as_slice().cmp(window))
        .is_ok()
}

/// How an encoder of JSON writes a text.
struct JsonStyle {
    /// Beside quotes and backslashes, which all of them escape.
    is_escaped: fn(char) -> bool,
    hex_in_capitals: bool,
}

const JSON_STYLES: [JsonStyle; 4] = [
    JsonStyle {
        is_escaped: |_| false,
        hex_in_capitals: false,
    },
    // PHP, Python
    JsonStyle {
        is_escaped: |c| !c.is_ascii(),
        hex_in_capitals: false,
    },
    // .NET
    JsonStyle {
        is_escaped: |c| !c.is_ascii() || "\"'&<>+`".contains(c),
        hex_in_capitals: true,
    },
    // Gson; Go escapes fewer of these
    JsonStyle {
        is_escaped: |c| "'&<>=".contains(c),
        hex_in_capitals: false,
    },
];

/// What an encoder of URLs leaves as it is beside letters and digits: forms, RFC 3986, JavaScript, Python.
const URL_STYLES: [&str; 4] = ["*-._", "-._~", "-._~!*'()", "-._~/"];

fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let mut all = vec![secret.to_owned()];
    // Letters, digits and these are left as they are by every encoder, and most tokens have nothing else.
    if !secret
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    {
        for kept in URL_STYLES {
            for in_capitals in [true, false] {
                let encoded = percent_encoded(secret, kept, in_capitals);
                all.extend([encoded.replace("%20", "+"), encoded]);
            }
        }
        for style in JSON_STYLES {
            let json = style.write(secret);
            all.extend([json.replace('/', "\\/"), json]);
        }
    }
    all.sort_unstable();
    all.dedup();
    all.retain(|text| !text.is_empty());
    all.into_iter().map(Zeroizing::new).collect()
}

impl JsonStyle {
    /// What is left of the secret between the quotes of a JSON string.
    fn write(&self, secret: &str) -> String {
        let mut json = String::new();
        for c in secret.chars() {
            if (self.is_escaped)(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = if self.hex_in_capitals {
                        write!(json, "\\u{unit:04X}")
                    } else {
                        write!(json, "\\u{unit:04x}")
                    };
                }
            } else {
                if matches!(c, '"' | '\\') {
                    json.push('\\');
                }
                json.push(c);
            }
        }
        json
    }
}

fn percent_encoded(secret: &str, kept: &str, in_capitals: bool) -> String {
    let mut encoded = String::new();
    for byte in secret.bytes() {
        let c = char::from(byte);
        // Writing to a string cannot fail.
        let _ = if c.is_ascii_alphanumeric() || kept.contains(c) {
            write!(encoded, "{c}")
        } else if in_capitals {
            write!(encoded, "%{byte:02X}")
        } else {
            write!(encoded, "%{byte:02x}")
        };
    }
    encoded
}

fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_char_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new([&Secret::from(secret)])
    }

    #[test]
    fn takes_out_every_spelling() {
        let redactor = redactor("a/b+c d=é-tail");
        assert_eq!(redactor.redact("x=a/b+c d=\\u00e9-tail&y"), "x=[redacted]&y");
        assert_eq!(redactor.redact("x=a\\/b+c d=\\u00e9-tail&y"), "x=[redacted]&y");
        for spelling in [
            "a/b+c d=é-tail",
            "a\\/b+c d=é-tail",
            "a%2Fb%2Bc+d%3D%C3%A9-tail",
            "a%2fb%2bc%20d%3d%c3%a9-tail",
        ] {
            let text = format!("x={spelling}&y");
            assert_eq!(redactor.redact(&text), "x=[redacted]&y", "{spelling}");
        }
    }

    #[test]
    fn takes_out_what_each_encoder_of_json_makes_of_it() {
        let redactor = redactor("aé+b=c&d<e>f'g/h\"i");
        for echo in [
            r#"aé+b=c&d<e>f'g/h\"i"#,
            r#"aé+b=c&d<e>f'g\/h\"i"#,
            r#"a\u00e9+b=c&d<e>f'g\/h\"i"#,
            r"a\u00E9\u002Bb=c\u0026d\u003Ce\u003Ef\u0027g/h\u0022i",
            r#"aé+b\u003dc\u0026d\u003ce\u003ef\u0027g/h\"i"#,
        ] {
            assert_eq!(
                redactor.redact(&format!("x {echo} y")),
                "x [redacted] y",
                "{echo}"
            );
        }
    }

    #[test]
    fn takes_out_what_each_encoder_of_urls_makes_of_it() {
        let redactor = redactor("a~b*c!d'e(f)g/h i");
        for echo in [
            "a%7Eb*c%21d%27e%28f%29g%2Fh+i",
            "a~b%2Ac%21d%27e%28f%29g%2Fh%20i",
            "a~b*c!d'e(f)g%2Fh%20i",
            "a~b%2ac%21d%27e%28f%29g/h%20i",
        ] {
            assert_eq!(
                redactor.redact(&format!("x={echo}&y")),
                "x=[redacted]&y",
                "{echo}"
            );
        }
    }

    #[test]
    fn leaves_other_text_borrowed() {
        let redactor = redactor("0123456789abcdef");
        assert!(matches!(redactor.redact("تعداد سفارش 0123"), Cow::Borrowed(_)));
    }

    #[test]
    fn short_secrets_do_not_black_out_words() {
        assert_eq!(redactor("ab").redact("about"), "about");
        assert_eq!(redactor("ab").redact("ab"), REDACTED);
        assert_eq!(redactor("abcd").redact("token abcd!"), "token [redacted]!");
    }

    #[test]
    fn more_secrets_are_added_to_those_before() {
        let both = redactor("0123456789").and([&Secret::from("abcdefghij"), &Secret::from("pin4")]);
        assert_eq!(
            both.redact("0123456789 abcdefghij pin4"),
            "[redacted] [redacted] [redacted]"
        );
    }

    #[test]
    fn reaches_into_json() {
        let redactor = redactor("1234567890");
        let mut value =
            json!({"token": "1234567890", "n": 1_234_567_890, "1234567890": [["x1234567890x"]], "ok": true});
        redactor.redact_json(&mut value);
        assert_eq!(
            value,
            json!({"token": REDACTED, "n": REDACTED, REDACTED: [["x[redacted]x"]], "ok": true})
        );
    }

    proptest! {
        #[test]
        fn no_run_of_eight_survives(secret in "[a-z0-9/é+]{8,40}", before in ".{0,12}", after in ".{0,12}") {
            let text = format!("{before}{secret}{after}");
            let redacted = redactor(&secret).redact(&text).into_owned();
            for window in secret.as_bytes().windows(WINDOW) {
                prop_assert!(!redacted.as_bytes().windows(WINDOW).any(|seen| seen == window), "{redacted}");
            }
        }

        #[test]
        fn any_text_is_taken(secret in ".{0,20}", text in ".{0,60}") {
            let _ = redactor(&secret).redact(&text);
        }
    }
}
