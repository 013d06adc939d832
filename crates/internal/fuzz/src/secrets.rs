//! How a secret may come back, written down without a look at how it is taken out.

use aho_corasick::AhoCorasick;
use http_core::REDACTED;

/// So much of a secret in a row is a leak.
pub(crate) const PART: usize = 8;

/// The spellings that servers and languages have for a text.
pub(crate) fn spellings(secret: &str) -> Vec<String> {
    let each = spelt_characters(secret);
    each.into_iter().map(|characters| characters.concat()).collect()
}

/// Each spelling, character by character of the secret.
fn spelt_characters(secret: &str) -> Vec<Vec<String>> {
    let html = ['"', '\'', '&', '<', '>', '+', '`'];
    let gson = ['\'', '&', '<', '>', '='];
    let all = |spell: &dyn Fn(char) -> String| secret.chars().map(spell).collect();
    vec![
        all(&String::from),
        // PHP
        all(&|c| {
            if c == '/' {
                "\\/".to_owned()
            } else {
                json(c, !c.is_ascii(), false)
            }
        }),
        // Python
        all(&|c| json(c, !c.is_ascii(), false)),
        // .NET
        all(&|c| json(c, !c.is_ascii() || html.contains(&c), true)),
        // Gson; Go has fewer of these
        all(&|c| json(c, gson.contains(&c), false)),
        all(&|c| percent(c, true)),
        all(&|c| percent(c, false)),
        all(&|c| {
            if c == ' ' {
                "+".to_owned()
            } else {
                percent(c, true)
            }
        }),
        // JavaScript, Python
        all(&|c| {
            if "!*'()".contains(c) {
                c.to_string()
            } else {
                percent(c, true)
            }
        }),
        all(&|c| if c == '/' { c.to_string() } else { percent(c, true) }),
        all(&as_html),
        all(&|c| twice(c, as_html, |c| percent(c, false))),
        all(&|c| twice(c, |c| percent(c, true), |c| percent(c, true))),
        all(&|c| twice(c, |c| json(c, !c.is_ascii(), false), |c| json(c, false, false))),
    ]
}

fn as_html(c: char) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        _ => c.to_string(),
    }
}

fn twice(c: char, inner: fn(char) -> String, outer: fn(char) -> String) -> String {
    inner(c).chars().map(outer).collect()
}

fn json(c: char, escape: bool, capitals: bool) -> String {
    let unit = |unit: &u16| {
        if capitals {
            format!("\\u{unit:04X}")
        } else {
            format!("\\u{unit:04x}")
        }
    };
    match c {
        _ if escape => c.encode_utf16(&mut [0; 2]).iter().map(unit).collect(),
        '"' | '\\' => format!("\\{c}"),
        _ => c.to_string(),
    }
}

fn percent(c: char, capitals: bool) -> String {
    if c.is_ascii_alphanumeric() || "-._~".contains(c) {
        return c.to_string();
    }
    let byte = |byte: u8| {
        if capitals {
            format!("%{byte:02X}")
        } else {
            format!("%{byte:02x}")
        }
    };
    c.to_string().bytes().map(byte).collect()
}

/// Parts of the spellings of some secrets.
pub(crate) struct Parts(AhoCorasick);

impl Parts {
    /// Every part of so many characters: what must not be seen.
    pub(crate) fn of(secrets: &[&str]) -> Self {
        let each = secrets.iter().flat_map(|secret| spelt_characters(secret));
        let parts = each.flat_map(|it| it.windows(PART).map(<[_]>::concat).collect::<Vec<_>>());
        Self(AhoCorasick::new(parts).expect("secrets of a few kilobytes"))
    }

    /// Every run of so many bytes: what may be taken out.
    pub(crate) fn runs(secret: &str) -> Self {
        let each = spellings(secret);
        let runs = each.iter().flat_map(|it| it.as_bytes().windows(PART));
        Self(AhoCorasick::new(runs).expect("secrets of a few kilobytes"))
    }

    /// The first part of a secret in a text.
    pub(crate) fn find(&self, text: &str) -> Option<String> {
        // The mark itself is no secret, even where a secret looks like it.
        let text = text.replace(REDACTED, "\0");
        let found = self.0.find(&text)?;
        Some(String::from_utf8_lossy(&text.as_bytes()[found.range()]).into_owned())
    }

    pub(crate) fn assert_not_in(&self, text: &str) {
        if let Some(part) = self.find(text) {
            panic!("{part:?} of a secret is in {text:?}");
        }
    }
}
