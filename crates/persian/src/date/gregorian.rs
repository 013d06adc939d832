//! The Gregorian calendar, in days from 1970-01-01. Its years are counted from March here, so that a leap day is the last.

use crate::date::date_error::DateError;

/// 1 March of the year 0.
const FIRST_DAY: i64 = -719_468;

/// The day of this date, if the date exists.
pub(crate) fn day_of(year: u16, month: u8, day: u8) -> Result<i64, DateError> {
    let last = match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(DateError::NoSuchMonth { month }),
    };
    if !(1..=last).contains(&day) {
        return Err(DateError::NoSuchDay { day, last });
    }
    let (year, month) = (i64::from(year), i64::from(month));
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    Ok(year_start(year) + month_start(month) + i64::from(day) - 1)
}

/// Year, month and day, for a day of the years 0 to 65535.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the year is in range, a month is 1 to 12, a day 1 to 31"
)]
pub(crate) fn date_of(day: i64) -> (u16, u8, u8) {
    let about = (day - FIRST_DAY) * 400 / 146_097;
    let year = (about - 1..=about + 1)
        .rfind(|it| year_start(*it) <= day)
        .unwrap_or(about);
    let in_year = day - year_start(year);
    let month = (5 * in_year + 2) / 153;
    let day = (in_year - month_start(month) + 1) as u8;
    if month < 10 {
        (year as u16, month as u8 + 3, day)
    } else {
        (year as u16 + 1, month as u8 - 9, day)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn year_start(year: i64) -> i64 {
    FIRST_DAY + 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)
}

/// Days of the months before this one: from March on, 31 and 30 in turn, but 31 twice in July and August, and in December
/// and January.
fn month_start(month: i64) -> i64 {
    (153 * month + 2) / 5
}
