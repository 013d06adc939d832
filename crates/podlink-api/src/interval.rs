use std::fmt;

use serde::Serialize;

/// How finely clicks are counted. Source: «دریافت آمار کلیک ها», `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Interval {
    /// By the minute, over at most 2 hours.
    Minute,
    /// By the hour, over at most 1 week.
    Hour,
    /// By the day, over at most 1 month.
    Day,
    /// By the month, over at most 20 years. The provider's default.
    Month,
}

impl Interval {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
