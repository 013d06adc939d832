//! The beginning of an answer, to show with an error, without the one-time token in it.

use http_core::REDACTED;
use http_core::bytes::Bytes;
use http_core::http::Response;

/// More than enough for an excerpt.
const BEGINNING: usize = 16 * 1024;

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
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let (mut kept, mut from) = (String::new(), 0);
    for (at, name) in text.to_ascii_lowercase().match_indices("ott") {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        // What was blanked may have been a name too, if it was no JSON.
        let is_name = after.trim_start_matches(['"', '\\']).starts_with([':', '=', '>']);
        if at < from && !is_name || before.ends_with(is_letter) || after.starts_with(is_letter) {
            continue;
        }
        let value = after.trim_start_matches(|c: char| !c.is_alphanumeric());
        let start = text.len() - value.len();
        if start < from {
            continue;
        }
        let is_quoted = text[..start].ends_with('"');
        let ends = |c: char| c == '"' || !is_quoted && (c.is_whitespace() || ENDS.contains(&c));
        let end = start + value.find(ends).unwrap_or(value.len());
        kept.push_str(&text[from..start]);
        if end > start {
            kept.push_str(REDACTED);
        }
        from = end;
    }
    kept + &text[from..]
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
                r#"{"ott":"[redacted]","x":"ott [redacted]"}"#,
            ),
            (r#"{"ott,"ott":"s3cr3t"}"#, r#"{"ott,"[redacted]":"[redacted]"}"#),
            ("ott: ott=s3cr3t", "ott: [redacted]"),
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
        fn a_token_never_survives(before in "(ott|[a-z{\":, ]){0,20}", token in "[A-Z0-9]{8,40}", after in ".{0,20}") {
            let text = format!("{before}\"ott\":\"{token}\"{after}");
            prop_assert!(!without_ott(&text).contains(&token));
        }
    }
}
