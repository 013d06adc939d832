use core::error::Error;
use core::fmt;

/// Why a text or three numbers are no date, or why there is no date to answer with.
///
/// ```
/// # use payvand_persian::{DateError, JalaliDate};
/// let error = "03/12/30".parse::<JalaliDate>().unwrap_err();
/// assert_eq!(error, DateError::ShortYear { year: 3 });
/// assert_eq!(error.to_string(), "the year 3 is short: write it with four digits");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// It is not year, month and day with `/` or `-` between them.
    Malformed {
        /// The byte at which it differs; the text's length if it ends too early.
        at: usize,
    },
    /// The year has fewer than four digits. It could be of any century.
    ShortYear {
        /// The year as written.
        year: u16,
    },
    /// The year is a Gregorian one of these centuries, in place of a Jalali one.
    GregorianYear {
        /// The year as given.
        year: u16,
    },
    /// A Jalali year before 1200 or after 1500.
    YearOutOfRange {
        /// The year as given.
        year: u16,
    },
    /// A year has months 1 to 12.
    NoSuchMonth {
        /// The month as given.
        month: u8,
    },
    /// The month has no such day in that year.
    NoSuchDay {
        /// The day as given.
        day: u8,
        /// The last day of the month.
        last: u8,
    },
    /// The date is before 1200/01/01 (21 March 1821) or after 1500/12/29 (20 March 2122).
    OutOfRange,
    /// The last day of a span is before its first.
    Backwards,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { at } => {
                write!(f, "not a date like 1403/07/01, because of what is at byte {at}")
            }
            Self::ShortYear { year } => write!(f, "the year {year} is short: write it with four digits"),
            Self::GregorianYear { year } => {
                write!(f, "{year} is a Gregorian year, where a Jalali one was expected")
            }
            Self::YearOutOfRange { year } => write!(f, "the year {year} is not one of 1200 to 1500"),
            Self::NoSuchMonth { month } => write!(f, "there is no month {month}: a year has 12"),
            Self::NoSuchDay { day, last } => {
                write!(f, "there is no day {day}: the month has {last} that year")
            }
            Self::OutOfRange => f.write_str("the date is outside the Jalali years 1200 to 1500"),
            Self::Backwards => f.write_str("the last day is before the first"),
        }
    }
}

impl Error for DateError {}
