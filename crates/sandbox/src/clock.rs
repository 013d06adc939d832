//! The clock that every provider of a sandbox reads.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Keeps `base + elapsed + offset` inside what every platform's `SystemTime` can hold.
const FARTHEST: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);

/// The system's time at the start, carried on by a monotonic clock, plus what a test has added.
/// It never goes back, whatever happens to the machine's own clock meanwhile.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    base: SystemTime,
    started: Instant,
    offset: Arc<Mutex<Duration>>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            base: SystemTime::now(),
            started: Instant::now(),
            offset: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        let offset = *self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        self.base + self.started.elapsed() + offset
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        *offset = offset.saturating_add(by).min(FARTHEST);
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
