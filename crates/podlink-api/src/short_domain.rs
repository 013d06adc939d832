use std::sync::Arc;

use http_core::{ConfigurationError, check};
use url::{Url, form_urlencoded};

use crate::contract::SHORT_DOMAIN;

/// Where short links live: the documented domain, or one that was set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShortDomain(Option<Arc<str>>);

impl ShortDomain {
    /// Takes `s.example.com` as well as `https://s.example.com/l/`.
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigurationError> {
        check::name("the short domain", text)?;
        let address = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        Url::parse(&address)
            .ok()
            .filter(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.username().is_empty()
                    && url.password().is_none()
                    && url.query().is_none()
                    && url.fragment().is_none()
            })
            .map(|url| Self(Some(url.as_str().trim_end_matches('/').into())))
            .ok_or_else(|| {
                ConfigurationError::new(
                    "the short domain is not a domain or an http(s) address without a query",
                )
            })
    }

    /// The address of a link, its hash percent-encoded as one path segment.
    pub(crate) fn address(&self, hash: &str) -> String {
        let domain = self.0.as_deref().unwrap_or(SHORT_DOMAIN);
        let segment = match hash {
            // What stands for this folder and the one above it is no name.
            "." => "%2E".to_owned(),
            ".." => "%2E%2E".to_owned(),
            _ => form_urlencoded::byte_serialize(hash.as_bytes())
                .collect::<String>()
                .replace('+', "%20"),
        };
        format!("{domain}/{segment}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_persian_hash_is_one_encoded_segment() {
        let domain = ShortDomain::default();
        assert_eq!(domain.address("sample20"), "http://tilin.ir/sample20");
        assert_eq!(domain.address("تست"), "http://tilin.ir/%D8%AA%D8%B3%D8%AA");
        assert_eq!(
            domain.address("a b/c?d#e%f+g"),
            "http://tilin.ir/a%20b%2Fc%3Fd%23e%25f%2Bg"
        );
    }

    #[test]
    fn a_domain_or_an_address() {
        for (given, address) in [
            ("s.example.com", "http://s.example.com/a"),
            ("https://s.example.com", "https://s.example.com/a"),
            ("https://s.example.com/l/", "https://s.example.com/l/a"),
            ("127.0.0.1:4010", "http://127.0.0.1:4010/a"),
        ] {
            assert_eq!(ShortDomain::parse(given).unwrap().address("a"), address);
        }
        for bad in [
            "",
            "ftp://a",
            "https://",
            "a?b",
            "a#b",
            "https://u:p@a",
            "a b",
            "a\n.b",
            "a\u{AD}b",
        ] {
            assert!(ShortDomain::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_hash_comes_back_from_its_address(hash in "\\PC{1,20}") {
            let url = Url::parse(&ShortDomain::default().address(&hash)).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            if hash.trim_matches('.').is_empty() && hash.len() <= 2 {
                return Ok(()); // a parser takes even the encoded dots for what they stand for
            }
            prop_assert_eq!(segments.len(), 1);
            let form = segments[0].replace('+', "%2B");
            let (back, _) = form_urlencoded::parse(form.as_bytes()).next().unwrap();
            prop_assert_eq!(back, hash);
        }
    }
}
