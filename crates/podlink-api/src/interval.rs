use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::contract::{LONGEST_DAY_SPAN, LONGEST_HOUR_SPAN, LONGEST_MINUTE_SPAN, LONGEST_MONTH_SPAN};

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

    /// The longest span that one question may have: 2 hours, 1 week, 1 month, 20 years.
    ///
    /// The document does not say how long its month and its year are. Here a month is 31 days and 20 years are 7305
    /// days (five leap days among them): the longest that each can be, so that nothing is refused which the
    /// provider might answer.
    pub const fn longest_span(self) -> Duration {
        match self {
            Self::Minute => LONGEST_MINUTE_SPAN,
            Self::Hour => LONGEST_HOUR_SPAN,
            Self::Day => LONGEST_DAY_SPAN,
            Self::Month => LONGEST_MONTH_SPAN,
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
