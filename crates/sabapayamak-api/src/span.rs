use http_core::{Argument, InvalidArgument, Reason};

const FIRST: Argument = Argument::new("first day", "نخستین روز");
const LAST: Argument = Argument::new("last day", "آخرین روز");

/// Two days of the Jalali calendar, such as `1404/01/01`.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    first: String,
    last: String,
}

impl Span {
    pub(crate) fn new(first: &impl ToString, last: &impl ToString) -> Self {
        Self {
            first: first.to_string(),
            last: last.to_string(),
        }
    }

    /// The query's pairs, if these can be days. Whether there is such a day, the service says.
    pub(crate) fn query(&self) -> Result<[(&'static str, &str); 2], InvalidArgument> {
        for (argument, day) in [(FIRST, &self.first), (LAST, &self.last)] {
            if day.is_empty() {
                return Err((argument, Reason::Empty, ""));
            }
            if !is_day(day) {
                let detail = "no day of the Jalali calendar, such as 1404/01/01";
                return Err((argument, Reason::Unwritable, detail));
            }
        }
        if self.last < self.first {
            return Err((LAST, Reason::EndsBeforeItBegins, ""));
        }
        Ok([("StartDate", &self.first), ("EndDate", &self.last)])
    }
}

fn is_day(day: &str) -> bool {
    let number = |from, to| day.get(from..to).and_then(|it: &str| it.parse::<u8>().ok());
    let is_written_so = day.bytes().enumerate().all(|(at, byte)| match at {
        0 => byte == b'1',
        4 | 7 => byte == b'/',
        _ => byte.is_ascii_digit(),
    });
    is_written_so
        && day.len() == 10
        && number(5, 7).is_some_and(|it| (1..=12).contains(&it))
        && number(8, 10).is_some_and(|it| (1..=31).contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_the_manual_has_them() {
        for (first, last, is_taken) in [
            ("1404/01/01", "1404/01/31", true),
            ("1404/01/01", "1404/01/01", true),
            ("1404/12/30", "1404/12/31", true),
            ("1404/02/01", "1404/01/31", false),
            ("2025/03/21", "2025/03/22", false),
            ("1404-01-01", "1404-01-02", false),
            ("1404/1/1", "1404/01/31", false),
            ("۱۴۰۴/۰۱/۰۱", "1404/01/31", false),
            ("1404/13/01", "1404/13/02", false),
            ("", "1404/01/31", false),
        ] {
            assert_eq!(Span::new(&first, &last).query().is_ok(), is_taken, "{first}");
        }
    }
}
