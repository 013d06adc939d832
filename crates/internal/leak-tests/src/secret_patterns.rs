//! The spellings in which a secret may show, and the search for them.

use std::collections::BTreeSet;
use std::fmt;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use url::form_urlencoded;

/// This many characters of a secret in a row are a leak.
const PART: usize = 8;

/// A secret where it must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Where it was seen: a call and its circumstances, a log line, another host.
    pub place: String,
    /// What it is called: "the token".
    pub secret: String,
    /// How it was spelt.
    pub spelling: &'static str,
    /// What stood around it.
    pub context: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            secret,
            spelling,
            context,
        } = self;
        write!(f, "{secret}, {spelling}, in {place}: {context}")
    }
}

/// Every part of every spelling of some secrets.
#[derive(Debug)]
pub(crate) struct SecretPatterns {
    automaton: AhoCorasick,
    /// The secret and the spelling of each pattern.
    meaning: Vec<(String, &'static str)>,
}

impl SecretPatterns {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut patterns, mut meaning) = (Vec::new(), Vec::new());
        for (name, secret) in secrets {
            assert!(
                secret.chars().count() >= PART,
                "{name} is too short to be looked for"
            );
            let mut known = BTreeSet::new();
            for (spelling, characters) in spellings(secret) {
                for part in characters.windows(PART).map(<[_]>::concat) {
                    if known.insert(part.clone()) {
                        patterns.push(part);
                        meaning.push((name.to_owned(), spelling));
                    }
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(patterns)
            .expect("secrets of a few kilobytes");
        Self { automaton, meaning }
    }

    /// The first secret in a text.
    pub(crate) fn search(&self, place: &str, text: &str) -> Option<Leak> {
        let found = self.automaton.find(text)?;
        let (secret, spelling) = &self.meaning[found.pattern().as_usize()];
        let start = text[..found.start()]
            .char_indices()
            .rev()
            .nth(60)
            .map_or(0, |(at, _)| at);
        let context = text[start..].chars().take(200).collect();
        Some(Leak {
            place: place.to_owned(),
            secret: secret.clone(),
            spelling,
            context,
        })
    }
}

/// Each spelling, character by character of the secret, or of base64 where they do not fall together.
fn spellings(secret: &str) -> Vec<(&'static str, Vec<String>)> {
    let each = |spell: fn(char) -> String| secret.chars().map(spell).collect();
    let mut spellings = vec![
        ("as it is", each(String::from)),
        ("percent-encoded", each(form_encoded)),
        ("percent-encoded", each(|c| form_encoded(c).replace('+', "%20"))),
        (
            "percent-encoded",
            each(|c| {
                c.to_string()
                    .bytes()
                    .fold(String::new(), |all, byte| all + &format!("%{byte:02x}"))
            }),
        ),
        ("escaped as JSON", each(|c| c.to_string().replace('/', "\\/"))),
        ("escaped as JSON", each(|c| ascii_json(c).replace('/', "\\/"))),
        ("escaped as JSON", each(ascii_json)),
    ];
    spellings.extend(ENCODERS.map(|(name, encode)| (name, each(encode))));
    for (_, inner) in ENCODERS {
        for (_, outer) in ENCODERS {
            let twice = secret.chars().map(|c| inner(c).chars().map(outer).collect());
            spellings.push(("encoded twice", twice.collect()));
        }
    }
    let as_it_is: Encoder = ("as it is", String::from);
    for (_, encode) in ENCODERS.into_iter().chain([as_it_is]) {
        let encoded: String = secret.chars().map(encode).collect();
        for engine in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
            for shift in 0..3 {
                let text = base64_after(&engine, shift, &encoded);
                spellings.push(("in base64", text.chars().map(String::from).collect()));
            }
        }
    }
    spellings
}

/// A spelling's name, and what it makes of each character.
pub type Encoder = (&'static str, fn(char) -> String);

/// What servers make of each character: pages, addresses, JSON.
pub const ENCODERS: [Encoder; 4] = [
    ("escaped as HTML", |c| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        _ => c.to_string(),
    }),
    ("escaped as HTML", |c| {
        if c.is_ascii_alphanumeric() {
            c.to_string()
        } else {
            format!("&#x{:X};", u32::from(c))
        }
    }),
    ("percent-encoded", |c| form_encoded(c).replace('+', "%20")),
    ("escaped as JSON", |c| match c {
        '"' | '\\' | '/' => format!("\\{c}"),
        _ => ascii_json(c),
    }),
];

fn form_encoded(c: char) -> String {
    form_urlencoded::byte_serialize(c.encode_utf8(&mut [0; 4]).as_bytes()).collect()
}

fn ascii_json(c: char) -> String {
    if c.is_ascii() {
        return c.to_string();
    }
    let units = c.encode_utf16(&mut [0; 2]).to_vec();
    units
        .iter()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect::<Vec<_>>()
        .concat()
}

/// How a secret reads in base64 when `shift` bytes stand before it: without the characters that depend on what
/// stands before and after.
fn base64_after(engine: &impl Engine, shift: usize, secret: &str) -> String {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(secret.as_bytes());
    let whole = bytes.len() / 3 * 4;
    engine.encode(&bytes)[(shift * 8).div_ceil(6)..whole].to_owned()
}
