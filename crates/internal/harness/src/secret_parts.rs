//! How a secret may come back, written down without a look at how it is taken out.

use std::fmt::UpperHex;

use aho_corasick::AhoCorasick;
use http_core::REDACTED;

/// So much of a secret in a row is a leak.
pub const PART: usize = 8;

/// What servers and languages make of each character.
const SPELLINGS: [fn(char) -> String; 14] = [
    |c| c.to_string(),
    // PHP, Python, .NET, Gson; Go escapes fewer of these
    |c| python_json(c).replace('/', "\\/"),
    python_json,
    |c| json(c, !c.is_ascii() || "\"'&<>+`".contains(c)),
    |c| lower(json(c, "'&<>=".contains(c))),
    percent,
    |c| lower(percent(c)),
    |c| percent(c).replace("%20", "+"),
    // JavaScript, Python
    |c| percent_but(c, "!*'()"),
    |c| percent_but(c, "/"),
    html,
    |c| twice(c, html, |c| lower(percent(c))),
    |c| twice(c, percent, percent),
    |c| twice(c, python_json, |c| json(c, false)),
];

fn json(c: char, is_escaped: bool) -> String {
    let mut units = [0; 2];
    match c {
        _ if is_escaped => hex("\\u", 4, c.encode_utf16(&mut units)),
        '"' | '\\' => format!("\\{c}"),
        _ => c.to_string(),
    }
}

fn python_json(c: char) -> String {
    lower(json(c, !c.is_ascii()))
}

fn percent(c: char) -> String {
    percent_but(c, "")
}

fn percent_but(c: char, kept: &str) -> String {
    match c {
        _ if c.is_ascii_alphanumeric() || "-._~".contains(c) || kept.contains(c) => c.to_string(),
        _ => hex("%", 2, c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

fn hex<N: UpperHex>(mark: &str, digits: usize, numbers: &[N]) -> String {
    let each = numbers.iter().map(|number| format!("{mark}{number:0digits$X}"));
    each.collect()
}

fn html(c: char) -> String {
    let special = [
        ('&', "amp"),
        ('<', "lt"),
        ('>', "gt"),
        ('"', "quot"),
        ('\'', "#39"),
    ];
    let found = special.iter().find(|(it, _)| *it == c);
    found.map_or_else(|| c.to_string(), |(_, name)| format!("&{name};"))
}

/// An escape in small letters.
fn lower(text: String) -> String {
    match text.len() {
        1 => text,
        _ => text.to_ascii_lowercase(),
    }
}

fn twice(c: char, inner: fn(char) -> String, outer: fn(char) -> String) -> String {
    inner(c).chars().map(outer).collect()
}

/// The spellings that servers and languages have for a text.
pub fn spellings(secret: &str) -> [String; SPELLINGS.len()] {
    SPELLINGS.map(|spell| secret.chars().map(spell).collect())
}

/// Parts of the spellings of some secrets.
#[derive(Debug)]
pub struct Parts(AhoCorasick);

impl Parts {
    /// Every part of this number of characters: what must not be seen.
    pub fn of<S: AsRef<str>>(secrets: &[S]) -> Self {
        let mut parts = Vec::new();
        for secret in secrets {
            for spell in SPELLINGS {
                let characters: Vec<_> = secret.as_ref().chars().map(spell).collect();
                parts.extend(characters.windows(PART).map(<[_]>::concat));
            }
        }
        Self(AhoCorasick::new(parts).expect("secrets of a few kilobytes"))
    }

    /// Every run of this number of bytes: what may be taken out.
    pub fn runs(secret: &str) -> Self {
        let spellings = spellings(secret);
        let runs = spellings.iter().flat_map(|it| it.as_bytes().windows(PART));
        Self(AhoCorasick::new(runs).expect("secrets of a few kilobytes"))
    }

    /// The first part of a secret in a text.
    pub fn find(&self, text: &str) -> Option<String> {
        // The mark itself is no secret, even where a secret looks like it.
        let text = text.replace(REDACTED, "\0");
        let found = self.0.find(&text)?;
        Some(String::from_utf8_lossy(&text.as_bytes()[found.range()]).into_owned())
    }

    pub fn assert_not_in(&self, text: &str) {
        if let Some(part) = self.find(text) {
            panic!("{part:?} of a secret is in {text:?}");
        }
    }
}
