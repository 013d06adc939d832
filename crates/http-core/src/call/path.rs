//! Paths as servers read them: percent-encoded or not, in any case of letters, with empty segments or without.

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
    if path.contains(['%', '\\']) || path.contains("..") {
        ends_decoded_with(path, segments)
    } else {
        // Nearly every path, without an allocation.
        let mut of_path = path.rsplit('/').filter(|segment| !matches!(*segment, "" | "."));
        let mut of_segments = segments.iter().rev();
        of_segments.all(|segment| of_path.next().is_some_and(|it| it.eq_ignore_ascii_case(segment)))
    }
}

fn ends_decoded_with(path: &str, segments: &[&str]) -> bool {
    let path: Vec<u8> = decoded(path.as_bytes())
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    let mut of_path: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| matches!(byte, b'/' | b'\\')) {
        match segment {
            b"" | b"." => {}
            b".." => drop(of_path.pop()),
            _ => of_path.push(segment),
        }
    }
    let segments: Vec<&[u8]> = segments.iter().map(|segment| segment.as_bytes()).collect();
    of_path.ends_with(&segments)
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
