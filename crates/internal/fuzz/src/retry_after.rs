use std::time::Duration;

use aparat_api::Client;
use http_core::http::{HeaderValue, Response, StatusCode, header};
use http_core::{Instant, RetryPolicy};

use crate::exchange::{Wire, run};

const TIMEOUT: Duration = Duration::from_secs(100);

thread_local! {
    static BENCH: (Client, Wire) = {
        let wire = Wire::default();
        let patience = RetryPolicy::new(2).backoff(Duration::ZERO, Duration::ZERO);
        let builder = Client::builder("not-a-real-token").retry(patience).timeout(TIMEOUT).transport(wire.clone());
        (builder.build().unwrap(), wire)
    };
}

/// A server that wants to be left alone: `Retry-After` in the first line, `Date` in the second.
pub fn retry_after(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let mut response = Response::default();
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    for name in [header::RETRY_AFTER, header::DATE] {
        if let Some(Ok(value)) = lines.next().map(HeaderValue::from_bytes) {
            response.headers_mut().insert(name, value);
        }
    }
    let text = |name| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(|it| it.trim().to_owned())
    };
    let asked = text(header::RETRY_AFTER);
    let server_time = text(header::DATE).and_then(|it| seconds_of(&it));

    BENCH.with(|(client, wire)| {
        wire.play([], &response);
        let (error, took) = run(async {
            let start = Instant::now();
            let error = client.account().await.expect_err("429 is no answer");
            (error, start.elapsed())
        });
        let heard = error.retry_after();
        match &asked {
            Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                let seconds = text.trim_start_matches('0');
                let seconds = if seconds.is_empty() {
                    Ok(0)
                } else {
                    seconds.parse()
                };
                assert_eq!(
                    heard,
                    Some(Duration::from_secs(seconds.unwrap_or(u64::MAX))),
                    "{text:?}"
                );
            }
            Some(text) if is_with_fraction(text) => {
                let seconds: f64 = text.parse().expect("digits around a point");
                let expected = seconds.min(Duration::MAX.as_secs_f64());
                let told = heard.expect("a fraction is a number").as_secs_f64();
                assert!(
                    (told - expected).abs() <= 1e-6 * expected.max(1.0),
                    "{told} of {text:?}"
                );
            }
            Some(text) => {
                if let (Some(until), Some(now)) = (seconds_of(text), server_time) {
                    let wait = u64::try_from(until - now).unwrap_or_default();
                    assert_eq!(heard, Some(Duration::from_secs(wait)), "{text:?}");
                }
                let like_a_date = text.is_ascii() && text.matches(':').count() == 2;
                assert!(heard.is_none() || like_a_date, "{heard:?} of {text:?}");
            }
            None => assert_eq!(heard, None),
        }

        assert!(took < TIMEOUT, "a pause that passes the deadline is not begun");
        let again = heard.unwrap_or_default() < TIMEOUT;
        // A date without the server's own is as far away as this machine's clock says.
        if heard.is_none()
            || asked
                .is_some_and(|text| is_with_fraction(&text) || text.bytes().all(|byte| byte.is_ascii_digit()))
        {
            assert_eq!(error.attempts(), 1 + u32::from(again), "{heard:?}");
            assert!(
                !again || took >= heard.unwrap_or_default(),
                "{took:?} of {heard:?}"
            );
        }
        assert_eq!(wire.requests(), usize::try_from(error.attempts()).unwrap());
    });
}

fn is_with_fraction(text: &str) -> bool {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.')
        .is_some_and(|(whole, fraction)| is_number(whole) && is_number(fraction))
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`; the two older forms are left to the library.
pub(crate) fn seconds_of(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let words: Vec<_> = text.split(' ').collect();
    let [name, day, month, year, time, "GMT"] = words[..] else {
        return None;
    };
    let colons = time.as_bytes().get(2) == Some(&b':') && time.as_bytes().get(5) == Some(&b':');
    if [name.len(), day.len(), year.len(), time.len()] != [4, 2, 4, 8] || !colons {
        return None;
    }
    let number = |text: &str| {
        text.parse::<i64>()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    };
    let clock: Vec<_> = time.split(':').map(number).collect();
    let [Some(hour @ 0..24), Some(minute @ 0..60), Some(second @ 0..60)] = clock[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|it| *it == month)?;
    let (year, day) = (number(year)?, number(day)?);
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |month| match month {
        1 => 28 + i64::from(is_leap(year)),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    };
    if !(1970..=9999).contains(&year) || !(1..=length(month)).contains(&day) {
        return None;
    }
    let days = (1970..year).map(|it| 365 + i64::from(is_leap(it))).sum::<i64>()
        + (0..month).map(length).sum::<i64>()
        + day
        - 1;
    // A name that is not the day's own is a date that nobody has to read.
    let names = ["Thu,", "Fri,", "Sat,", "Sun,", "Mon,", "Tue,", "Wed,"];
    let is_its_name = usize::try_from(days % 7).is_ok_and(|it| names[it] == name);
    is_its_name.then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}
