use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

use crate::simulated::WallClock;

/// `Retry-After` in either form (RFC 9110, 10.2.3), and seconds with a fraction, which some servers send. A date counts
/// from the server's own `Date` where there is one: local clocks are wrong.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    if let Some(seconds) = delay_seconds(value) {
        return Some(seconds);
    }
    let until = httpdate::parse_http_date(value).ok()?;
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
    httpdate::parse_http_date(text(headers, header::DATE)?).ok()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
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

    proptest! {
        #[test]
        fn any_header_is_taken(value in "[ -~]{0,40}") {
            let _ = read(&value, None);
        }
    }
}
