/// A day of the week, which begins on Saturday.
///
/// ```
/// # use payvand_persian::Weekday;
/// assert!(Weekday::Saturday < Weekday::Friday);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// شنبه
    Saturday,
    /// یکشنبه
    Sunday,
    /// دوشنبه
    Monday,
    /// سه‌شنبه
    Tuesday,
    /// چهارشنبه
    Wednesday,
    /// پنج‌شنبه
    Thursday,
    /// جمعه, on which offices are closed
    Friday,
}

impl Weekday {
    /// Of a day counted from 1970-01-01, a Thursday.
    pub(crate) fn of_day(day: i64) -> Self {
        match (day + 5).rem_euclid(7) {
            0 => Self::Saturday,
            1 => Self::Sunday,
            2 => Self::Monday,
            3 => Self::Tuesday,
            4 => Self::Wednesday,
            5 => Self::Thursday,
            _ => Self::Friday,
        }
    }
}
