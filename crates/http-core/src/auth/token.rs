use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::reason::Reason;
use crate::instant::Instant;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// Servers take a header of about this much, name and scheme included.
const LONGEST: usize = 8 * 1024;

/// A token is replaced in the last tenth of its life, and not before this.
const EARLIEST_REFRESH: Duration = Duration::from_secs(5 * 60);

#[cfg(not(test))]
use crate::simulated::WallClock;
#[cfg(test)]
use tests::WallClock;

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
    since: Moment,
    lifetime: Option<Duration>,
}

/// By the monotonic clock, which stands still while the machine is suspended, and by the wall clock, which anybody may
/// set. Time has passed when either says so.
#[derive(Clone, Copy)]
struct Moment {
    monotonic: Instant,
    wall_clock: SystemTime,
}

impl Token {
    /// The token that a login's answer holds, without the white space around it and the word `Bearer` ahead of it, both
    /// of which some services send along. What is left may still be none: [`new`](Self::new) says.
    ///
    /// ```
    /// # use payvand_http_core::Token;
    /// assert_eq!(Token::in_answer("Bearer not-a-real-token\r\n").expose(), "not-a-real-token");
    /// ```
    #[doc(hidden)]
    pub fn in_answer(text: &str) -> Secret {
        const WORD: &str = "bearer";
        let text = text.trim();
        let token = match text.split_at_checked(WORD.len()) {
            Some((word, token)) if word.eq_ignore_ascii_case(WORD) => {
                let is_word = token.is_empty() || token.starts_with(char::is_whitespace);
                is_word.then(|| token.trim_start())
            }
            _ => None,
        };
        Secret::from(token.unwrap_or(text))
    }

    /// A token that lives at most `lifetime` from `since` on, which is to be the moment before its login was sent.
    ///
    /// # Errors
    /// Why no header can carry it: [`Reason::Empty`], [`Reason::TooLong`], [`Reason::Space`] for a space or a line
    /// break, or [`Reason::Unwritable`] for another character that no token may have.
    pub fn new(
        secret: Secret,
        scheme: Scheme,
        since: Instant,
        lifetime: Option<Duration>,
    ) -> Result<Self, Reason> {
        let text = secret.expose();
        if text.is_empty() {
            return Err(Reason::Empty);
        }
        if text.len() > LONGEST {
            return Err(Reason::TooLong { most: LONGEST });
        }
        if text.contains(char::is_whitespace) {
            return Err(Reason::Space);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Reason::Unwritable);
        }
        let prefix = match scheme {
            Scheme::Bearer => "Bearer ",
            Scheme::Bare => "",
        };
        let mut header = Zeroizing::new(Vec::with_capacity(prefix.len() + text.len()));
        header.extend_from_slice(prefix.as_bytes());
        header.extend_from_slice(text.as_bytes());
        let mut authorization =
            HeaderValue::from_maybe_shared(Bytes::from_owner(header)).map_err(|_| Reason::Unwritable)?;
        authorization.set_sensitive(true);
        let now = WallClock::now();
        let since = Moment {
            monotonic: since,
            wall_clock: now.checked_sub(since.elapsed()).unwrap_or(now),
        };
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

    /// How much of its life is left, zero when it is over. Setting this machine's clock never lengthens it; what the
    /// clock shows to have passed while the machine was suspended is over.
    pub fn expires_in(&self) -> Option<Duration> {
        let lifetime = self.lifetime?;
        Some(lifetime.saturating_sub(self.age()))
    }

    /// When it expires, by this machine's clock.
    pub fn expires_at(&self) -> Option<Timestamp> {
        wall_clock_in(self.expires_in()?)
    }

    /// When it is replaced, by this machine's clock.
    pub(crate) fn refreshes_at(&self) -> Option<Timestamp> {
        wall_clock_in(undisturbed(self.lifetime?).saturating_sub(self.age()))
    }

    pub(crate) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.lifetime.is_some_and(|life| self.since.is_past(life))
    }

    /// Whether it is in the part of its life in which it is replaced.
    pub(crate) fn is_due(&self) -> bool {
        self.lifetime
            .is_some_and(|life| self.since.is_past(undisturbed(life)))
    }

    /// Its login began no later than this by the wall clock: the machine may have been suspended during it.
    #[must_use]
    pub(crate) fn begun_by(mut self, wall_clock: SystemTime) -> Self {
        self.since.wall_clock = self.since.wall_clock.min(wall_clock);
        self
    }
}

/// The part of a life in which a token is not replaced.
fn undisturbed(life: Duration) -> Duration {
    life.saturating_sub((life / 10).min(EARLIEST_REFRESH))
}

fn wall_clock_in(time: Duration) -> Option<Timestamp> {
    WallClock::now().checked_add(time).map(Timestamp::from)
}

impl Moment {
    /// Whether this much time has passed since; never, if that does not fit the clocks.
    fn is_past(self, time: Duration) -> bool {
        let ends = self
            .monotonic
            .checked_add(time)
            .zip(self.wall_clock.checked_add(time));
        ends.is_some_and(|(monotonic, wall_clock)| {
            Instant::now() >= monotonic || WallClock::now() >= wall_clock
        })
    }

    /// The larger of both; less than a second of the wall clock is noise.
    fn elapsed(self) -> Duration {
        let by_wall_clock = WallClock::now().duration_since(self.wall_clock);
        let whole_seconds = Duration::from_secs(by_wall_clock.unwrap_or_default().as_secs());
        self.monotonic.elapsed().max(whole_seconds)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_in", &self.expires_in())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// How far the wall clock is ahead of this machine's, in seconds.
        static AHEAD: Cell<i64> = const { Cell::new(0) };
    }

    /// A wall clock that a test may set.
    pub(super) struct WallClock;

    impl WallClock {
        pub(super) fn now() -> SystemTime {
            let ahead = AHEAD.get();
            let distance = Duration::from_secs(ahead.unsigned_abs());
            if ahead < 0 {
                SystemTime::now() - distance
            } else {
                SystemTime::now() + distance
            }
        }
    }

    fn token(text: &str) -> Result<Token, Reason> {
        Token::new(Secret::from(text), Scheme::Bearer, Instant::now(), None)
    }

    #[test]
    fn only_what_a_header_can_carry() {
        for (bad, why) in [
            ("", Reason::Empty),
            ("a b", Reason::Space),
            ("a\r\nX-Evil: 1", Reason::Space),
            ("a\n", Reason::Space),
            ("a\0", Reason::Unwritable),
            ("توکن", Reason::Unwritable),
            ("a\u{7f}", Reason::Unwritable),
            (&"a".repeat(LONGEST + 1), Reason::TooLong { most: LONGEST }),
        ] {
            assert_eq!(token(bad).err(), Some(why), "{bad:?}");
        }
        assert!(token(&"a".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn a_login_may_wrap_it() {
        for (answer, token) in [
            ("x", "x"),
            (" x ", "x"),
            ("\r\n\tx\u{A0}\n", "x"),
            ("Bearer x", "x"),
            ("bearer\tx", "x"),
            (" BEARER \r\n x\n", "x"),
            ("Bearerx", "Bearerx"),
            ("Bearer", ""),
            ("Bearer ", ""),
            ("Bearer Bearer x", "Bearer x"),
            ("Basic x", "Basic x"),
            ("توکن", "توکن"),
            ("", ""),
        ] {
            assert_eq!(Token::in_answer(answer).expose(), token, "{answer:?}");
        }
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
    }

    fn living(lifetime: Duration) -> Token {
        Token::new(Secret::from("t"), Scheme::Bearer, Instant::now(), Some(lifetime)).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn its_life_runs_by_the_monotonic_clock() {
        let hour = Duration::from_secs(3600);
        let token = living(hour);
        tokio::time::advance(hour / 4).await;
        assert_eq!(token.expires_in(), Some(hour * 3 / 4));
        tokio::time::advance(hour).await;
        assert_eq!(token.expires_in(), Some(Duration::ZERO));
        let endless = living(Duration::MAX);
        assert_eq!((endless.expires_at(), endless.is_expired()), (None, false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wall_clock_may_end_its_life_and_never_lengthens_it() {
        // Seconds by the monotonic clock, seconds that the wall clock is ahead of it after them; due, expired.
        for (passed, set, due, expired) in [
            (0_i64, 0, false, false),
            (3299, 0, false, false),
            (3300, 0, true, false),
            (3600, 0, true, true),
            // Suspended, or set ahead.
            (0, 3200, false, false),
            (0, 3300, true, false),
            (0, 3600, true, true),
            (1800, 1800, true, true),
            (0, 1_000_000_000, true, true),
            // Set back.
            (3299, -3600, false, false),
            (3300, -3600, true, false),
            (3600, -3600, true, true),
            (3600, -1_000_000_000, true, true),
        ] {
            AHEAD.set(0);
            let token = living(Duration::from_secs(3600));
            tokio::time::advance(Duration::from_secs(passed.unsigned_abs())).await;
            AHEAD.set(passed + set);
            assert_eq!(
                (token.is_due(), token.is_expired()),
                (due, expired),
                "{passed} s, {set} s"
            );
            let left = token.expires_in().unwrap();
            assert_eq!(left.is_zero(), expired, "{passed} s, {set} s: {left:?}");
            // The next one lives by the clock as it is now.
            assert_eq!(
                living(Duration::from_secs(3600)).expires_in().unwrap().as_secs(),
                3600
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_suspension_during_the_login_counts() {
        let begin = WallClock::now();
        AHEAD.set(3600);
        let token = living(Duration::from_secs(3600)).begun_by(begin);
        assert!(token.is_expired());
        let late = living(Duration::from_secs(3600)).begun_by(WallClock::now() + Duration::from_secs(5));
        assert_eq!(late.age(), Duration::ZERO);
    }
}
