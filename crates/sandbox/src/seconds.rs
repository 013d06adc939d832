//! Durations as JSON has them: in seconds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Not below 0, and not beyond what a clock can hold.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub(crate) struct Seconds(Duration);

impl TryFrom<f64> for Seconds {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Self, &'static str> {
        let duration = Duration::try_from_secs_f64(seconds).ok();
        let duration = duration.filter(|it| *it <= Duration::from_secs(LONGEST));
        duration
            .map(Self)
            .ok_or("seconds are a number from 0 to 31536000000")
    }
}

/// A thousand years.
const LONGEST: u64 = 1000 * 365 * 24 * 60 * 60;

impl From<Seconds> for f64 {
    fn from(seconds: Seconds) -> Self {
        seconds.0.as_secs_f64()
    }
}

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}
