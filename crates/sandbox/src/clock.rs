//! The clock that every provider of a sandbox reads.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Keeps `base + elapsed + offset` inside what every platform's `SystemTime` can hold.
const FARTHEST: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);

/// Milliseconds since the Unix epoch, as times stand in what is serialised.
pub(crate) fn unix_millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The time of the sandbox's owner, plus what a test has added. Unless he brings his own, it is the system's time at the
/// start, carried on by a monotonic clock: it never goes back, whatever happens to the machine's own clock meanwhile.
#[derive(Clone)]
pub(crate) struct Clock {
    time: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    offset: Arc<Mutex<Duration>>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let (base, started) = (SystemTime::now(), Instant::now());
        Self::reading(move || base + started.elapsed())
    }

    pub(crate) fn reading(time: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            time: Arc::new(time),
            offset: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        let offset = *self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        (self.time)() + offset
    }

    /// Takes back what was added.
    pub(crate) fn reset(&self) {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) = Duration::ZERO;
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        *offset = offset.saturating_add(by).min(FARTHEST);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_move_together_and_never_back() {
        let clock = Clock::start();
        let other = clock.clone();
        let before = clock.now();
        other.advance(Duration::from_secs(3600));
        let after = clock.now();
        assert!(after.duration_since(before).unwrap() >= Duration::from_secs(3600));
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(other.now() > after);
    }
}
