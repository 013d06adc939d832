//! What has to be known of a proxy beyond how to use it: its password, and whether it is on this machine.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::endpoint::is_loopback;
use crate::{ConfigurationError, Secret};

const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];

/// The proxies that the builder was told of.
#[derive(Default)]
pub(crate) struct Proxies {
    pub(crate) named: Option<Secret>,
    pub(crate) from_env: bool,
}

/// The proxies that a client uses.
#[derive(Debug, PartialEq)]
pub(crate) enum Use {
    None,
    Named(Url),
    Environment,
}

impl Proxies {
    pub(crate) fn is_set(&self) -> bool {
        self.named.is_some() || self.from_env
    }

    /// `stays_here` when the calls are plain http, which only loopback may see.
    pub(crate) fn to_use(&self, stays_here: bool) -> Result<Use, ConfigurationError> {
        let Some(named) = &self.named else {
            // As everywhere, a proxy of the environment is not meant for what is on this machine.
            let leaves = || from_env(&HTTP).any(|url| !url.as_ref().is_some_and(is_loopback));
            let honoured = self.from_env && !(stays_here && leaves());
            return Ok(if honoured { Use::Environment } else { Use::None });
        };
        let Some(url) = parse(named.expose()) else {
            return Err(ConfigurationError::new("the proxy is not a URL that can be used"));
        };
        match url.scheme() {
            "http" | "https" => {}
            "socks4" | "socks4a" | "socks5" | "socks5h" if cfg!(feature = "socks") => {}
            "socks4" | "socks4a" | "socks5" | "socks5h" => {
                return Err(ConfigurationError::new("a SOCKS proxy needs the feature `socks`"));
            }
            _ => {
                return Err(ConfigurationError::new(
                    "the proxy is not an http, https or socks5 URL",
                ));
            }
        }
        if stays_here && !is_loopback(&url) {
            return Err(ConfigurationError::new(
                "a base URL with plain http cannot go through a proxy on another machine, which would read the token \
                 (the builder's dangerously_allow_plain_http overrides this)",
            ));
        }
        Ok(Use::Named(url))
    }

    /// Their passwords, alone and as `Proxy-Authorization` has them, since a proxy's page may well repeat what it was
    /// sent.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let named = self.named.iter().map(|url| parse(url.expose()));
        let environment = from_env(&HTTP).chain(from_env(&HTTPS)).filter(|_| self.from_env);
        named
            .chain(environment)
            .flatten()
            .filter_map(|url| {
                let password = percent_decoded(url.password()?);
                let user = percent_decoded(url.username());
                let both = Zeroizing::new(format!("{}:{}", user.expose(), password.expose()));
                Some([Secret::from(BASE64_STANDARD.encode(&*both)), password])
            })
            .flatten()
            .collect()
    }
}

fn from_env(names: &[&str]) -> impl Iterator<Item = Option<Url>> {
    let values = names.iter().filter_map(std::env::var_os);
    values.map(|value| parse(value.to_str()?))
}

/// A host and a port alone are a proxy that speaks http.
fn parse(text: &str) -> Option<Url> {
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("http://{text}"))
    };
    url.ok().filter(Url::has_host)
}

fn percent_decoded(text: &str) -> Secret {
    let value = format!("={}", text.replace('+', "%2B"));
    let pair = form_urlencoded::parse(value.as_bytes()).next();
    Secret::from(pair.map_or_else(String::new, |(_, value)| value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(url: &str) -> Proxies {
        Proxies {
            named: Some(url.into()),
            from_env: false,
        }
    }

    #[test]
    fn a_password_is_read_as_it_was_before_it_was_encoded() {
        for (url, basic, password) in [
            ("http://a%20:b%40c%2Fd+e@proxy:1", "YSA6YkBjL2QrZQ==", "b@c/d+e"),
            ("a:%D8%B1%D9%85%D8%B2@proxy:1", "YTrYsdmF2LI=", "رمز"),
            ("socks5://a:b@proxy", "YTpi", "b"),
        ] {
            let secrets = named(url).secrets();
            assert_eq!(
                secrets.iter().map(Secret::expose).collect::<Vec<_>>(),
                [basic, password]
            );
        }
        for url in ["http://proxy", "http://a@proxy", "", "http://a:b@"] {
            assert!(named(url).secrets().is_empty(), "{url}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (url, leaves) in [
            ("http://127.0.0.1:3128", false),
            ("localhost:3128", false),
            ("http://10.0.0.1:3128", true),
            ("proxy.invalid", true),
        ] {
            assert_eq!(named(url).to_use(true).is_err(), leaves, "{url}");
            assert!(named(url).to_use(false).is_ok(), "{url}");
        }
    }
}
