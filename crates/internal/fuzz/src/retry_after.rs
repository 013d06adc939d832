use std::time::Duration;

use http_core::http::{HeaderValue, Response, StatusCode, header};
use http_core::{Instant, RetryPolicy};
use payvand_harness::{Arguments, ClientOptions, PROVIDERS};
use time::PrimitiveDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

use crate::exchange::{Wire, run};

const TIMEOUT: Duration = Duration::from_secs(100);

/// `Sun, 06 Nov 1994 08:49:37 GMT`; the two older forms are left to the library.
const DATE: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// A server that wants to be left alone: `Retry-After` in the first line, `Date` in the second.
pub(crate) fn retry_after(input: &[u8]) {
    let mut lines = input.split(|byte| *byte == b'\n');
    let mut response = Response::default();
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let [asked, date] = [header::RETRY_AFTER, header::DATE].map(|name| {
        let value = HeaderValue::from_bytes(lines.next()?).ok()?;
        response.headers_mut().insert(name, value.clone());
        value.to_str().ok().map(|it| it.trim().to_owned())
    });
    let wire = Wire::new(None, response);
    let retry = RetryPolicy::new(2).backoff(Duration::ZERO, Duration::ZERO);
    let options = ClientOptions {
        retry,
        timeout: Some(TIMEOUT),
        transport: Some(wire.clone()),
        ..ClientOptions::new("https://provider.example")
    };
    let aparat = PROVIDERS[0];
    let client = aparat.client(&aparat.account(), &options);
    let (error, took) = run(async {
        let start = Instant::now();
        let outcome = client.call("account", &Arguments::default()).await;
        (outcome.expect_err("429 is no answer"), start.elapsed())
    });

    let heard = error.retry_after;
    let asked = asked.unwrap_or_default();
    let expected = expected(&asked, &date.unwrap_or_default());
    if expected.is_some() {
        assert_eq!(heard, expected, "{asked:?}");
    }
    let like_a_date = asked.is_ascii() && asked.matches(':').count() == 2;
    let is_clear = heard.is_none() || expected.is_some();
    assert!(is_clear || like_a_date, "{heard:?} of {asked:?}");

    // Tokio's clock wakes at whole milliseconds.
    let woken = heard.map(|pause| pause.as_nanos().div_ceil(1_000_000));
    let oversleeps = woken == Some(TIMEOUT.as_millis()) && heard < Some(TIMEOUT);
    let is_in_time = took < TIMEOUT || oversleeps && took == TIMEOUT;
    assert!(is_in_time, "a pause that passes the deadline is not begun");
    // A date without the server's own is as far away as this machine's clock says.
    if is_clear {
        let pause = heard.unwrap_or_default();
        let again = pause < TIMEOUT && !oversleeps;
        assert_eq!(error.attempts, 1 + u32::from(again), "{heard:?}");
        assert!(!again || took >= pause, "{took:?} of {heard:?}");
    }
    assert_eq!(wire.requests(), usize::try_from(error.attempts).unwrap());
}

/// What seconds, seconds with a fraction, or two dates say.
fn expected(asked: &str, date: &str) -> Option<Duration> {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(asked) {
        return Some(Duration::from_secs(asked.parse().unwrap_or(u64::MAX)));
    }
    let with_fraction = asked.split_once('.');
    if with_fraction.is_some_and(|(whole, fraction)| is_number(whole) && is_number(fraction)) {
        let seconds = Duration::try_from_secs_f64(asked.parse().unwrap());
        return Some(seconds.unwrap_or(Duration::MAX));
    }
    let wait = seconds_of(asked)? - seconds_of(date)?;
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or_default()))
}

/// Seconds since 1970 of a date, read without a look at how the library reads it.
pub(crate) fn seconds_of(text: &str) -> Option<i64> {
    let date = PrimitiveDateTime::parse(text, DATE).ok()?;
    // Neither the name of another day, nor what else a tolerant reader takes.
    let is_exact = date.year() >= 1970 && date.format(DATE).is_ok_and(|it| it == text);
    is_exact.then(|| date.assume_utc().unix_timestamp())
}
