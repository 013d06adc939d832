//! Paths as servers read them: percent-encoded or not, in any case of letters, with empty segments or without.

/// Whether a path ends in these segments, which are in lower case.
///
/// ```
/// # use http_core::path::ends_with;
/// assert!(ends_with("/API/v1//m%65ssage/", &["v1", "message"]));
/// assert!(!ends_with("/api/v1/messages", &["v1", "message"]));
/// ```
pub fn ends_with(path: &str, segments: &[&str]) -> bool {
    let mut of_path = path.rsplit('/').filter(|segment| !segment.is_empty());
    segments
        .iter()
        .rev()
        .all(|segment| of_path.next().is_some_and(|it| is_same(it, segment)))
}

fn is_same(segment: &str, lower_case: &str) -> bool {
    decoded(segment.as_bytes())
        .map(|byte| byte.to_ascii_lowercase())
        .eq(lower_case.bytes())
}

fn decoded(mut rest: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (byte, after) = match *rest {
            [b'%', high, low, ref after @ ..] => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => (16 * high + low, after),
                _ => (b'%', &rest[1..]),
            },
            [byte, ref after @ ..] => (byte, after),
            [] => return None,
        };
        rest = after;
        Some(byte)
    })
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
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
        fn any_text_is_taken(path in ".{0,40}|[/%a-f0-9]{0,20}") {
            let _ = ends_with(&path, &["a", "b"]);
        }
    }
}
