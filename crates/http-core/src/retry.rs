use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

use crate::Kind;

/// Answers that mean "not now": an idempotent call is made again.
pub(crate) const RETRYABLE_STATUS: [StatusCode; 6] = [
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];

/// How often and after what pause a failed attempt is followed by another, within the call's one deadline.
///
/// | | not sent | may have been sent | answered |
/// |---|---|---|---|
/// | safe or idempotent call | again | again | again on 408, 429, 500, 502, 503, 504 and a provider's own "try again" |
/// | any other call | again | **never** | **never** |
///
/// A bad certificate, a refused address and a refused argument are never tried again. The pause doubles from
/// attempt to attempt and is drawn at random from zero to that ("full jitter"); a longer `Retry-After` of the
/// server is honoured. A pause that would pass the deadline is not begun: the call fails at once.
///
/// ```
/// # use http_core::RetryPolicy;
/// # use std::time::Duration;
/// let patient = RetryPolicy::new(5).backoff(Duration::from_millis(500), Duration::from_secs(20));
/// let once = RetryPolicy::never();
/// # assert_ne!(patient, once);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
}

impl RetryPolicy {
    /// At most so many attempts in all, the first included.
    pub const fn new(max_attempts: u32) -> Self {
        Self {
            max_attempts,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(5),
        }
    }

    /// One attempt.
    pub const fn never() -> Self {
        Self::new(1)
    }

    /// The upper bound of the first pause, and the one that no later pause exceeds.
    #[must_use]
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// The pause after so many failed attempts, `None` when there have been enough.
    pub(crate) fn pause(&self, attempts: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if attempts >= self.max_attempts {
            return None;
        }
        let doublings = attempts.saturating_sub(1).min(31);
        let bound = self
            .first_pause
            .saturating_mul(1 << doublings)
            .min(self.longest_pause);
        let jittered = bound.mul_f64(random_fraction());
        Some(jittered.max(retry_after.unwrap_or_default()))
    }
}

impl Default for RetryPolicy {
    /// Three attempts, pauses of at most 200 ms and 400 ms.
    fn default() -> Self {
        Self::new(3)
    }
}

/// From 0 to 1. The standard library's hash keys are random enough to spread clients apart.
fn random_fraction() -> f64 {
    let bits = RandomState::new().hash_one(()) >> 11;
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = bits as f64 / (1_u64 << 53) as f64;
    fraction
}

/// `Retry-After` in either form (RFC 9110, 10.2.3), and seconds with a fraction, which some servers send. A date counts
/// from the server's own `Date` where there is one: local clocks are wrong.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    if let Some(seconds) = delay_seconds(value) {
        return Some(seconds);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date(headers).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

fn delay_seconds(value: &str) -> Option<Duration> {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match value.split_once('.') {
        None if is_number(value) => Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX))),
        Some((whole, fraction)) if is_number(whole) && is_number(fraction) => {
            Some(Duration::try_from_secs_f64(value.parse().ok()?).unwrap_or(Duration::MAX))
        }
        _ => None,
    }
}

/// The longest pause in which nothing is sent because an answer with a failure of this kind asked for it: the provider
/// may know what it says, a page of something in between may be wrong.
pub(crate) fn longest_pause(kind: Kind) -> Duration {
    match kind {
        Kind::Provider => Duration::from_secs(60 * 60),
        _ => Duration::from_secs(60),
    }
}

/// The server's own time.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, header::DATE)?).ok()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read(retry_after_value: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from_str(retry_after_value).unwrap(),
        );
        if let Some(date) = date {
            headers.insert(header::DATE, HeaderValue::from_str(date).unwrap());
        }
        retry_after(&headers)
    }

    #[test]
    fn reads_seconds_and_dates() {
        let date = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(read("120", None), Some(Duration::from_secs(120)));
        assert_eq!(read(" 0 ", None), Some(Duration::ZERO));
        assert_eq!(
            read("99999999999999999999999", None),
            Some(Duration::from_secs(u64::MAX))
        );
        assert_eq!(
            read("Wed, 21 Oct 2015 07:28:30 GMT", date),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Wed, 21 Oct 2015 07:27:30 GMT", date), Some(Duration::ZERO));
        for (seconds, millis) in [("1.2", 1200), ("1.5", 1500), ("0.05", 50), ("7.0", 7000)] {
            assert_eq!(read(seconds, None), Some(Duration::from_millis(millis)));
        }
        for nonsense in [
            "", "-1", "soon", "+3", ".", "1.", ".5", "1.5.2", "1,5", "1e3", "-0.5",
        ] {
            assert_eq!(read(nonsense, None), None, "{nonsense:?}");
        }
    }

    #[test]
    fn pauses_grow_to_a_bound_and_end() {
        let policy = RetryPolicy::new(5).backoff(Duration::from_millis(100), Duration::from_millis(300));
        for _ in 0..200 {
            assert!(policy.pause(1, None).unwrap() <= Duration::from_millis(100));
            assert!(policy.pause(2, None).unwrap() <= Duration::from_millis(200));
            assert!(policy.pause(4, None).unwrap() <= Duration::from_millis(300));
        }
        assert_eq!(policy.pause(5, None), None);
        assert_eq!(
            policy.pause(1, Some(Duration::from_secs(9))),
            Some(Duration::from_secs(9))
        );
        assert_eq!(RetryPolicy::never().pause(1, Some(Duration::ZERO)), None);
    }

    #[test]
    fn jitter_is_spread_over_the_whole_bound() {
        let policy = RetryPolicy::new(2).backoff(Duration::from_secs(1), Duration::from_secs(1));
        let pauses: Vec<_> = (0..400).filter_map(|_| policy.pause(1, None)).collect();
        assert!(pauses.iter().any(|p| *p < Duration::from_millis(250)));
        assert!(pauses.iter().any(|p| *p > Duration::from_millis(750)));
    }

    proptest! {
        #[test]
        fn any_header_and_any_policy_are_taken(value in "[ -~]{0,40}", attempts in 0..u32::MAX, max in 0..u32::MAX) {
            let after = read(&value, None);
            let _ = RetryPolicy::new(max).backoff(Duration::MAX, Duration::MAX).pause(attempts, after);
        }
    }
}
