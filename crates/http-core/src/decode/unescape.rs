//! The text inside a JSON string.

use std::borrow::Cow;

use crate::decode::scan::{QUOTE_OR_BACKSLASH, count_before, quote_or_backslash};

/// The text of a valid JSON string without its quotes. Half a surrogate pair becomes U+FFFD: it is the trace of a text
/// that was cut, and no reason to lose the answer.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    unescape_to_quote(text).0
}

/// The same of a text that goes on, up to its closing quote, and the rest from that on.
pub(crate) fn unescape_to_quote(text: &str) -> (Cow<'_, str>, &str) {
    let (plain, rest) = text.split_at(quote_or_backslash(text.as_bytes()));
    if !rest.starts_with('\\') {
        return (Cow::Borrowed(plain), rest);
    }
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(plain.as_bytes());
    let mut rest = rest.as_bytes();
    loop {
        // Eight bytes together, as far as none of them is a quote or a backslash.
        if let Some((word, behind)) = rest.split_first_chunk::<8>() {
            let count = count_before(QUOTE_OR_BACKSLASH, *word);
            out.extend_from_slice(word);
            if count == word.len() {
                rest = behind;
                continue;
            }
            out.truncate(out.len() - word.len() + count);
            rest = &rest[count..];
        }
        rest = match rest {
            [] | [b'"', ..] => break,
            [b'\\', c @ (b'"' | b'\\' | b'/'), behind @ ..] => {
                out.push(*c);
                behind
            }
            [b'\\', behind @ ..] => {
                let (c, behind) = escaped(&text[text.len() - behind.len()..]);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                behind.as_bytes()
            }
            [c, behind @ ..] => {
                out.push(*c);
                behind
            }
        };
    }
    // It is valid: what is replaced is ASCII.
    let unescaped = String::from_utf8(out).unwrap_or_default();
    (Cow::Owned(unescaped), &text[text.len() - rest.len()..])
}

/// JSON for readers that accept no half of a surrogate pair: `\ufffd` stands in its place.
pub(crate) fn whole_pairs(json: &str) -> Cow<'_, str> {
    if !json.contains("\\ud") && !json.contains("\\uD") {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, after)) = split_at_backslash(rest) {
        out.push_str(before);
        let (c, next) = escaped(after);
        let escape = &rest[before.len()..rest.len() - next.len()];
        out.push_str(if c == char::REPLACEMENT_CHARACTER {
            "\\ufffd"
        } else {
            escape
        });
        rest = next;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn split_at_backslash(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == b'\\')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The character that the escape after a backslash stands for, and what follows it.
fn escaped(text: &str) -> (char, &str) {
    let mut chars = text.chars();
    let c = match chars.next().unwrap_or(char::REPLACEMENT_CHARACTER) {
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return code_point(chars.as_str()),
        other => other,
    };
    (c, chars.as_str())
}

/// The character of the four digits after `\u`, together with its other half if it is one of a pair.
fn code_point(text: &str) -> (char, &str) {
    let Some((unit, rest)) = unit(text) else {
        return (char::REPLACEMENT_CHARACTER, text);
    };
    if let Some(c) = char::from_u32(unit) {
        return (c, rest);
    }
    let other = rest.strip_prefix("\\u").and_then(self::unit);
    match other {
        Some((low @ 0xDC00..=0xDFFF, after)) if unit < 0xDC00 => {
            let c = char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            (c.unwrap_or(char::REPLACEMENT_CHARACTER), after)
        }
        _ => (char::REPLACEMENT_CHARACTER, rest),
    }
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, text.get(4..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        for (json, text) in [
            (r"a\ud83d", "a\u{FFFD}"),
            (r"\ud83dz", "\u{FFFD}z"),
            (r"\ude00\ud83d", "\u{FFFD}\u{FFFD}"),
            (r"\ud83d\u0041", "\u{FFFD}A"),
            (r"\ud83d\ud83d\ude00", "\u{FFFD}😀"),
            (r"\uD83D\uDE00", "😀"),
            (r"\\ud83d", r"\ud83d"),
            (r#"\"\/\b\f\n\r\t"#, "\"/\u{8}\u{C}\n\r\t"),
        ] {
            assert_eq!(unescape(json), text, "{json}");
            let whole = format!("\"{}\"", whole_pairs(json));
            assert_eq!(serde_json::from_str::<String>(&whole).unwrap(), text, "{json}");
        }
        assert!(matches!(unescape("متن"), Cow::Borrowed("متن")));
    }

    proptest! {
        #[test]
        fn any_string_comes_back(text in "(\\PC|[\"\\\\\u{0}-\u{1f}🦀]){0,20}", escape: bool) {
            let mut json = serde_json::to_string(&text).unwrap();
            if escape {
                json = json.encode_utf16().fold(String::new(), |json, unit| match u8::try_from(unit) {
                    Ok(byte) if byte.is_ascii() => json + &char::from(byte).to_string(),
                    _ => json + &format!("\\u{unit:04x}"),
                });
            }
            prop_assert_eq!(unescape(&json[1..json.len() - 1]), &*text);
            let longer = format!("{json},\"more\"");
            prop_assert_eq!(unescape_to_quote(&longer[1..]), (text.into(), "\",\"more\""));
        }

        #[test]
        fn any_text_is_taken(text in "(\\PC|\\\\u?){0,12}") {
            let _ = (unescape(&text), whole_pairs(&text));
        }
    }
}
