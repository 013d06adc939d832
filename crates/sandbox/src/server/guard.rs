//! Which requests are let in. A web page of somebody else's that is open in a browser on this machine must not use the
//! sandbox: it can neither read an answer under a name of its own (DNS rebinding), nor place an order by a form or an image.

use std::net::IpAddr;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde_json::json;

/// What changes something under `/_sandbox` has this header: a page of another origin can send it only if the sandbox
/// lets it.
const CHANGES: HeaderName = HeaderName::from_static("x-payvand-sandbox");
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const ASKS_FOR_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOWS_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// What is let in beside the sandbox's own names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
    /// The providers' own names, for people who map them to the sandbox.
    pub(crate) provider_hosts: Vec<&'static str>,
    /// Whether other machines may call, by any address of this one.
    pub(crate) is_remote: bool,
}

/// Whether a browser asks what it may send.
pub(super) fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Lets the page that asked read the answer.
pub(super) fn allow(origin: HeaderValue, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("*"),
    );
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// As the admin API words its problems, or as a text.
pub(super) fn refused(path: &str, why: &str) -> Response {
    let why = format!("refused, because {why}");
    if !is_own(path) {
        return (StatusCode::FORBIDDEN, format!("payvand-sandbox: {why}\n")).into_response();
    }
    let status = StatusCode::FORBIDDEN;
    let problem = json!({"title": status.canonical_reason(), "status": status.as_u16(), "detail": why});
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, problem.to_string()).into_response()
}

/// Whatever was asked for is allowed: the origin was looked at before.
pub(super) fn preflight(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    for (question, answer) in [
        (
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_ALLOW_METHODS,
        ),
        (
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
        ),
        (ASKS_FOR_NETWORK, ALLOWS_NETWORK),
    ] {
        if let Some(value) = asked.get(question) {
            headers.insert(answer, value.clone());
        }
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

impl Guard {
    pub(super) fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), String> {
        let is_own = is_own(uri.path());
        let authority = self.authority(uri, headers, is_own)?;
        let is_allowed = self.origin(headers, authority.as_ref(), is_own)?;
        let site = headers.get(SITE).map(HeaderValue::as_bytes);
        if !is_allowed && matches!(site, Some(b"cross-site" | b"same-site")) && !is_link(method, uri, headers)
        {
            return Err("another web page sent it".to_owned());
        }
        let is_change = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if is_own && is_change && !headers.contains_key(CHANGES) {
            return Err("a change needs the header X-Payvand-Sandbox, with any value".to_owned());
        }
        Ok(())
    }

    /// What the client calls the sandbox, if it says so: browsers always do.
    fn authority(&self, uri: &Uri, headers: &HeaderMap, is_own: bool) -> Result<Option<Authority>, String> {
        let in_header = headers.get_all(header::HOST).iter().map(|value| {
            let text = value.to_str().ok();
            text.and_then(|text| text.parse().ok())
        });
        let in_uri = uri.authority().cloned().into_iter().map(Some);
        let mut found: Option<Authority> = None;
        for authority in in_header.chain(in_uri) {
            let authority: Authority = authority.ok_or("its Host cannot be read")?;
            if !self.is_host(authority.host(), is_own) || authority.as_str().contains('@') {
                let host = authority.host();
                return Err(format!(
                    "it is for the host {host}; --allow-host {host} (in Rust, allow_host) would let it in"
                ));
            }
            found = Some(authority);
        }
        Ok(found)
    }

    fn is_host(&self, host: &str, is_own: bool) -> bool {
        let is = |name: &str| name.eq_ignore_ascii_case(host);
        is_loopback(host)
            || self.hosts.iter().any(|name| is(name))
            || (!is_own && self.provider_hosts.iter().any(|name| is(name)))
            || (self.is_remote && address(host).is_some())
    }

    /// Whether it is of an origin that may call; an error for one that may not.
    fn origin(
        &self,
        headers: &HeaderMap,
        authority: Option<&Authority>,
        is_own: bool,
    ) -> Result<bool, String> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return Ok(false);
        };
        let origin = origin.to_str().unwrap_or_default();
        let is_allowed = self.origins.iter().any(|own| own.eq_ignore_ascii_case(origin))
            || origin.split_once("://").is_some_and(|(scheme, of)| {
                let is_same = authority.is_some_and(|own| own.as_str().eq_ignore_ascii_case(of));
                let is_web = matches!(scheme, "http" | "https");
                let is_local = of
                    .parse()
                    .is_ok_and(|of: Authority| !of.as_str().contains('@') && is_loopback(of.host()));
                is_web && (is_same || (!is_own && is_local))
            });
        if is_allowed && origins.next().is_none() {
            Ok(true)
        } else {
            Err(format!(
                "a page of {origin} sent it; --allow-origin {origin} (in Rust, allow_origin) would let it in"
            ))
        }
    }
}

/// The sandbox's own paths: the page and what is below `/_sandbox`.
pub(super) fn is_own(path: &str) -> bool {
    let rest = path.strip_prefix("/_sandbox");
    path == "/" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Somebody follows a link, to a short address or to the page.
fn is_link(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    *method == Method::GET
        && uri.path().get(1..).is_some_and(|rest| !rest.contains('/'))
        && text(headers, "sec-fetch-mode") == Some("navigate")
        && text(headers, "sec-fetch-dest") == Some("document")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_loopback(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let mut labels = host.rsplit('.');
    labels
        .next()
        .is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
        || address(host).is_some_and(|it| it.is_loopback())
}

fn address(host: &str) -> Option<IpAddr> {
    let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    plain.unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVIDER: &str = "GET /aparat/api.php?token=t";
    const LINK: &str = "GET /abc";
    const PAGE: &str = "GET /";
    const READ: &str = "GET /_sandbox/orders";
    const CHANGE: &str = "POST /_sandbox/faults";

    fn guard() -> Guard {
        Guard {
            hosts: vec!["sandbox".to_owned()],
            origins: vec!["https://app.example".to_owned()],
            provider_hosts: vec!["api.pod.ir"],
            is_remote: false,
        }
    }

    fn is_let_in(guard: &Guard, request: &str, headers: &[(&str, &str)]) -> bool {
        let (method, target) = request.split_once(' ').unwrap();
        let builder = http::Request::builder().method(method).uri(target);
        let builder = headers
            .iter()
            .fold(builder, |it, (name, value)| it.header(*name, *value));
        let request = builder.body(()).unwrap();
        guard
            .check(request.method(), request.uri(), request.headers())
            .is_ok()
    }

    #[test]
    fn hosts_that_are_let_in() {
        let local = [
            "127.0.0.1",
            "127.0.0.1:4010",
            "localhost:4010",
            "LocalHost",
            "a.localhost",
            "localhost.",
            "[::1]:4010",
            "127.9.9.9",
            "sandbox",
            "SANDBOX:80",
        ];
        let others = [
            "evil.example",
            "evil.example:4010",
            "192.168.1.2:4010",
            "[::2]",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "u@localhost",
            "api.pod.ir.evil.example",
            "a b",
            "",
        ];
        for request in [PROVIDER, PAGE, READ] {
            for host in local {
                assert!(
                    is_let_in(&guard(), request, &[("host", host)]),
                    "{request} {host}"
                );
            }
            for host in others {
                assert!(
                    !is_let_in(&guard(), request, &[("host", host)]),
                    "{request} {host}"
                );
            }
            assert!(is_let_in(&guard(), request, &[]), "no browser leaves it out");
            assert!(!is_let_in(
                &guard(),
                request,
                &[("host", "localhost"), ("host", "evil.example")]
            ));
        }
        assert!(!is_let_in(
            &guard(),
            "GET http://evil.example/abc",
            &[("host", "localhost")]
        ));
        assert!(
            is_let_in(&guard(), PROVIDER, &[("host", "api.pod.ir")]),
            "mapped by its user"
        );
        assert!(!is_let_in(&guard(), READ, &[("host", "api.pod.ir")]));
        let remote = Guard {
            is_remote: true,
            ..guard()
        };
        assert!(is_let_in(&remote, READ, &[("host", "192.168.1.2:4010")]));
        assert!(!is_let_in(&remote, READ, &[("host", "evil.example")]));
    }

    #[test]
    fn pages_that_are_let_in() {
        let local = ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:80"];
        let others = [
            "null",
            "https://evil.example",
            "file://",
            "",
            "http://localhost.evil.example",
            "http://u@localhost",
            "ftp://localhost",
            "localhost",
        ];
        let host = ("host", "localhost:4010");
        for origin in local {
            assert!(
                is_let_in(&guard(), PROVIDER, &[host, ("origin", origin)]),
                "{origin}"
            );
            assert!(
                !is_let_in(&guard(), READ, &[host, ("origin", origin)]),
                "{origin}"
            );
        }
        for request in [PROVIDER, LINK, PAGE, READ] {
            for origin in others {
                assert!(
                    !is_let_in(&guard(), request, &[host, ("origin", origin)]),
                    "{request} {origin}"
                );
            }
            for origin in ["http://localhost:4010", "https://app.example"] {
                let site = ("sec-fetch-site", "cross-site");
                assert!(
                    is_let_in(&guard(), request, &[host, ("origin", origin), site]),
                    "{request} {origin}"
                );
            }
            for (site, expected) in [
                ("none", true),
                ("same-origin", true),
                ("same-site", false),
                ("cross-site", false),
            ] {
                let found = is_let_in(&guard(), request, &[host, ("sec-fetch-site", site)]);
                assert_eq!(found, expected, "{request} {site}");
            }
        }
    }

    #[test]
    fn a_link_is_followed_from_any_page() {
        let followed = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        for (request, expected) in [
            (LINK, true),
            (PAGE, true),
            (PROVIDER, false),
            (READ, false),
            ("POST /abc", false),
        ] {
            assert_eq!(is_let_in(&guard(), request, &followed), expected, "{request}");
        }
        let framed = [followed[0], followed[1], ("sec-fetch-dest", "iframe")];
        assert!(!is_let_in(&guard(), PAGE, &framed));
    }

    #[test]
    fn a_change_needs_its_header() {
        let header = ("x-payvand-sandbox", "1");
        for (request, without) in [
            (CHANGE, false),
            ("DELETE /_sandbox", false),
            (READ, true),
            ("POST /_sandboxes", true),
            ("POST /auth/token", true),
        ] {
            assert_eq!(is_let_in(&guard(), request, &[]), without, "{request}");
            assert!(is_let_in(&guard(), request, &[header]), "{request}");
        }
    }
}
