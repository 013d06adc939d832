use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderValue;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::{Secret, Timestamp};

/// Servers take a header of about this much, name and scheme included.
const LONGEST: usize = 8 * 1024;

/// How a token is written into the `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Scheme {
    /// `Authorization: Bearer <token>`.
    #[default]
    Bearer,
    /// `Authorization: <token>`.
    Bare,
}

/// A token that a login brought, with its expiry if that is known. It prints nothing of itself, and is wiped from
/// memory with its last clone.
#[derive(Clone)]
pub struct Token {
    secret: Secret,
    authorization: HeaderValue,
    /// Before the login was sent: the token is at most as old as that.
    since: Instant,
    lifetime: Option<Duration>,
}

impl Token {
    /// A token that lives at most `lifetime` from `since` on, which is to be the moment before its login was sent.
    ///
    /// # Errors
    /// Why no header can carry it, in words that do not quote it.
    pub fn new(
        secret: Secret,
        scheme: Scheme,
        since: Instant,
        lifetime: Option<Duration>,
    ) -> Result<Self, &'static str> {
        let text = secret.expose();
        if text.is_empty() {
            return Err("the token is empty");
        }
        if text.len() > LONGEST {
            return Err("the token is longer than any header may be");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the token has a space, a line break or another character that no token may have");
        }
        let prefix = match scheme {
            Scheme::Bearer => "Bearer ",
            Scheme::Bare => "",
        };
        let mut header = Zeroizing::new(Vec::with_capacity(prefix.len() + text.len()));
        header.extend_from_slice(prefix.as_bytes());
        header.extend_from_slice(text.as_bytes());
        let mut authorization = HeaderValue::from_maybe_shared(Bytes::from_owner(header))
            .map_err(|_| "the token is not fit for a header")?;
        authorization.set_sensitive(true);
        Ok(Self {
            secret,
            authorization,
            since,
            lifetime,
        })
    }

    /// The token itself, for another HTTP stack or your own store. Whoever calls this answers for where it goes.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The value of the `Authorization` header, marked sensitive: a well-made HTTP library does not print it.
    pub fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    /// How long the token lives in all; `None` if nothing is known about it but that the provider will refuse it
    /// one day.
    pub fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    /// How much of its life is left, zero when it is over. Measured by a clock that nobody sets, so a wrong local
    /// time does no harm.
    pub fn expires_in(&self) -> Option<Duration> {
        let lifetime = self.lifetime?;
        Some(lifetime.saturating_sub(self.age()))
    }

    /// When it expires, by this machine's clock.
    pub fn expires_at(&self) -> Option<Timestamp> {
        SystemTime::now()
            .checked_add(self.expires_in()?)
            .map(Timestamp::from)
    }

    pub(crate) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    pub(crate) fn expiry(&self) -> Option<Instant> {
        self.since.checked_add(self.lifetime?)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_in", &self.expires_in())
            .finish_non_exhaustive()
    }
}

/// When it expires, and never the token itself.
impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut token = serializer.serialize_struct("Token", 1)?;
        token.serialize_field("expires_at", &self.expires_at())?;
        token.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Result<Token, &'static str> {
        Token::new(Secret::from(text), Scheme::Bearer, Instant::now(), None)
    }

    #[test]
    fn only_what_a_header_can_carry() {
        for bad in [
            "",
            "a b",
            "a\r\nX-Evil: 1",
            "a\n",
            "a\0",
            "توکن",
            "a\u{7f}",
            &"a".repeat(LONGEST + 1),
        ] {
            assert!(token(bad).is_err(), "{bad:?}");
        }
        assert!(token(&"a".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn is_written_in_both_ways_and_never_printed() {
        let bare = Token::new(
            Secret::from("not-a-real-token"),
            Scheme::Bare,
            Instant::now(),
            None,
        )
        .unwrap();
        assert_eq!(bare.authorization(), "not-a-real-token");
        let token = token("not-a-real-token").unwrap();
        assert_eq!(token.authorization(), "Bearer not-a-real-token");
        assert!(token.authorization().is_sensitive());
        assert_eq!(format!("{token:?}"), "Token { expires_in: None, .. }");
        assert_eq!(serde_json::to_string(&token).unwrap(), r#"{"expires_at":null}"#);
    }

    #[tokio::test(start_paused = true)]
    async fn its_life_runs_by_the_monotonic_clock() {
        let hour = Duration::from_secs(3600);
        let token = Token::new(Secret::from("t"), Scheme::Bearer, Instant::now(), Some(hour)).unwrap();
        tokio::time::advance(hour / 4).await;
        assert_eq!(token.expires_in(), Some(hour * 3 / 4));
        tokio::time::advance(hour).await;
        assert_eq!(token.expires_in(), Some(Duration::ZERO));
        let endless = Token::new(
            Secret::from("t"),
            Scheme::Bearer,
            Instant::now(),
            Some(Duration::MAX),
        )
        .unwrap();
        assert_eq!((endless.expires_at(), endless.expiry()), (None, None));
    }
}
