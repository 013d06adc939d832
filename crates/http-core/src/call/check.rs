//! What a token, a password and the name of something may not hold: characters that nobody sees. They come along with a
//! copy from a chat, an editor or a file, and make another token or another link of it.

use std::fmt;

use url::Url;

use crate::call::bidi_host::with_plain_host;
use crate::error::configuration::ConfigurationError;
use crate::error::reason::Reason;

/// Belongs to the spelling of many Persian words.
const ZWNJ: char = '\u{200C}';

/// Checks an argument that addresses something, such as a link, an id or a hash. A ZWNJ between other characters is
/// spelling and passes. A ZWJ does not: no Persian word needs one to be told from another, and two links that differ by
/// it look the same; who means it can percent-encode it in a link.
///
/// # Errors
/// Which character it must not have.
///
/// ```
/// # use payvand_http_core::{Reason, check};
/// assert!(check::argument("https://example.com/می\u{200C}روم").is_ok());
/// assert_eq!(check::argument("https://example.com/v\u{200F}"), Err(Reason::InvisibleCharacter('\u{200F}')));
/// ```
pub fn argument(text: &str) -> Result<(), Reason> {
    let is_spelling = |c| c == ZWNJ && !text.starts_with(ZWNJ) && !text.ends_with(ZWNJ);
    without(text, |c| is_invisible(c) && !is_spelling(c))
}

/// Checks a link that is sent to a provider as its caller wrote it: it is an absolute URL with a host, has no space, and
/// what [`argument`] checks. A host that the Bidi rule of international names alone refuses, such as `1404.ایران`,
/// passes: no connection is made to it from here, and browsers open it.
///
/// # Errors
/// What is wrong with it.
///
/// ```
/// # use payvand_http_core::{Reason, check};
/// assert!(check::link("https://24sms.ایران/v").is_ok());
/// assert_eq!(check::link("24sms.ایران/v"), Err(Reason::NotAbsolute));
/// assert_eq!(check::link("https://example.com/a b"), Err(Reason::Space));
/// ```
pub fn link(text: &str) -> Result<(), Reason> {
    argument(text)?;
    if text.trim().is_empty() {
        return Err(Reason::Empty);
    }
    if text.contains(char::is_whitespace) {
        return Err(Reason::Space);
    }
    if begins_plainly(text) {
        return Ok(());
    }
    let url = Url::parse(text).ok().or_else(|| with_plain_host(text));
    // The parser corrects what a provider may not: a missing slash, one too many, a backslash.
    let is_absolute = url.is_some_and(|url| {
        let after_scheme = text.get(url.scheme().len()..).unwrap_or_default();
        let rest = after_scheme.strip_prefix("://");
        url.has_host() && rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
    });
    if is_absolute {
        Ok(())
    } else {
        Err(Reason::NotAbsolute)
    }
}

/// Whether a link begins with `https://` and an ordinary host name, so that nothing in it can keep it from being a URL.
/// Most do, and are not parsed for the check alone.
fn begins_plainly(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_lowercase())
            && !label.starts_with("xn--")
            && label
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    host.split('.').all(is_plain)
}

/// Checks a setting that names something, such as a user or a sender's number: it is not blank, and what
/// [`argument`] checks.
///
/// # Errors
/// What is wrong with it; it is not quoted.
pub fn name(what: &str, text: &str) -> Result<(), ConfigurationError> {
    if text.trim().is_empty() {
        return Err(unusable(what, "is missing or empty"));
    }
    argument(text).map_err(|reason| unusable(what, reason))
}

/// Checks a token or an API key: it is not empty and has no white space, control or other invisible character.
///
/// # Errors
/// What is wrong with it; it is not quoted, but for a character of these.
pub fn token(what: &str, text: &str) -> Result<(), ConfigurationError> {
    if text.is_empty() {
        return Err(unusable(what, "is empty"));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(unusable(what, "has a space, a line break or a control character"));
    }
    without(text, is_invisible).map_err(|reason| unusable(what, reason))
}

/// Checks a password: it is not empty and has no control character, such as the end of the line that it was read from.
/// Everything else may belong to it.
///
/// # Errors
/// What is wrong with it; it is not quoted.
pub fn password(what: &str, text: &str) -> Result<(), ConfigurationError> {
    if text.is_empty() {
        return Err(unusable(what, "is missing or empty"));
    }
    without(text, char::is_control).map_err(|reason| unusable(what, reason))
}

fn unusable(what: &str, why: impl fmt::Display) -> ConfigurationError {
    ConfigurationError::new(format!("{what} {why}"))
}

fn without(text: &str, refused: impl Fn(char) -> bool) -> Result<(), Reason> {
    match text.chars().find(|&c| refused(c)) {
        Some(c) => Err(Reason::InvisibleCharacter(c)),
        None => Ok(()),
    }
}

/// Control characters, the separators of lines, and what Unicode calls ignorable by default; not its variation
/// selectors, with which emoji are written.
pub(crate) fn is_invisible(c: char) -> bool {
    // Nearly every character of a link.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What may come along with a copy.
    const MARKS: &str = "\u{AD}\u{61C}\u{180E}\u{200B}\u{200D}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\
                         \u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2066}\u{2067}\u{2068}\u{2069}\u{206F}\u{FEFF}\u{2028}\
                         \u{2029}\u{E0020}\r\n\t\0\u{85}\u{7F}";

    #[test]
    fn marks_are_named_wherever_they_stand() {
        for mark in MARKS.chars() {
            let number = format!("U+{:04X}", u32::from(mark));
            for text in [
                format!("{mark}abcd"),
                format!("ab{mark}cd"),
                format!("abcd{mark}"),
            ] {
                for why in [
                    argument(&text).unwrap_err().to_string(),
                    name("it", &text).unwrap_err().to_string(),
                ] {
                    assert!(why.contains(&number) && !why.contains("cd"), "{why}");
                }
                let why = token("it", &text).unwrap_err().to_string();
                assert!(
                    why.contains(&number) || mark.is_whitespace() || mark.is_control(),
                    "{why}"
                );
                assert_eq!(password("it", &text).is_err(), mark.is_control(), "{number}");
            }
        }
    }

    #[test]
    fn what_is_seen_or_is_spelling_passes() {
        for text in [
            "abcd",
            "سلام",
            "می\u{200C}روم",
            "a b",
            "❤\u{FE0F}",
            "«\"'»",
            "۱۲۳",
            "a\u{301}",
        ] {
            argument(text).unwrap();
            name("it", text).unwrap();
        }
        for text in ["\u{200C}می", "می\u{200C}"] {
            assert!(argument(text).is_err(), "{text:?}");
        }
        for text in ["می\u{200C}روم", "a b", "a\u{A0}b", ""] {
            assert!(token("it", text).is_err(), "{text:?}");
        }
        for text in [" \"a'b \u{200F}", "رمز\u{200C}من"] {
            password("it", text).unwrap();
        }
        assert!(name("it", " ").is_err() && password("it", "").is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_begins_plainly_is_a_link_in_every_way(
            host in "([a-z0-9.\\-]|xn--|0x|é|\\PC){0,12}", rest in "([/?#:@\\\\]\\PC{0,9})?",
        ) {
            let link = format!("https://{host}{rest}");
            if begins_plainly(&link) {
                let host = link["https://".len()..].split(['/', '?', '#']).next();
                let url = Url::parse(&link);
                proptest::prop_assert!(url.is_ok_and(|url| url.host_str() == host), "{link}");
            }
        }

        #[test]
        fn an_ordinary_link_begins_plainly(host in "[a-w][a-z0-9]{0,9}(\\.[a-w][a-z0-9\\-]{0,9}){0,2}", rest in "([/?#]\\PC{0,9})?") {
            let link = format!("https://{host}{rest}");
            proptest::prop_assert!(begins_plainly(&link), "{link}");
        }
    }
}
