//! Keeps other web pages out. A page anywhere can make a browser send requests to this port, and with a name that it lets
//! point to this machine it could read the answers too. Programs that are no browsers send none of these headers but
//! `Host`, and pass.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

/// A change by the admin API carries it, with any value: no page can send it to another origin without a preflight, which
/// finds no leave here.
pub(crate) const CHANGE_HEADER: &str = "x-payvand-sandbox";

/// Why a request to the admin API is refused, if it is.
pub(crate) fn refusal_of_admin(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let host = text(headers, header::HOST);
    if !host.is_none_or(|host| is_ours(host, &[])) {
        return Some("the Host is not a name of this machine: a web page may have pointed its own name here");
    }
    let origin = text(headers, header::ORIGIN);
    let is_own = |origin: &str| origin.strip_prefix("http://").is_some_and(|it| Some(it) == host);
    if !origin.is_none_or(is_own) {
        return Some("the Origin is another one: a web page may not use the admin API of this sandbox");
    }
    let site = text(headers, HeaderName::from_static("sec-fetch-site"));
    if !matches!(site, None | Some("same-origin" | "none")) {
        return Some("Sec-Fetch-Site says that another web page asks");
    }
    if !method.is_safe() && !headers.contains_key(CHANGE_HEADER) {
        return Some("a change needs the header X-Payvand-Sandbox, with any value");
    }
    None
}

/// Whether a `Host` leads here whatever a name server says: an address, `localhost` and names under it, or one of these
/// names. The port does not matter.
pub(crate) fn is_ours(host: &str, names: &[&str]) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || names.contains(&&*name)
}

/// What is no text is a value that nothing equals.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let value: &HeaderValue = headers.get(name)?;
    Some(value.to_str().unwrap_or("\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (HeaderName::from_static(name), value)
        });
        refusal_of_admin(method, &headers.collect()).is_none()
    }

    #[test]
    fn only_our_own_page_and_programs_pass() {
        const HOST: (&str, &str) = ("host", "127.0.0.1:4010");
        for (headers, passes_to_read) in [
            (&[][..], true),
            (&[HOST], true),
            (&[("host", "localhost")], true),
            (&[("host", "LocalHost.:1")], true),
            (&[("host", "aparat.localhost:4010")], true),
            (&[("host", "[::1]:4010")], true),
            (&[("host", "192.168.1.7:4010")], true),
            (&[("host", "evil.example:4010")], false),
            (&[("host", "localhost.evil.example")], false),
            (&[("host", "127.0.0.1.evil.example")], false),
            (&[("host", "")], false),
            (&[("host", "\u{fe}")], false),
            (&[HOST, ("origin", "http://127.0.0.1:4010")], true),
            (&[HOST, ("origin", "http://127.0.0.1:4011")], false),
            (&[HOST, ("origin", "https://127.0.0.1:4010")], false),
            (&[HOST, ("origin", "http://evil.example")], false),
            (&[HOST, ("origin", "null")], false),
            (&[("origin", "http://127.0.0.1:4010")], false),
            (&[HOST, ("sec-fetch-site", "same-origin")], true),
            (&[HOST, ("sec-fetch-site", "none")], true),
            (&[HOST, ("sec-fetch-site", "same-site")], false),
            (&[HOST, ("sec-fetch-site", "cross-site")], false),
            (
                &[
                    ("host", "evil.example"),
                    ("origin", "http://evil.example"),
                    ("sec-fetch-site", "same-origin"),
                ],
                false,
            ),
        ] {
            assert_eq!(passes(&Method::GET, headers), passes_to_read, "{headers:?}");
            let with = |value| [headers, &[("x-payvand-sandbox", value)]].concat();
            for method in [Method::POST, Method::DELETE, Method::PATCH, Method::PUT] {
                assert!(!passes(&method, headers), "{method} {headers:?}");
                assert_eq!(
                    passes(&method, &with("1")),
                    passes_to_read,
                    "{method} {headers:?}"
                );
                assert_eq!(passes(&method, &with("")), passes_to_read, "{method} {headers:?}");
            }
        }
    }

    #[test]
    fn names_are_ours_by_leave() {
        assert!(is_ours("sandbox:4010", &["sandbox"]));
        assert!(!is_ours("sandbox.evil.example", &["sandbox"]));
        assert!(!is_ours("sandbox", &[]));
    }
}
