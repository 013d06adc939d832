//! The beginning of an answer as evidence, without the one-time token in it.

use http_core::REDACTED;
use http_core::bytes::Bytes;
use http_core::http::Response;

/// More than enough for an excerpt.
const BEGINNING: usize = 16 * 1024;

const NAME: &str = "ott";

/// What ends a value that is not looked into any further, in JSON (escaped or not), a form or XML.
const ENDS: [char; 9] = ['"', '\'', '\\', ',', '}', ']', '&', '<', '>'];

/// A copy of the answer's beginning to cut an excerpt from.
pub(crate) fn of(response: &Response<Bytes>) -> Response<Bytes> {
    let body = response.body();
    let beginning = String::from_utf8_lossy(&body[..body.len().min(BEGINNING)]);
    Response::new(Bytes::from(without_ott(&beginning)))
}

/// Blanks whatever is the value of a key named `ott`. The text may be cut short or no JSON at all, so it is not
/// parsed: what stands after the name and its punctuation goes.
fn without_ott(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = find_name(rest) {
        let (before, after) = rest.split_at(start + NAME.len());
        kept.push_str(before);
        let value = after.find(|c: char| c.is_alphanumeric()).unwrap_or(after.len());
        kept.push_str(&after[..value]);
        let quoted = after[..value].ends_with('"');
        let after = &after[value..];
        if find_name(after) == Some(0) {
            rest = after;
            continue;
        }
        let is_end = |c: char| {
            if quoted {
                c == '"'
            } else {
                ENDS.contains(&c) || c.is_whitespace()
            }
        };
        let end = after.find(is_end).unwrap_or(after.len());
        if end > 0 {
            kept.push_str(REDACTED);
        }
        rest = &after[end..];
    }
    kept.push_str(rest);
    kept
}

/// The name as a word of its own, in any case.
fn find_name(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(NAME.len() - 1)).find(|&at| {
        let is_word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        bytes[at..at + NAME.len()].eq_ignore_ascii_case(NAME.as_bytes())
            && !is_word(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_word(bytes.get(at + NAME.len()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_one_time_token_goes() {
        for (text, redacted) in [
            (
                r#"{"ott":"s3cr3t+/=","count":0}"#,
                r#"{"ott":"[redacted]","count":0}"#,
            ),
            (r#"{"OTT" : 12345}"#, r#"{"OTT" : [redacted]}"#),
            (
                r#"{\"ott\":\"s3cr3t\",\"a\":1}"#,
                r#"{\"ott\":\"[redacted]",\"a\":1}"#,
            ),
            (r#"{"ott":"cut sho"#, r#"{"ott":"[redacted]"#),
            (
                r#"{"ott":"ott","x":"ott s3cr3t"}"#,
                r#"{"ott":"ott","[redacted]":"ott [redacted]"}"#,
            ),
            ("<ott>s3cr3t</ott>", "<ott>[redacted]</ott>"),
            ("ott=s3cr3t&x=1", "ott=[redacted]&x=1"),
            (
                r#"{"ott":"","bottle":"kept"}"#,
                r#"{"ott":"","[redacted]":"kept"}"#,
            ),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(without_ott(text), redacted);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(\\PC|ott|\"){0,60}") {
            let _ = without_ott(&text);
        }

        #[test]
        fn a_token_never_survives(before in "[a-z{\":, ]{0,20}", token in "[A-Z0-9]{8,40}", after in ".{0,20}") {
            let text = format!("{before}\"ott\":\"{token}\"{after}");
            prop_assert!(!without_ott(&text).contains(&token));
        }
    }
}
