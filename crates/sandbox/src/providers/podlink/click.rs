//! A click, and what it tells about whoever clicked.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use url::Url;
use woothee::parser::Parser;

/// What the provider's samples call what it does not know.
pub(super) const UNKNOWN: &str = "Unknown";

/// One click on a short link. Serialised, its time is in milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Click {
    pub(super) at: i64,
    pub(super) browser: String,
    pub(super) os: String,
    pub(super) referer: String,
}

impl Click {
    /// Reads what a browser says about itself: its `User-Agent`, and the host that its `Referer` names.
    pub(super) fn new(at: i64, user_agent: Option<&str>, referer: Option<&str>) -> Self {
        let known = |text: &str| match text {
            "UNKNOWN" | "" => UNKNOWN.to_owned(),
            text => text.to_owned(),
        };
        let agent = user_agent.and_then(|text| Parser::new().parse(text));
        let (browser, os) = match agent {
            Some(agent) => (known(agent.name), known(agent.os)),
            None => (known(""), known("")),
        };
        let host = referer
            .and_then(|text| Url::parse(text).ok())
            .and_then(|url| url.host_str().map(str::to_owned));
        Self {
            at,
            browser,
            os,
            referer: host.unwrap_or_else(|| known("")),
        }
    }

    /// About how much memory it takes.
    pub(super) fn memory(&self) -> usize {
        size_of::<Self>() + self.browser.len() + self.os.len() + self.referer.len()
    }

    /// When, by the sandbox's clock.
    pub fn at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.at).unwrap_or_default())
    }

    /// The browser's name, or `Unknown`.
    pub fn browser(&self) -> &str {
        &self.browser
    }

    /// The operating system's name, or `Unknown`.
    pub fn os(&self) -> &str {
        &self.os
    }

    /// The host of the page that led to the link, or `Unknown`.
    pub fn referer(&self) -> &str {
        &self.referer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_their_names() {
        for (agent, browser, os) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
                "Chrome",
                "Windows 10",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
                "Firefox",
                "Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
                "Safari",
                "iPhone",
            ),
            ("something/1.0", "Unknown", "Unknown"),
            ("", "Unknown", "Unknown"),
        ] {
            let click = Click::new(0, Some(agent), None);
            assert_eq!((click.browser(), click.os()), (browser, os), "{agent}");
        }
        for (referer, host) in [
            ("https://www.example.com:8443/a?b", "www.example.com"),
            ("http://192.168.6.2/", "192.168.6.2"),
            ("no address", "Unknown"),
        ] {
            assert_eq!(Click::new(0, None, Some(referer)).referer(), host);
        }
    }
}
