//! Gregorian time in UTC, in milliseconds since the epoch.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(super) const MINUTE: i64 = 60 * 1000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

pub(super) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn duration(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The first moment of the month. Months are counted through, from a January that is near: slow and plain.
pub(super) fn start_of_month(at: i64) -> i64 {
    let days = at.div_euclid(DAY);
    let mut year = 1970 + days.div_euclid(366);
    let mut start = (1970..year).map(days_in_year).sum::<i64>();
    if year < 1970 {
        start = -(year..1970).map(days_in_year).sum::<i64>();
    }
    while start + days_in_year(year) <= days {
        start += days_in_year(year);
        year += 1;
    }
    for month in 1..=12 {
        let length = days_in_month(year, month);
        if start + length > days {
            break;
        }
        start += length;
    }
    start * DAY
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: i64, month: u8) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_where_they_do() {
        for (at, start) in [
            (0, 0),
            (1_551_398_400_000, 1_551_398_400_000), // 2019-03-01
            (1_554_076_799_999, 1_551_398_400_000), // 2019-03-31, its last millisecond
            (1_554_076_800_000, 1_554_076_800_000), // 2019-04-01
            (1_582_934_400_000, 1_580_515_200_000), // 2020-02-29
            (1_583_020_800_000, 1_583_020_800_000), // 2020-03-01
            (1_735_689_599_999, 1_733_011_200_000), // 2024-12-31
            (1_735_689_600_000, 1_735_689_600_000), // 2025-01-01
            (4_107_542_400_000, 4_107_542_400_000), // 2100-03-01, after a February of 28 days
            (-1, -2_678_400_000),                   // 1969-12-31
        ] {
            assert_eq!(start_of_month(at), start, "{at}");
        }
    }
}
