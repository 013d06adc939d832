//! Paths as servers read them: percent-encoded or not, in any case of letters, with empty segments or without.

use url::form_urlencoded;

/// Whether a path ends in these segments, which are in lower case.
///
/// An encoded slash, or a backslash, parts segments too: a server may decode the path before it looks at them.
///
/// ```
/// # use payvand_http_core::path::ends_with;
/// assert!(ends_with("/API/v1//m%65ssage/", &["v1", "message"]));
/// assert!(ends_with("/api/v1%2Fmessage", &["v1", "message"]));
/// assert!(!ends_with("/api/v1/messages", &["v1", "message"]));
/// ```
pub fn ends_with(path: &str, segments: &[&str]) -> bool {
    if path.bytes().any(|byte| matches!(byte, b'%' | b'\\' | b'.')) {
        ends_decoded_with(path, segments)
    } else {
        // Nearly every path, without an allocation.
        let mut of_path = path.rsplit('/').filter(|segment| !segment.is_empty());
        let mut of_segments = segments.iter().rev();
        of_segments.all(|segment| of_path.next().is_some_and(|it| it.eq_ignore_ascii_case(segment)))
    }
}

fn ends_decoded_with(path: &str, segments: &[&str]) -> bool {
    let path = percent_decoded(path).to_ascii_lowercase();
    let mut of_path = Vec::new();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(of_path.pop()),
            _ => of_path.push(segment),
        }
    }
    of_path.ends_with(segments)
}

/// A part of an address as it was before it was percent-encoded.
pub(crate) fn percent_decoded(text: &str) -> String {
    // Of a form, where these two stand for others.
    let value = format!("={}", text.replace('+', "%2B").replace('&', "%26"));
    let pair = form_urlencoded::parse(value.as_bytes()).next();
    pair.map_or_else(String::new, |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_spelling_of_a_path_is_that_path() {
        for (path, expected) in [
            ("/api/v1/message", true),
            ("/API/V1/Message", true),
            ("/api/v1/message/", true),
            ("//api///v1/message//", true),
            ("/sms/api/v1/message", true),
            ("/%61pi/%76%31/%6D%65%73%73%61%67%65", true),
            ("/api/v1/messag%65", true),
            ("/%61pi%2Fv1%2fmessage", true),
            ("/api/v1%2F%2Fmessage%2F", true),
            ("/api/v1%5Cmessage", true),
            ("/api/v1/credit%2F..%2Fmessage", true),
            ("/api/v1/.%2Fmessage%2F.", true),
            ("/api/v1/message%2F..", false),
            ("/api/v1/message%2F7", false),
            ("/api/v1/messages", false),
            ("/api/v1/message/1", false),
            ("/v1/message", false),
            ("/api/v1/messag%6", false),
            ("/api/v1/messag%zz", false),
            ("", false),
        ] {
            assert_eq!(ends_with(path, &["api", "v1", "message"]), expected, "{path}");
        }
        assert!(ends_with("", &[]));
    }

    proptest! {
        #[test]
        fn both_ways_say_the_same(path in ".{0,40}|[/%a-bAB.\\\\]{0,12}") {
            prop_assert_eq!(ends_with(&path, &["a", "b"]), ends_decoded_with(&path, &["a", "b"]));
        }
    }
}
