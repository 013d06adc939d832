use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::secret::encodings::{Decoded, base64_decoded, base64_runs, base64_source};

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// A secret is recognised by any run of this many bytes of it, so that an echo which was cut short, by the
/// provider or by the network, is caught too.
const WINDOW: usize = 8;

/// Shorter secrets would black out ordinary words; they are replaced only where they are the whole text.
const SHORTEST_PART: usize = 4;

/// How often base64 is undone, one inside the other.
const MOST_LAYERS: usize = 2;

/// Knows the secrets of one client and takes them out of whatever a provider or a library says, whole or in parts of
/// eight bytes and more: as they are, percent-encoded, as HTML, with the escapes of JSON, in base64, and in any of
/// these inside another.
///
/// ```
/// # use payvand_http_core::{Redactor, Secret};
/// let redactor = Redactor::new([&Secret::from("not-a-real-token")]);
/// assert_eq!(redactor.redact("token=not-a-real-token&count=50"), "token=[redacted]&count=50");
/// assert_eq!(redactor.redact("an echo cut short: not-a-real"), "an echo cut short: [redacted]");
/// assert_eq!(redactor.redact("Basic bWU6bm90LWEtcmVhbC10b2tlbg=="), "Basic bWU6[redacted]==");
/// ```
#[derive(Clone, Default)]
pub struct Redactor(Arc<SecretPatterns>);

#[derive(Clone, Default)]
struct SecretPatterns {
    /// Every run of [`WINDOW`] bytes of the longer secrets, as a number, sorted.
    windows: Zeroizing<Vec<u64>>,
    /// Whether any window ends in this byte: lets most of a text pass with one look.
    ends: Vec<bool>,
    /// What is looked for as a whole.
    whole: Vec<Zeroizing<Vec<u8>>>,
}

impl Redactor {
    /// A redactor for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self::default().and(secrets)
    }

    /// A redactor that leaves parts of these secrets: for texts where a part of one is an ordinary word.
    pub fn of_whole<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut patterns = SecretPatterns::default();
        for secret in secrets {
            patterns.whole.extend(spellings(secret.expose()));
        }
        Self(Arc::new(patterns))
    }

    /// A redactor for these secrets too.
    #[must_use]
    pub fn and<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut patterns = SecretPatterns::clone(&self.0);
        for spelling in secrets.into_iter().flat_map(|secret| spellings(secret.expose())) {
            if spelling.len() < WINDOW {
                patterns.whole.push(spelling);
            } else {
                patterns
                    .windows
                    .extend(spelling.windows(WINDOW).filter_map(as_number));
            }
        }
        patterns.windows.sort_unstable();
        patterns.windows.dedup();
        patterns.ends = vec![false; 256];
        for window in patterns.windows.iter() {
            patterns.ends[usize::from(window.to_be_bytes()[WINDOW - 1])] = true;
        }
        Self(Arc::new(patterns))
    }

    /// The text with every secret replaced by [`REDACTED`]; borrowed when there was none.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut found = self.0.search(text.as_bytes(), MOST_LAYERS);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        found.sort_unstable_by_key(|part| part.start);
        let mut redacted = String::new();
        let mut kept_to = 0;
        for part in found {
            if part.start >= kept_to {
                let start = floor_char_boundary(text, part.start).max(kept_to);
                redacted.push_str(&text[kept_to..start]);
                redacted.push_str(REDACTED);
            }
            kept_to = ceil_char_boundary(text, part.end).max(kept_to);
        }
        Cow::Owned(redacted + &text[kept_to..])
    }

    /// Whether a text holds eight bytes or more of a secret in a row. Shorter ones may be ordinary words, by which
    /// nothing should be judged.
    pub fn finds_long(&self, text: &str) -> bool {
        let long = SecretPatterns {
            whole: Vec::new(),
            ..SecretPatterns::clone(&self.0)
        };
        !long.search(text.as_bytes(), MOST_LAYERS).is_empty()
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
}

impl SecretPatterns {
    /// The parts of a text that are a secret's, in no order.
    fn search(&self, text: &[u8], layers: usize) -> Vec<Range<usize>> {
        // Most keys and numbers are too short to hold any part of a secret.
        if self.whole.is_empty() && text.len() < WINDOW {
            return Vec::new();
        }
        let mut found = self.search_as_it_is(text, layers);
        for decoded in Decoded::all(text) {
            let inside = self.search_as_it_is(&decoded.bytes, layers);
            found.extend(inside.iter().map(|part| decoded.source(part)));
        }
        found
    }

    fn search_as_it_is(&self, text: &[u8], layers: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.find(text, &mut found);
        if layers == 0 {
            return found;
        }
        let at_least = (self.shortest() * 8).div_ceil(6);
        for run in base64_runs(text, at_least) {
            // Where the base64 itself begins is not known.
            for start in (run.start..=run.end - at_least).take(4) {
                let inside = self.search(&base64_decoded(&text[start..run.end]), layers - 1);
                found.extend(inside.iter().map(|part| {
                    let source = base64_source(part);
                    start + source.start..start + source.end
                }));
            }
        }
        found
    }

    /// The fewest bytes that are looked for inside a text.
    fn shortest(&self) -> usize {
        if self.whole.is_empty() {
            WINDOW
        } else {
            SHORTEST_PART
        }
    }

    /// The parts of a text that are a secret's as it is.
    fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        for whole in &self.whole {
            if whole.len() >= SHORTEST_PART {
                let places = text.windows(whole.len()).enumerate();
                let places = places.filter(|(_, part)| part == &whole.as_slice());
                found.extend(places.map(|(at, _)| at..at + whole.len()));
            } else if text == whole.as_slice() {
                found.push(0..text.len());
            }
        }
        let mut end = WINDOW;
        while !self.windows.is_empty() && end <= text.len() {
            let start = end - WINDOW;
            while end <= text.len() && self.has_window(&text[end - WINDOW..end]) {
                end += 1;
            }
            if end > start + WINDOW {
                found.push(start..end - 1);
                end += WINDOW - 1;
            } else {
                end += 1;
            }
        }
    }

    fn has_window(&self, window: &[u8]) -> bool {
        self.ends[usize::from(window[WINDOW - 1])]
            && as_number(window).is_some_and(|window| self.windows.binary_search(&window).is_ok())
    }
}

fn as_number(window: &[u8]) -> Option<u64> {
    window.try_into().ok().map(u64::from_be_bytes)
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor { .. }")
    }
}

/// What is looked for of a secret, in a text and in the same text decoded.
fn spellings(secret: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = vec![secret.to_owned()];
    // Forms write a space so.
    if secret.contains(' ') {
        all.push(secret.replace(' ', "+"));
    }
    let mut all: Vec<_> = all
        .into_iter()
        .map(|text| Zeroizing::new(text.into_bytes()))
        .collect();
    // What looks like an escape is decoded together with what encodes it.
    let decoded: Vec<_> = all.iter().map(|text| Decoded::read(text).bytes).collect();
    all.extend(decoded);
    all.retain(|text| !text.is_empty());
    all.dedup();
    all
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
    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
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

    /// A part of exactly the length that is looked for, with backslashes in it.
    #[test]
    fn takes_out_a_part_whose_backslashes_are_its_own() {
        let redactor = redactor(r#"a"b\c"d\e"f"#);
        for part in [
            "%22b%5Cc%22d%5Ce",
            r#""b\c"d\e"#,
            r"\u0022b\u005Cc\u0022d\u005Ce",
            r#"\"b\\c\"d\\e"#,
            r#"\\\"b\\\\c\\\"d\\\\e"#,
        ] {
            assert_eq!(
                redactor.redact(&format!("x {part} y")),
                "x [redacted] y",
                "{part}"
            );
        }
    }

    #[test]
    fn takes_out_a_secret_that_a_backslash_before_it_makes_look_like_an_escape() {
        for (secret, text, redacted) in [
            ("aaaaaaa@aa", r"\uaaaaaaa%40aa", r"\u[redacted]"),
            ("abcdefg@hi", r"C:\xabcdefg&#64;hi", r"C:\x[redacted]"),
        ] {
            assert_eq!(redactor(secret).redact(text), redacted);
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

    type Encoder = (&'static str, fn(&str) -> String);

    /// How servers and languages write a text, without a look at how that is undone.
    const ENCODERS: [Encoder; 18] = [
        ("as it is", str::to_owned),
        ("percent, as forms", |text| {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        }),
        ("percent", |text| percent(text, "-._~", false)),
        ("percent, lower case", |text| {
            percent(text, "-._~/", false)
                .replace("%C3%A9", "%c3%a9")
                .replace("%2B", "%2b")
                .replace("%3D", "%3d")
        }),
        ("percent, everything", |text| percent(text, "", true)),
        ("JSON", |text| as_json(text, |_| false, false)),
        ("JSON, PHP", |text| {
            as_json(text, |c| !c.is_ascii(), false).replace('/', "\\/")
        }),
        ("JSON, .NET", |text| {
            as_json(text, |c| !c.is_ascii() || "\"'&<>+`".contains(c), true)
        }),
        ("JSON, Gson", |text| as_json(text, |c| "'&<>=".contains(c), false)),
        ("JSON, everything", |text| as_json(text, |_| true, false)),
        ("HTML", |text| {
            html(text, |c| "&<>\"".contains(c), |c| format!("&#{};", u32::from(c)))
        }),
        ("HTML, by name", by_name),
        ("HTML, hexadecimal", |text| {
            html(
                text,
                |c| !c.is_ascii_alphanumeric(),
                |c| format!("&#x{:X};", u32::from(c)),
            )
        }),
        ("HTML, everything", |text| {
            html(text, |_| true, |c| format!("&#{:04};", u32::from(c)))
        }),
        ("base64", |text| BASE64_STANDARD.encode(text)),
        ("base64, behind a name", |text| {
            BASE64_STANDARD.encode(format!("me:{text}"))
        }),
        ("base64 for URLs", |text| {
            BASE64_URL_SAFE_NO_PAD.encode(format!("u:{text}\n"))
        }),
        ("base64 for URLs, in the middle", |text| {
            BASE64_URL_SAFE_NO_PAD.encode(format!("user {text}!?"))[3..].to_owned()
        }),
    ];

    fn percent(text: &str, kept: &str, everything: bool) -> String {
        let encoded = text.bytes().map(|byte| {
            let c = char::from(byte);
            if !everything && c.is_ascii_alphanumeric() || kept.contains(c) {
                c.to_string()
            } else {
                format!("%{byte:02X}")
            }
        });
        encoded.collect()
    }

    fn as_json(text: &str, is_escaped: fn(char) -> bool, capitals: bool) -> String {
        let written = text.chars().map(|c| match c {
            _ if is_escaped(c) => {
                let units = c.encode_utf16(&mut [0; 2]).to_vec();
                let escaped = units.iter().map(|unit| {
                    if capitals {
                        format!("\\u{unit:04X}")
                    } else {
                        format!("\\u{unit:04x}")
                    }
                });
                escaped.collect()
            }
            '"' | '\\' => format!("\\{c}"),
            _ => c.to_string(),
        });
        written.collect()
    }

    fn html(text: &str, is_escaped: fn(char) -> bool, escaped: fn(char) -> String) -> String {
        let written = text
            .chars()
            .map(|c| if is_escaped(c) { escaped(c) } else { c.to_string() });
        written.collect()
    }

    fn by_name(text: &str) -> String {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text.replace('"', "&quot;").replace('\'', "&apos;")
    }

    /// How many characters may be left beside the mark: the name before a password and padding, in base64.
    const MOST_LEFT: usize = 16;

    /// What stands around it is in none of the secrets, so that no part of one begins or ends in it.
    fn assert_taken_out(redactor: &Redactor, echo: &str, how: &str) {
        let text = format!("«{echo}»");
        let redacted = redactor.redact(&text);
        let rest = redacted.replacen(REDACTED, "", 1);
        assert!(
            rest.len() < redacted.len()
                && Decoded::read(rest.as_bytes()).bytes.len() <= "«»".len() + MOST_LEFT,
            "{how}: {text} -> {redacted}"
        );
        assert!(
            redacted.starts_with('«') && redacted.ends_with('»'),
            "{how}: {redacted}"
        );
    }

    #[test]
    fn takes_out_every_encoding_inside_every_other() {
        for secret in [
            "0123456789abcdef-_.",
            "xJ4/wQ8+zK2=vB6&nH9%mD3~fG7",
            "pL5/dR1+sT8 \"gX4\" =jC2",
            "vF6%tB2&rM9\\ 'wD3' ?zK8",
            "رمز عبور-۱۲۳😀<>",
            r"looks%41like&amp;escapes\u0041\n",
        ] {
            let redactor = redactor(secret);
            for (inner, encode) in ENCODERS {
                let once = encode(secret);
                for (outer, encode) in ENCODERS {
                    assert_taken_out(&redactor, &encode(&once), &format!("{inner} in {outer}"));
                }
            }
        }
    }

    #[test]
    fn a_secret_that_repeats_a_part_of_itself_is_taken_out() {
        let redactor = redactor("😀😀 😀😀Aaaa");
        assert_eq!(redactor.redact("x=😀😀 😀😀Aaaa&y"), "x=[redacted]&y");
        // The space and what follows it stand in the secret a second time.
        assert_eq!(redactor.redact("x 😀😀 😀😀Aaaa y"), "x[redacted] y");
    }

    #[test]
    fn a_short_secret_is_taken_out_of_every_encoding() {
        for secret in ["pin4", "a+b c", "رمز"] {
            for (how, encode) in ENCODERS {
                assert_taken_out(&redactor(secret), &encode(secret), how);
            }
        }
    }

    #[test]
    fn parts_of_a_whole_secret_are_words() {
        let secret = Secret::from("somebody-1234");
        let whole = Redactor::of_whole([&secret]);
        assert!(matches!(whole.redact("somebody-123"), Cow::Borrowed(_)));
        for (how, encode) in ENCODERS {
            assert_taken_out(&whole, &encode(secret.expose()), how);
        }
        let both = whole.and([&Secret::from("abcdefghij")]);
        assert_eq!(
            both.redact("somebody-123 somebody-1234 abcdefgh"),
            "somebody-123 [redacted] [redacted]"
        );
    }

    proptest! {
        #[test]
        fn nothing_encoded_twice_survives(
            secret in "[ -~é😀]{8,40}[a-z]", inner in 0..ENCODERS.len(), outer in 0..ENCODERS.len(),
        ) {
            let echo = ENCODERS[outer].1(&ENCODERS[inner].1(&secret));
            assert_taken_out(&redactor(&secret), &echo, &format!("{secret}: {inner} in {outer}"));
        }

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
