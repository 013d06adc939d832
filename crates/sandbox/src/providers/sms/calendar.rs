//! Days of the Jalali calendar in Tehran, as the services write them. Since 1401 Tehran has no summer time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 60 * 60;
const TEHRAN: Duration = Duration::from_secs(3 * 60 * 60 + 30 * 60);
/// 1349/01/01 is 1970-03-21, 79 days after the epoch.
const YEAR: u64 = 1349;
const DAYS_BEFORE: u64 = 79;

/// The day, such as `1404/01/31`. A time before 1349 counts as its first day.
pub(crate) fn day_of(time: SystemTime) -> String {
    let seconds = (time + TEHRAN)
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let (mut year, mut days) = (YEAR, (seconds / DAY).saturating_sub(DAYS_BEFORE));
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let month = (1..=12).find(|month| {
        let length = days_in_month(year, *month);
        let is_here = days < length;
        if !is_here {
            days -= length;
        }
        is_here
    });
    format!("{year:04}/{:02}/{:02}", month.unwrap_or(12), days + 1)
}

/// The day and the time of day.
pub(crate) fn time_of(time: SystemTime) -> String {
    let seconds = (time + TEHRAN)
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        % DAY;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{} {hours:02}:{minutes:02}:{:02}", day_of(time), seconds % 60)
}

/// Whether there is such a day.
pub(crate) fn is_day(day: &str) -> bool {
    let parts: Vec<_> = day.split('/').collect();
    let [year, month, date] = parts[..] else {
        return false;
    };
    let number = |part: &str, digits| {
        let is_number = part.len() == digits && part.bytes().all(|it| it.is_ascii_digit());
        part.parse::<u64>().ok().filter(|_| is_number)
    };
    match (number(year, 4), number(month, 2), number(date, 2)) {
        (Some(year), Some(month @ 1..=12), Some(date)) => (1..=days_in_month(year, month)).contains(&date),
        _ => false,
    }
}

fn days_in_year(year: u64) -> u64 {
    (1..=12).map(|month| days_in_month(year, month)).sum()
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        1..=6 => 31,
        12 if ![1, 5, 9, 13, 17, 22, 26, 30].contains(&(year % 33)) => 29,
        _ => 30,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_in_tehran() {
        for (seconds, day) in [
            (79 * DAY, "1349/01/01 03:30:00"),
            (1_726_950_600, "1403/07/01 00:00:00"),
            (1_726_950_599, "1403/06/31 23:59:59"),
            (1_742_416_200, "1403/12/30 00:00:00"),
            (1_742_502_600, "1404/01/01 00:00:00"),
            (1_709_152_200, "1402/12/10 00:00:00"),
            (1_774_038_599, "1404/12/29 23:59:59"),
            (1_774_038_600, "1405/01/01 00:00:00"),
        ] {
            assert_eq!(time_of(UNIX_EPOCH + Duration::from_secs(seconds)), day);
        }
    }

    #[test]
    fn a_day_that_is_none_is_not_taken() {
        for day in ["1403/12/30", "1404/12/29", "1404/06/31"] {
            assert!(is_day(day), "{day}");
        }
        for day in [
            "1404/12/30",
            "1404/13/01",
            "1404/07/31",
            "1404/1/01",
            "1404-01-01",
            "",
            "1404/01/00",
            "+404/01/01",
        ] {
            assert!(!is_day(day), "{day}");
        }
    }
}
