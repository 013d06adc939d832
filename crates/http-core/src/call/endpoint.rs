use std::net::Ipv4Addr;

use http::Uri;
use url::{Host, Url};

use crate::call::bidi_host::with_plain_host;
use crate::call::check;
use crate::error::reason::Reason;

const MIXED_HOST: &str = "has a host in which a label that begins with no letter stands beside a right-to-left one (such as \
     `1404.ایران`): the Bidi rule of international names (RFC 5893) refuses that, and no connection is made to it";

/// Why a reference of the caller's leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) reason: Reason,
    /// In words that quote nothing; empty where the reason says it all.
    pub(crate) why: &'static str,
}

/// Where a client's calls go: an origin and perhaps a path prefix, checked once.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    base: Url,
    /// The same with a slash at its end, which relative references go on from.
    below: Url,
}

impl Endpoint {
    /// The error is a whole sentence and quotes nothing.
    pub(crate) fn parse(base_url: &str, allow_plain_http: bool) -> Result<Self, String> {
        let refuse = |why: &str| Err(format!("the base URL {why}"));
        // The URL parser drops or replaces them: what it sees is not what one reads.
        check::argument(base_url).map_err(|reason| format!("the base URL {reason}"))?;
        if base_url.contains(|c: char| c.is_whitespace() || c == '\\') {
            return refuse("has a space or a backslash");
        }
        let Ok(url) = Url::parse(base_url) else {
            return refuse(match with_plain_host(base_url) {
                Some(_) => MIXED_HOST,
                None => "is not an absolute URL",
            });
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not contain a user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not have a query or a fragment");
        }
        // Such as a template's `{host}`, which the URL's own rules let pass.
        if Uri::try_from(url.as_str()).is_err() {
            return refuse("has a host that no HTTP request can name");
        }
        match url.scheme() {
            "https" => {}
            "http" if allow_plain_http || is_loopback(&url) => {}
            "http" => {
                return refuse(
                    "must be https: over plain http anyone on the way can read the token \
                     (the builder's dangerously_allow_plain_http overrides this)",
                );
            }
            _ => return refuse("must be https"),
        }
        let mut below = url.clone();
        if let Ok(mut segments) = below.path_segments_mut() {
            segments.pop_if_empty().push("");
        }
        Ok(Self { base: url, below })
    }

    /// The URL of a path below the base, its segments percent-encoded.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }

    /// The URL that a reference of the caller's means, path or absolute, as long as it stays at this endpoint: same
    /// scheme, host and port, below the base path, no user information. The error says what is wrong and quotes
    /// nothing.
    pub(crate) fn resolve(&self, reference: &str) -> Result<Url, Refused> {
        let refuse = |reason, why| Err(Refused { reason, why });
        let path = reference.strip_prefix('/').unwrap_or(reference);
        if is_plain(path) {
            return Ok(self.join(path));
        }
        // The URL parser drops line breaks and reads a backslash as a slash: what it sees is not what one reads.
        if reference.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return refuse(
                Reason::Space,
                "the path has a space, a line break, a control character or a backslash",
            );
        }
        if reference.contains('#') {
            return refuse(
                Reason::Unwritable,
                "the path has a `#`, which would cut it off: write `%23`, or give the query to `query`",
            );
        }
        // The query may hold a text, in which they are no mistake.
        check::argument(reference.split('?').next().unwrap_or_default())
            .map_err(|reason| Refused { reason, why: "" })?;
        if reference.starts_with("//") {
            return refuse(Reason::ForeignAddress, "the path names a host");
        }
        let Self { base, below } = self;
        let joined = match Url::parse(reference) {
            Ok(absolute) if absolute.cannot_be_a_base() => {
                return refuse(
                    Reason::ForeignAddress,
                    "the path begins like the scheme of an address: write a slash ahead of it",
                );
            }
            Ok(absolute) => Ok(absolute),
            Err(_) => {
                let first_segment = path.split(['/', '?']).next().unwrap_or_default();
                if first_segment.contains(':') {
                    // The dot keeps the colon from being read as the end of a scheme.
                    below.join(&format!("./{path}"))
                } else {
                    below.join(path)
                }
            }
        };
        let Ok(url) = joined else {
            return refuse(Reason::Unwritable, "the path is not a valid one");
        };
        if origin(&url) != origin(base) || !url.username().is_empty() || url.password().is_some() {
            return refuse(
                Reason::ForeignAddress,
                "the address is not the one that the token belongs to",
            );
        }
        if !url.path().starts_with(below.path()) && url.path() != base.path() {
            return refuse(Reason::ForeignAddress, "the path leads out of the base URL");
        }
        Ok(url)
    }

    /// Refuses a base that ends in the path of a call, which would then stand there twice.
    pub(crate) fn stands_before(&self, path: &str) -> Result<(), String> {
        let base = self.base.path().trim_end_matches('/');
        let holds_it = base
            .strip_suffix(path)
            .is_some_and(|before| before.ends_with('/'));
        if holds_it {
            return Err(format!(
                "the base URL ends in `/{path}`, which is added to it: leave that out"
            ));
        }
        Ok(())
    }

    /// Refuses plain http to a name that only the default transport keeps on this machine.
    pub(crate) fn needs_no_pinned_name(&self) -> Result<(), String> {
        if self.base.scheme() == "http" && self.base.domain().is_some() {
            return Err(
                "the base URL names `localhost` over plain http, and a transport of your own may find it on another \
                 machine: name a loopback address (such as 127.0.0.1)"
                    .to_owned(),
            );
        }
        Ok(())
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.base)
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn is_plain_http(&self) -> bool {
        self.base.scheme() == "http"
    }

    pub(crate) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }
}

/// Whether a path is nothing but names and slashes, as nearly every one is: then no part of it can mean anything else.
fn is_plain(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    !path.is_empty() && !path.starts_with('/') && path.bytes().all(is_plain)
}

/// The origin of an address; [`Url::origin`] would copy the host.
fn origin(url: &Url) -> (&str, Option<Host<&str>>, Option<u16>) {
    (url.scheme(), url.host(), url.port_or_known_default())
}

/// Whether it is on this machine by its address, or by the name that the default transport asks no resolver for.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        // Of a scheme that the URL parser does not know, such as SOCKS, an address is a name like any other.
        Some(Host::Domain(name)) => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_plain_http_on_loopback() {
        for good in [
            "https://sec-gray.ir",
            "https://example.com:8443/prefix/",
            "http://127.0.0.1:4010",
            "http://127.9.9.9",
            "http://127.1",
            "http://[::1]:80",
            "http://[::ffff:127.0.0.1]",
            "http://localhost:1",
            "HTTP://LOCALHOST",
        ] {
            assert!(Endpoint::parse(good, false).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com",
            "http://128.0.0.1",
            "http://localhost.example.com",
            "http://panel.localhost",
            "http://localhost.",
            "http://127.0.0.1.localhost",
            "http://127.0.0.1.example.com",
            "http://[::ffff:10.0.0.1]",
            "ftp://127.0.0.1",
            "https://user@example.com",
            "https://:pw@example.com",
            "https://example.com/?a=b",
            "https://example.com/#a",
            "https://{host}/",
            "https://",
            "example.com",
            "",
        ] {
            assert!(Endpoint::parse(bad, false).is_err(), "{bad}");
        }
        assert!(Endpoint::parse("http://example.com", true).is_ok());
        assert!(Endpoint::parse("ftp://example.com", true).is_err());
    }

    #[test]
    fn what_the_parser_would_drop_is_refused() {
        for bad in [
            " https://example.com",
            "https://example.com ",
            "https://example.com\n",
            "https://example.com\r\n.evil.example",
            "https://exam\tple.com",
            "https://example.com\0",
            "https:\\\\example.com",
            "https://example.com\\@evil.example",
            "https://exam\u{AD}ple.com",
            "https://example.com/\u{200F}",
            "\u{FEFF}https://example.com",
        ] {
            assert!(Endpoint::parse(bad, false).is_err(), "{bad:?}");
        }
        let why = Endpoint::parse("https://example.com/\u{200F}", false).unwrap_err();
        assert!(why.contains("U+200F"), "{why}");
    }

    #[test]
    fn a_base_stands_before_the_path_of_a_call() {
        for (base, path, stands) in [
            ("https://h", "a/b.php", true),
            ("https://h/a", "a/b.php", true),
            ("https://h/xa/b.php", "a/b.php", true),
            ("https://h/a/b.php/c", "a/b.php", true),
            ("https://h/a/b.php", "a/b.php", false),
            ("https://h/a/b.php/", "a/b.php", false),
            ("https://h/p/a/b.php", "a/b.php", false),
            ("https://h/p/", "", true),
        ] {
            let endpoint = Endpoint::parse(base, false).unwrap();
            assert_eq!(endpoint.stands_before(path).is_ok(), stands, "{base}");
        }
    }

    #[test]
    fn joins_below_a_prefix_and_encodes_segments() {
        for base in ["https://h/p", "https://h/p/"] {
            let endpoint = Endpoint::parse(base, false).unwrap();
            assert_eq!(endpoint.join("a/b c").as_str(), "https://h/p/a/b%20c");
        }
        assert_eq!(
            Endpoint::parse("https://h", false)
                .unwrap()
                .join("a.php")
                .as_str(),
            "https://h/a.php"
        );
    }

    #[test]
    fn a_reference_stays_at_its_endpoint() {
        let endpoint = |base| Endpoint::parse(base, false).unwrap();
        let root = endpoint("https://api.smsafzar.ir");
        let prefixed = endpoint("https://gateway.example/sms/");
        let without_slash = endpoint("https://gateway.example/sms");
        for (endpoint, reference, url) in [
            (&root, "api/v1/message", "https://api.smsafzar.ir/api/v1/message"),
            (&root, "/api/v1/message", "https://api.smsafzar.ir/api/v1/message"),
            (&root, "a?b=c d", ""),
            (&root, "a?b=%20%23part", "https://api.smsafzar.ir/a?b=%20%23part"),
            (&root, "a?b=%20#part", ""),
            (&root, "/messages:send", "https://api.smsafzar.ir/messages:send"),
            (&root, "messages:send", ""),
            (&root, "a/b:c?d=e:f", "https://api.smsafzar.ir/a/b:c?d=e:f"),
            (
                &prefixed,
                "/messages:send",
                "https://gateway.example/sms/messages:send",
            ),
            (&root, "?b=c", "https://api.smsafzar.ir/?b=c"),
            (
                &root,
                "a/پیام",
                "https://api.smsafzar.ir/a/%D9%BE%DB%8C%D8%A7%D9%85",
            ),
            (
                &root,
                "HTTPS://API.SMSAFZAR.IR:443/a",
                "https://api.smsafzar.ir/a",
            ),
            (
                &root,
                "@evil.example/a",
                "https://api.smsafzar.ir/@evil.example/a",
            ),
            (&root, "../../a", "https://api.smsafzar.ir/a"),
            (&prefixed, "/a", "https://gateway.example/sms/a"),
            (&prefixed, "", "https://gateway.example/sms/"),
            (
                &prefixed,
                "https://gateway.example/sms/a",
                "https://gateway.example/sms/a",
            ),
            (&prefixed, "a/../b", "https://gateway.example/sms/b"),
            (
                &without_slash,
                "https://gateway.example/sms?a=b",
                "https://gateway.example/sms?a=b",
            ),
            (
                &root,
                "a/می\u{200C}روم",
                "https://api.smsafzar.ir/a/%D9%85%DB%8C%E2%80%8C%D8%B1%D9%88%D9%85",
            ),
            (
                &root,
                "a?text=\u{200F}",
                "https://api.smsafzar.ir/a?text=%E2%80%8F",
            ),
        ] {
            let resolved = endpoint.resolve(reference).map(String::from);
            assert_eq!(resolved.unwrap_or_default(), url, "{reference}");
        }
    }

    #[test]
    fn a_reference_that_leads_away_is_refused() {
        let root = Endpoint::parse("https://api.smsafzar.ir", false).unwrap();
        let prefixed = Endpoint::parse("https://gateway.example/sms", false).unwrap();
        for (endpoint, reference) in [
            (&root, "https://api.smsafzar.ir@evil/a"),
            (&root, "https://api.smsafzar.ir:443@evil/a"),
            (&root, "https://user@api.smsafzar.ir/a"),
            (&root, "https://:pw@api.smsafzar.ir/a"),
            (&root, "https://api.smsafzar.ir.evil/a"),
            (&root, "https://api.smsafzar.ir./a"),
            (&root, "https://evil/a"),
            (&root, "HTTPS://EVIL/a"),
            (&root, "https:evil"),
            (&root, "https:/evil"),
            (&root, "https://api.smsafzar.ir:8443/a"),
            (&root, "http://api.smsafzar.ir/a"),
            (&root, "ftp://api.smsafzar.ir/a"),
            (&root, "//evil/a"),
            (&root, "///evil/a"),
            (&root, "/\\evil/a"),
            (&root, "\\\\evil/a"),
            (&root, "/\t/evil/a"),
            (&root, "ht\ntps://evil/a"),
            (&root, "data:text/plain,a"),
            (&root, "sms/send\u{200F}"),
            (&root, "\u{FEFF}sms/send"),
            (&root, "sms/\u{AD}send?text=a"),
            (&prefixed, "../admin"),
            (&prefixed, "/../admin"),
            (&prefixed, "%2e%2e/admin"),
            (&prefixed, "https://gateway.example/admin"),
            (&prefixed, "https://gateway.example/smsx"),
        ] {
            assert!(endpoint.resolve(reference).is_err(), "{reference}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_plain_path_goes_below_the_base_as_the_url_parser_has_it(path in "[aB1/_\\-]{1,9}", base in "(/p|/p/q/)?") {
            let endpoint = Endpoint::parse(&format!("https://h{base}"), false).unwrap();
            let url = endpoint.resolve(&path);
            let plain = path.strip_prefix('/').unwrap_or(&path);
            if is_plain(plain) {
                proptest::prop_assert_eq!(url.unwrap(), endpoint.below.join(plain).unwrap());
            }
        }

        #[test]
        fn no_reference_leaves_the_origin(reference in "[a-z:/\\\\@.?#%0-9]{0,24}", prefix in "(//|https:|http://)?") {
            let endpoint = Endpoint::parse("https://api.smsafzar.ir/p", false).unwrap();
            if let Ok(url) = endpoint.resolve(&format!("{prefix}{reference}")) {
                let url = Url::parse(url.as_str()).unwrap();
                proptest::prop_assert_eq!(url.host_str(), Some("api.smsafzar.ir"));
                proptest::prop_assert_eq!(url.port_or_known_default(), Some(443));
                proptest::prop_assert!(url.scheme() == "https" && url.path().starts_with("/p"));
            }
        }
    }
}
