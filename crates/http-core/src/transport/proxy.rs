//! What has to be known of a proxy beyond how to use it: which one is meant, its password, and whether it is on this
//! machine.
//!
//! reqwest passes by a proxy of the environment that it cannot use, and then goes out directly; so the environment is
//! read here.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Uri;
use url::Url;
use zeroize::Zeroizing;

use crate::call::check;
use crate::call::endpoint::is_loopback;
use crate::call::env;
use crate::call::path::percent_decoded;
use crate::error::configuration::ConfigurationError;
use crate::secret::Secret;

/// Set for a program that a web server runs for each request (CGI). `HTTP_PROXY` is then what the request's header
/// `Proxy` says.
const CGI: &str = "REQUEST_METHOD";

/// Variables in the order in which they count.
const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxies that the builder was told of.
#[derive(Default)]
pub(crate) struct Proxies {
    pub(crate) named: Option<Secret>,
    pub(crate) from_env: bool,
}

/// The proxy that a client uses.
pub(crate) enum ProxyChoice {
    None,
    Named {
        url: Url,
        /// The hosts that are not asked for through it, as `NO_PROXY` has them.
        except: String,
    },
}

impl Proxies {
    pub(crate) fn is_set(&self) -> bool {
        self.named.is_some() || self.from_env
    }

    /// `plain_http` when the calls are; `is_local` when they go to this machine; `stays_here` when only loopback may see
    /// them.
    pub(crate) fn to_use(
        &self,
        plain_http: bool,
        is_local: bool,
        stays_here: bool,
    ) -> Result<ProxyChoice, ConfigurationError> {
        if let Some(named) = &self.named {
            let url = usable(named.expose()).map_err(|why| unusable("the proxy", &why))?;
            if stays_here && !is_loopback(&url) {
                return Err(ConfigurationError::new(
                    "a base URL with plain http cannot go through a proxy on another machine, which would read the \
                     token (the builder's dangerously_allow_plain_http overrides this)",
                ));
            }
            let except = String::new();
            return Ok(ProxyChoice::Named { url, except });
        }
        let found = if self.from_env {
            from_env(plain_http)?
        } else {
            None
        };
        // As everywhere, a proxy of the environment is not meant for what is on this machine.
        let Some(url) = found.filter(|url| !(plain_http && is_local) || is_loopback(url)) else {
            return Ok(ProxyChoice::None);
        };
        let except = first(&EXCEPTIONS)?.map_or_else(String::new, |(_, hosts)| hosts.expose().to_owned());
        Ok(ProxyChoice::Named { url, except })
    }

    /// Their passwords, alone and as `Proxy-Authorization` has them, since a proxy's page may well repeat what it was
    /// sent.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let named = self.named.iter().filter_map(|url| parse(url.expose()).ok());
        let environment = [true, false].into_iter().filter(|_| self.from_env);
        named
            .chain(environment.filter_map(|plain_http| from_env(plain_http).ok()?))
            .filter(|url| !url.username().is_empty() || url.password().is_some())
            .flat_map(|url| {
                let decoded = |text| Secret::from(percent_decoded(text));
                let (user, password) = (
                    decoded(url.username()),
                    decoded(url.password().unwrap_or_default()),
                );
                let both = Zeroizing::new(format!("{}:{}", user.expose(), password.expose()));
                // Without a password the user name is a key.
                let secret = if password.expose().is_empty() {
                    user
                } else {
                    password
                };
                [Secret::from(BASE64_STANDARD.encode(&*both)), secret]
            })
            .collect()
    }
}

/// The environment's proxy for calls over plain http, or over https.
fn from_env(plain_http: bool) -> Result<Option<Url>, ConfigurationError> {
    let names: &[&str] = match (plain_http, std::env::var_os(CGI)) {
        (false, _) => &HTTPS,
        (true, None) => &HTTP,
        // Windows does not tell `http_proxy` from `HTTP_PROXY`.
        (true, Some(_)) => &HTTP[if cfg!(windows) { 2 } else { 1 }..],
    };
    let Some((name, value)) = first(names)? else {
        return Ok(None);
    };
    let whose = format!("the proxy of {}", env::the_variable(name));
    usable(value.expose())
        .map(Some)
        .map_err(|why| unusable(&whose, &why))
}

/// The first of these variables that is set; an empty one means "no proxy here", as it does everywhere.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, Secret)>, ConfigurationError> {
    for &name in names {
        if let Some(value) = env::variable(name)?.filter(|value| !value.expose().is_empty()) {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

fn unusable(whose: &str, why: &str) -> ConfigurationError {
    ConfigurationError::new(format!("{whose} {why}"))
}

/// A host and a port alone are a proxy that speaks http. The error says what is wrong with it and quotes nothing.
fn parse(text: &str) -> Result<Url, String> {
    // The URL parser would drop some of them.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("has a space, a line break or a control character".to_owned());
    }
    check::argument(text).map_err(|reason| format!("cannot be used: its URL {reason}"))?;
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    // The URL would end at the first of them, and what is left of it be taken for the host.
    let credentials = rest.rsplit_once('@').map_or("", |(credentials, _)| credentials);
    if credentials.contains(['/', '?', '#', '\\']) {
        return Err(
            "has a user name or password with a raw `/`, `?`, `#` or `\\`: write it percent-encoded \
             (`%2F`, `%3F`, `%23`, `%5C`)"
                .to_owned(),
        );
    }
    let url = Url::parse(&format!("{scheme}://{rest}"))
        .ok()
        .filter(|url| url.host_str().is_some_and(|host| !host.is_empty()))
        // Such as a template's `${HOST}`: reqwest, which takes it for a URI, would go out directly.
        .filter(|url| Uri::try_from(url.as_str()).is_ok())
        .ok_or("is not a URL that can be used")?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("has something behind its host and port".to_owned());
    }
    Ok(url)
}

fn usable(text: &str) -> Result<Url, String> {
    let url = parse(text)?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        "socks4" | "socks4a" if !url.username().is_empty() || url.password().is_some() => {
            Err("is a SOCKS 4 proxy, which takes no user name and no password: use socks5".to_owned())
        }
        "socks4" | "socks4a" | "socks5" | "socks5h" if cfg!(feature = "socks") => Ok(url),
        "socks4" | "socks4a" | "socks5" | "socks5h" => {
            Err("is a SOCKS proxy, which needs the feature `socks`".to_owned())
        }
        _ => Err("is not an http, https or socks5 URL".to_owned()),
    }
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
            (
                "http://me:abc&defghijkl@proxy:1",
                "bWU6YWJjJmRlZmdoaWprbA==",
                "abc&defghijkl",
            ),
            (
                "http://not-a-real-key@proxy",
                "bm90LWEtcmVhbC1rZXk6",
                "not-a-real-key",
            ),
        ] {
            let secrets = named(url).secrets();
            assert_eq!(
                secrets.iter().map(Secret::expose).collect::<Vec<_>>(),
                [basic, password]
            );
        }
        for url in ["http://proxy", "", "http://a:b@"] {
            assert!(named(url).secrets().is_empty(), "{url}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (url, leaves) in [
            ("http://127.0.0.1:3128", false),
            ("localhost:3128", false),
            #[cfg(feature = "socks")]
            ("socks5://127.0.0.1:1080", false),
            ("http://10.0.0.1:3128", true),
            ("http://proxy.localhost:3128", true),
            ("proxy.invalid", true),
        ] {
            assert_eq!(named(url).to_use(true, true, true).is_err(), leaves, "{url}");
            assert!(named(url).to_use(true, true, false).is_ok(), "{url}");
            assert!(named(url).to_use(false, false, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn a_proxy_that_would_be_another_one_is_refused() {
        for (url, says) in [
            ("http://proxy:1\n", "line break"),
            (" http://proxy:1", "a space"),
            ("http://proxy:1 ", "a space"),
            ("http://pro\txy:1", "control character"),
            ("http://proxy\u{200F}:1", "U+200F"),
            ("http://host:12#34@proxy:1", "percent-encoded"),
            ("http://host:12/34@proxy:1", "percent-encoded"),
            ("http://host:12?34@proxy:1", "percent-encoded"),
            ("http://host:12\\34@proxy:1", "percent-encoded"),
            ("host:12#34@proxy:1", "percent-encoded"),
            ("socks5://host:12#34@proxy:1", "percent-encoded"),
            ("http://proxy:1/path", "behind its host"),
            ("http://proxy:1?a", "behind its host"),
            ("http://proxy:1/#a", "behind its host"),
            ("\"http://proxy:1\"", "not a"),
            ("ftp://proxy:1", "not an http"),
            ("http://${HOST}:1", "not a URL"),
            ("http://{{proxy}}:1", "not a URL"),
            ("http://\"proxy\":1", "not a URL"),
            ("socks4://me:fake@proxy:1", "socks5"),
        ] {
            let why = named(url).to_use(false, false, false).err().unwrap().to_string();
            assert!(
                why.starts_with("the proxy ") && why.contains(says),
                "{url:?}: {why}"
            );
            assert!(!why.contains("34"), "{why}");
        }
        for url in [
            "http://proxy:1/",
            "http://a:b%2Fc%23@proxy:1",
            "http://a:b@c@proxy:1",
        ] {
            assert!(named(url).to_use(false, false, false).is_ok(), "{url}");
        }
    }
}
