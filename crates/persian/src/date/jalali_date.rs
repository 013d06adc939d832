use alloc::format;
use core::fmt;
use core::ops::{Range, RangeInclusive};
use core::str::FromStr;

use crate::character::visible;
use crate::date::date_error::DateError;
use crate::date::weekday::Weekday;
use crate::date::{gregorian, tehran};
use crate::digits;

/// For these years all who calculate the calendar agree.
const YEARS: RangeInclusive<u16> = 1200..=1500;

/// Gregorian years in which a year of [`YEARS`] begins or ends.
const GREGORIAN_YEARS: RangeInclusive<u16> = 1821..=2122;

/// 1 Farvardin of the year 1, in days from 1970-01-01.
const FIRST_DAY: i64 = -492_268;

/// Days of 33 years, of which 8 are leap years.
const DAYS_IN_33_YEARS: i64 = 33 * 365 + 8;

/// A date of the Jalali (Solar Hijri) calendar, from 1200/01/01 to 1500/12/29.
///
/// No date is rolled over or clamped: what does not exist is an error. It is read from text with Latin, Persian or Arabic
/// digits, and always shown as `1403/07/01`.
///
/// ```
/// # use payvand_persian::{DateError, JalaliDate};
/// # fn main() -> Result<(), DateError> {
/// let date: JalaliDate = "۱۴۰۳/۱۲/۳۰".parse()?;
/// assert_eq!(date, "1403-12-30".parse()?);
/// assert_eq!(date.to_string(), "1403/12/30");
/// assert_eq!("1404/12/30".parse::<JalaliDate>(), Err(DateError::NoSuchDay { day: 30, last: 29 }));
/// assert_eq!("2025-03-20".parse::<JalaliDate>(), Err(DateError::GregorianYear { year: 2025 }));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JalaliDate {
    year: u16,
    month: u8,
    day: u8,
}

impl JalaliDate {
    /// The date, if it exists.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// assert!(JalaliDate::new(1403, 12, 30).is_ok());
    /// assert_eq!(JalaliDate::new(1403, 7, 31), Err(DateError::NoSuchDay { day: 31, last: 30 }));
    /// ```
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        if !YEARS.contains(&year) {
            return Err(if GREGORIAN_YEARS.contains(&year) {
                DateError::GregorianYear { year }
            } else {
                DateError::YearOutOfRange { year }
            });
        }
        if !(1..=12).contains(&month) {
            return Err(DateError::NoSuchMonth { month });
        }
        let date = Self { year, month, day };
        let last = date.days_in_month();
        if (1..=last).contains(&day) {
            Ok(date)
        } else {
            Err(DateError::NoSuchDay { day, last })
        }
    }

    /// The date of a Gregorian year, month and day.
    ///
    /// ```
    /// # use payvand_persian::JalaliDate;
    /// assert_eq!(JalaliDate::from_gregorian(2024, 2, 29), JalaliDate::new(1402, 12, 10));
    /// ```
    pub fn from_gregorian(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        Self::of_day(gregorian::day_of(year, month, day)?)
    }

    /// The date in Tehran at an instant, in milliseconds since 1970-01-01 00:00 UTC.
    ///
    /// ```
    /// # use payvand_persian::JalaliDate;
    /// assert_eq!(JalaliDate::from_millis(1_726_950_600_000), JalaliDate::new(1403, 7, 1));
    /// assert_eq!(JalaliDate::from_millis(1_726_950_599_999), JalaliDate::new(1403, 6, 31));
    /// ```
    pub fn from_millis(millis: i64) -> Result<Self, DateError> {
        Self::of_day(tehran::day_at(millis.div_euclid(1000)))
    }

    /// The year, 1200 to 1500.
    ///
    /// ```
    /// # use payvand_persian::JalaliDate;
    /// # fn main() -> Result<(), payvand_persian::DateError> {
    /// assert_eq!(JalaliDate::new(1403, 7, 1)?.year(), 1403);
    /// # Ok(())
    /// # }
    /// ```
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 (Farvardin) to 12 (Esfand).
    ///
    /// ```
    /// # use payvand_persian::JalaliDate;
    /// # fn main() -> Result<(), payvand_persian::DateError> {
    /// assert_eq!(JalaliDate::new(1403, 7, 1)?.month(), 7);
    /// # Ok(())
    /// # }
    /// ```
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    ///
    /// ```
    /// # use payvand_persian::JalaliDate;
    /// # fn main() -> Result<(), payvand_persian::DateError> {
    /// assert_eq!(JalaliDate::new(1403, 7, 1)?.day(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day of the week.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate, Weekday};
    /// # fn main() -> Result<(), DateError> {
    /// assert_eq!(JalaliDate::new(1404, 1, 1)?.weekday(), Weekday::Friday);
    /// # Ok(())
    /// # }
    /// ```
    pub fn weekday(self) -> Weekday {
        Weekday::of_day(self.day_number())
    }

    /// Whether Esfand has 30 days this year.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// assert!(JalaliDate::new(1403, 1, 1)?.is_leap_year());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_leap_year(self) -> bool {
        let year = i64::from(self.year);
        year_start(year + 1) - year_start(year) == 366
    }

    /// How many days this month has.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// assert_eq!(JalaliDate::new(1404, 12, 1)?.days_in_month(), 29);
    /// # Ok(())
    /// # }
    /// ```
    pub fn days_in_month(self) -> u8 {
        match self.month {
            1..=6 => 31,
            12 if !self.is_leap_year() => 29,
            _ => 30,
        }
    }

    /// The date this many days later, or earlier.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// assert_eq!(JalaliDate::new(1403, 12, 30)?.checked_add_days(1), JalaliDate::new(1404, 1, 1));
    /// assert_eq!(JalaliDate::new(1404, 1, 1)?.checked_add_days(-366), JalaliDate::new(1403, 1, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn checked_add_days(self, days: i32) -> Result<Self, DateError> {
        Self::of_day(self.day_number() + i64::from(days))
    }

    /// The same day of the month this many months later, or earlier; an error if that month has no such day.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// assert_eq!(JalaliDate::new(1403, 7, 1)?.checked_add_months(-7), JalaliDate::new(1402, 12, 1));
    /// let error = JalaliDate::new(1403, 6, 31)?.checked_add_months(1).unwrap_err();
    /// assert_eq!(error, DateError::NoSuchDay { day: 31, last: 30 });
    /// # Ok(())
    /// # }
    /// ```
    pub fn checked_add_months(self, months: i32) -> Result<Self, DateError> {
        let month = i64::from(self.year) * 12 + i64::from(self.month) - 1 + i64::from(months);
        let year = u16::try_from(month.div_euclid(12))
            .ok()
            .filter(|it| YEARS.contains(it));
        let month = u8::try_from(month.rem_euclid(12) + 1);
        match (year, month) {
            (Some(year), Ok(month)) => Self::new(year, month, self.day),
            _ => Err(DateError::OutOfRange),
        }
    }

    /// The Gregorian year, month and day.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// assert_eq!(JalaliDate::new(1402, 12, 11)?.to_gregorian(), (2024, 3, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_gregorian(self) -> (u16, u8, u8) {
        gregorian::date_of(self.day_number())
    }

    /// The first moment of the day in Tehran, in milliseconds since 1970-01-01 00:00 UTC.
    ///
    /// That is midnight, or if the clock was put forward over it, when that was done. The zone of the machine plays no
    /// part. Before 1314 it is Tehran's mean time, 3:25:44 ahead of UTC; after 1401 it stays 3:30 ahead.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// assert_eq!(JalaliDate::new(1401, 1, 2)?.start_millis(), 1_647_894_600_000); // 01:00+04:30
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_millis(self) -> i64 {
        tehran::start_of(self.day_number()) * 1000
    }

    /// The milliseconds from the start of this day until the end of the last one: `start` belongs to the span, `end` is
    /// the first moment after it.
    ///
    /// ```
    /// # use payvand_persian::{DateError, JalaliDate};
    /// # fn main() -> Result<(), DateError> {
    /// let day = JalaliDate::new(1401, 6, 30)?;
    /// let span = day.millis_through(day)?;
    /// assert_eq!(span.end - span.start, 25 * 60 * 60 * 1000); // the clock was put back
    /// # Ok(())
    /// # }
    /// ```
    pub fn millis_through(self, last: Self) -> Result<Range<i64>, DateError> {
        if last < self {
            return Err(DateError::Backwards);
        }
        Ok(self.start_millis()..tehran::start_of(last.day_number() + 1) * 1000)
    }

    /// Days since 1970-01-01.
    fn day_number(self) -> i64 {
        let month = i64::from(self.month) - 1;
        year_start(self.year.into()) + month * 30 + month.min(6) + i64::from(self.day) - 1
    }

    fn of_day(day: i64) -> Result<Self, DateError> {
        let since = i64::from(i32::try_from(day).map_err(|_| DateError::OutOfRange)?) - FIRST_DAY;
        let year = (33 * since + 3).div_euclid(DAYS_IN_33_YEARS) + 1;
        let in_year = day - year_start(year);
        let (month, day) = match in_year {
            ..186 => (in_year / 31, in_year % 31),
            _ => ((in_year - 6) / 30, (in_year - 6) % 30),
        };
        let year = u16::try_from(year).ok().filter(|it| YEARS.contains(it));
        match (year, u8::try_from(month + 1), u8::try_from(day + 1)) {
            (Some(year), Ok(month), Ok(day)) => Ok(Self { year, month, day }),
            _ => Err(DateError::OutOfRange),
        }
    }
}

/// The day of 1 Farvardin. Leap years are those whose remainder by 33 is 1, 5, 9, 13, 17, 22, 26 or 30.
fn year_start(year: i64) -> i64 {
    FIRST_DAY + (DAYS_IN_33_YEARS * (year - 1) + 29).div_euclid(33)
}

/// Takes year, month and day with `/` or `-` between them, in digits of any set, mixed too: `۱۴۰۳/۱۲/۳۰`, `1403-12-30`,
/// `1403/7/1`. The year has four digits. White space at the ends and invisible marks do not matter.
impl FromStr for JalaliDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut fields = [0_u16; 3];
        let mut lengths = [0_usize; 3];
        let (mut field, mut separator) = (0, None);
        for (at, c) in visible(text) {
            let most_digits = if field == 0 { 4 } else { 2 };
            match digits::value(c) {
                Some(digit) if lengths[field] < most_digits => {
                    fields[field] = fields[field] * 10 + u16::from(digit);
                    lengths[field] += 1;
                }
                None if lengths[field] > 0 && field < 2 && is_separator(c, &mut separator) => field += 1,
                _ => return Err(DateError::Malformed { at }),
            }
        }
        if lengths[2] == 0 {
            return Err(DateError::Malformed { at: text.len() });
        }
        let [year, month, day] = fields;
        if lengths[0] < 4 {
            return Err(DateError::ShortYear { year });
        }
        match (u8::try_from(month), u8::try_from(day)) {
            (Ok(month), Ok(day)) => Self::new(year, month, day),
            _ => Err(DateError::OutOfRange),
        }
    }
}

/// `/` or `-`, and the second time as the first.
fn is_separator(c: char, first: &mut Option<char>) -> bool {
    matches!(c, '/' | '-') && *first.get_or_insert(c) == c
}

impl fmt::Display for JalaliDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}/{:02}/{:02}", self.year, self.month, self.day))
    }
}
