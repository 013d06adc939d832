use std::ops::Range;
use std::time::SystemTime;

use clap::Args;
use http_core::Timestamp;
use payvand_persian::{DateError, JalaliDate};

use crate::failure::Failure;
use crate::words::Words;

/// Days of the Jalali calendar, in Tehran.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Days {
    /// The first day, such as 1405/09/01.
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<JalaliDate>,

    /// The last day; it belongs to the span as a whole.
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<JalaliDate>,
}

impl Days {
    /// The first and the last day: until today, and this number of days in all where no first one was given.
    pub(crate) fn or_last(self, days: i32) -> Result<(JalaliDate, JalaliDate), Failure> {
        let last = self.until.map_or_else(today, Ok)?;
        let first = self.since.map_or_else(|| last.checked_add_days(1 - days), Ok);
        let first = first.map_err(wrong)?;
        first.millis_through(last).map_err(wrong)?;
        Ok((first, last))
    }
}

pub(crate) fn today() -> Result<JalaliDate, Failure> {
    JalaliDate::from_millis(Timestamp::from(SystemTime::now()).as_millis()).map_err(wrong)
}

/// From the first moment of the one until the last of the other, both of which belong to it.
pub(crate) fn millis(first: JalaliDate, last: JalaliDate) -> Result<(Timestamp, Timestamp), Failure> {
    let Range { start, end } = first.millis_through(last).map_err(wrong)?;
    Ok((Timestamp::from_millis(start), Timestamp::from_millis(end - 1)))
}

/// The days from the first to the last.
pub(crate) fn each(first: JalaliDate, last: JalaliDate) -> impl Iterator<Item = JalaliDate> {
    let next = |day: &JalaliDate| day.checked_add_days(1).ok();
    std::iter::successors(Some(first), next).take_while(move |day| *day <= last)
}

pub(crate) fn wrong(error: DateError) -> Failure {
    Failure::usage(Words::untranslated(error))
}
