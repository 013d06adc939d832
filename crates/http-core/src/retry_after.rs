use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

use crate::simulated::WallClock;
use crate::timestamp::{Timestamp, days_from_civil};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `Retry-After` in either form (RFC 9110, 10.2.3), and seconds with a fraction, which some servers send. A date counts
/// from the server's own `Date` where there is one: local clocks are wrong.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    if let Some(seconds) = delay_seconds(value) {
        return Some(seconds);
    }
    let until = http_date(value)?;
    let now = date(headers).unwrap_or_else(WallClock::now);
    Some(until.duration_since(now).unwrap_or_default())
}

fn delay_seconds(value: &str) -> Option<Duration> {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match value.split_once('.') {
        None if is_number(value) => Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX))),
        Some((whole, fraction)) if is_number(whole) && is_number(fraction) => {
            Some(Duration::try_from_secs_f64(value.parse().ok()?).unwrap_or(Duration::MAX))
        }
        _ => None,
    }
}

/// The server's own time.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    http_date(text(headers, header::DATE)?)
}

/// A date in any of the three forms that a recipient must take (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<SystemTime> {
    let parts = text.split([' ', ',', '-']).filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.collect();
    let ([weekday, day, month, year, time, "GMT"] | [weekday, month, day, time, year]) = parts[..] else {
        return None;
    };
    DAYS.iter().find(|it| weekday.starts_with(**it))?;
    let month = MONTHS.iter().position(|it| *it == month)?;
    let number = |digits: &str, most: i64| digits.parse().ok().filter(|it| (0..=most).contains(it));
    let year = match (number(year, 9999)?, year.len()) {
        (year, 4) => year,
        (year @ 70.., 2) => 1900 + year,
        (year, 2) => 2000 + year,
        _ => return None,
    };
    let of_day: Vec<_> = time.split(':').collect();
    let [hour, minute, second] = of_day[..] else {
        return None;
    };
    let (hour, minute, second) = (number(hour, 23)?, number(minute, 59)?, number(second, 60)?);
    let days = days_from_civil(year, i64::try_from(month).ok()? + 1, number(day, 31)?);
    Timestamp::from_millis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000).to_system_time()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read(retry_after_value: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from_str(retry_after_value).unwrap(),
        );
        if let Some(date) = date {
            headers.insert(header::DATE, HeaderValue::from_str(date).unwrap());
        }
        retry_after(&headers)
    }

    #[test]
    fn reads_seconds_and_dates() {
        let date = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(read("120", None), Some(Duration::from_secs(120)));
        assert_eq!(read(" 0 ", None), Some(Duration::ZERO));
        assert_eq!(
            read("99999999999999999999999", None),
            Some(Duration::from_secs(u64::MAX))
        );
        assert_eq!(
            read("Wed, 21 Oct 2015 07:28:30 GMT", date),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Wed, 21 Oct 2015 07:27:30 GMT", date), Some(Duration::ZERO));
        for (seconds, millis) in [("1.2", 1200), ("1.5", 1500), ("0.05", 50), ("7.0", 7000)] {
            assert_eq!(read(seconds, None), Some(Duration::from_millis(millis)));
        }
        for nonsense in [
            "", "-1", "soon", "+3", ".", "1.", ".5", "1.5.2", "1,5", "1e3", "-0.5",
        ] {
            assert_eq!(read(nonsense, None), None, "{nonsense:?}");
        }
    }

    #[test]
    fn reads_a_date_in_all_three_forms() {
        for (text, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Thursday, 01-Jan-70 00:00:00 GMT", Some(0)),
            ("Tuesday, 01-Jan-69 00:00:00 GMT", Some(3_124_224_000)),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 24:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 994 08:49:37 GMT", None),
            ("Sun, 06 nov 1994 08:49:37 GMT", None),
            (":, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:08:49:37 GMT", None),
        ] {
            let expected = seconds.map(|it| UNIX_EPOCH + Duration::from_secs(it));
            assert_eq!(http_date(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_another_library_writes(seconds in 0_u64..253_402_300_800) {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            prop_assert_eq!(http_date(&httpdate::fmt_http_date(time)), Some(time));
        }

        #[test]
        fn any_header_is_taken(value in "[ -~]{0,40}") {
            let _ = read(&value, None);
        }
    }
}
