use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

const MILLIS_A_DAY: i64 = 24 * 60 * 60 * 1000;

/// A moment, in milliseconds since the Unix epoch, as providers send it.
///
/// It prints as RFC 3339 in UTC, and goes to and from [`SystemTime`], which every date library converts.
///
/// ```
/// # use payvand_http_core::Timestamp;
/// # use std::time::{Duration, SystemTime};
/// let at = Timestamp::from_millis(1_555_919_112_111);
/// assert_eq!(at.to_string(), "2019-04-22T07:45:12.111Z");
/// assert_eq!(Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_secs(1)).as_millis(), 1000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment this number of milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds after the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// As the standard library's time; `None` where the platform's clock cannot hold it.
    pub fn to_system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        if self.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        }
    }
}

impl From<SystemTime> for Timestamp {
    /// Cut to whole milliseconds; a time beyond 292 million years is the farthest one there is.
    fn from(time: SystemTime) -> Self {
        let millis = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self(millis(after)),
            Err(before) => Self(-millis(before.duration())),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(MILLIS_A_DAY));
        let in_day = self.0.rem_euclid(MILLIS_A_DAY);
        let (seconds, millis) = (in_day / 1000, in_day % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

/// The Gregorian date this number of days after 1970-01-01, by counting years from March, whose last day is the leap day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// The days from 1970-01-01 to a Gregorian date.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_551_398_400_000, "2019-03-01T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn any_moment_prints_and_converts(millis: i64) {
            let at = Timestamp::from_millis(millis);
            let _ = at.to_string();
            if let Some(time) = at.to_system_time().filter(|_| millis > i64::MIN) {
                prop_assert_eq!(Timestamp::from(time), at);
            }
        }

        #[test]
        fn days_follow_one_another(day in -1_000_000_i64..1_000_000) {
            let (one, next) = (civil_from_days(day), civil_from_days(day + 1));
            prop_assert!(next > one);
            prop_assert!(next.2 == one.2 + 1 || next.2 == 1);
            prop_assert_eq!(days_from_civil(one.0, one.1, one.2), day);
        }
    }
}
