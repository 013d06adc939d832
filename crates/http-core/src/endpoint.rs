use url::{Host, Url};

use crate::ConfigurationError;

/// Where a client's calls go: an origin and perhaps a path prefix, checked once.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    pub(crate) fn parse(base_url: &str, allow_plain_http: bool) -> Result<Self, ConfigurationError> {
        let refuse = |why: &str| Err(ConfigurationError::new(format!("the base URL {why}")));
        let Ok(url) = Url::parse(base_url) else {
            return refuse("is not an absolute URL");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not contain a user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not have a query or a fragment");
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
        Ok(Self(url))
    }

    /// The URL of a path below the base, its segments percent-encoded.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
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
            "http://127.0.0.1.example.com",
            "http://[::ffff:10.0.0.1]",
            "ftp://127.0.0.1",
            "https://user@example.com",
            "https://:pw@example.com",
            "https://example.com/?a=b",
            "https://example.com/#a",
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
}
