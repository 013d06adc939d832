use std::time::Duration;

use crate::simulated::random_bits;

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
/// # use payvand_http_core::RetryPolicy;
/// # use std::time::Duration;
/// let patient = RetryPolicy::new(5).backoff(Duration::from_millis(500), Duration::from_secs(20));
/// let once = RetryPolicy::never();
/// # assert_ne!(patient, once);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    max_attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
}

impl RetryPolicy {
    /// At most this number of attempts in all, the first included.
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

    /// The pause after this number of failed attempts, `None` when there have been enough.
    pub(crate) fn pause(&self, attempts: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if attempts >= self.max_attempts {
            return None;
        }
        let doublings = attempts.saturating_sub(1).min(31);
        let bound = self
            .first_pause
            .saturating_mul(1 << doublings)
            .min(self.longest_pause);
        // Timers know whole milliseconds alone.
        let jittered = bound.mul_f64(random_fraction()).as_millis();
        let jittered = Duration::from_millis(u64::try_from(jittered).unwrap_or(u64::MAX));
        Some(jittered.max(retry_after.unwrap_or_default()))
    }
}

impl Default for RetryPolicy {
    /// Three attempts, pauses of at most 200 ms and 400 ms.
    fn default() -> Self {
        Self::new(3)
    }
}

/// From 0 to 1.
fn random_fraction() -> f64 {
    let bits = random_bits() >> 11;
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = bits as f64 / (1_u64 << 53) as f64;
    fraction
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        fn any_policy_and_any_pause_of_the_server_are_taken(
            after in proptest::option::of(any::<Duration>()), attempts in 0..u32::MAX, max in 0..u32::MAX,
        ) {
            let _ = RetryPolicy::new(max).backoff(Duration::MAX, Duration::MAX).pause(attempts, after);
        }
    }
}
