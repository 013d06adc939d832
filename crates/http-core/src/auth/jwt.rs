//! How long a JSON Web Token lives, read from the token itself: never verified, never trusted beyond that.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use crate::retry_after::date;
use crate::secret::encodings::base64_decoded;
use crate::simulated::WallClock;

/// A longer text is no token that a header could carry.
const LONGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Claims {
    exp: Value,
    #[serde(default)]
    iat: Value,
}

/// Larger than any time in seconds that a token may name, and smaller than those in milliseconds.
const MOST_SECONDS: f64 = 1e11;

/// How long a token that has just come is still good; `None` if the text is no JWT, or does not say, or says nonsense.
///
/// The smaller of `exp − iat` and `exp` less the answer's `Date`: the provider may give out a token that it made
/// earlier. Where a token just given out has expired by that `Date`, the provider's clocks disagree, and `Date` does not
/// count. This machine's clock counts only where both `iat` and `Date` are missing. Claims in milliseconds are taken
/// as such.
///
/// ```
/// # use payvand_http_core::{http::HeaderMap, jwt};
/// # use std::time::Duration;
/// // {"alg":"none"}.{"iat":1000,"exp":4600}.
/// let token = "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDYwMH0.c2lnbmVk";
/// assert_eq!(jwt::lifetime(token, &HeaderMap::new()), Some(Duration::from_secs(3600)));
/// assert_eq!(jwt::lifetime("not-a-jwt", &HeaderMap::new()), None);
/// ```
pub fn lifetime(token: &str, answer: &HeaderMap) -> Option<Duration> {
    let claims = claims(token)?;
    let expires = seconds(&claims.exp)?;
    let after = |start: f64| expires - start;
    let by_date = date(answer).and_then(since_epoch).map(after);
    let left = match (seconds(&claims.iat).map(after), by_date) {
        (Some(whole), Some(left)) if left > 0.0 => whole.min(left),
        (Some(whole), _) => whole,
        (None, Some(left)) => left,
        (None, None) => after(since_epoch(WallClock::now())?),
    };
    Duration::try_from_secs_f64(left)
        .ok()
        .filter(|left| !left.is_zero())
}

fn since_epoch(time: SystemTime) -> Option<f64> {
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs_f64())
}

fn claims(token: &str) -> Option<Claims> {
    if token.len() > LONGEST {
        return None;
    }
    let parts: Vec<_> = token.splitn(4, '.').collect();
    let [_header, payload, _signature] = parts[..] else {
        return None;
    };
    serde_json::from_slice(&base64_decoded(payload.as_bytes())).ok()
}

/// A `NumericDate` (RFC 7519, 2), also where it was written as text or in milliseconds.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let seconds = if seconds > MOST_SECONDS {
        seconds / 1000.0
    } else {
        seconds
    };
    seconds.is_finite().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use http::{HeaderValue, header};
    use proptest::prelude::*;

    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2lnbmVk", URL_SAFE_NO_PAD.encode(payload))
    }

    fn read(payload: &str) -> Option<Duration> {
        lifetime(&token(payload), &HeaderMap::new())
    }

    #[test]
    fn exp_and_iat_need_no_clock() {
        for (payload, life) in [
            (r#"{"exp":1700003600,"iat":1700000000}"#, Some(3600.0)),
            (r#"{"iat":1.5,"exp":3}"#, Some(1.5)),
            (r#"{"exp":"4600","iat":"1000"}"#, Some(3600.0)),
            (r#"{"iat":1700000000000,"exp":1700003600000}"#, Some(3600.0)),
            (r#"{"iat":1700000000,"exp":"1700003600500"}"#, Some(3600.5)),
            (r#"{"iat":0,"exp":100000000000}"#, Some(1e11)),
            (r#"{"exp":100,"iat":100}"#, None),
            (r#"{"exp":99,"iat":100}"#, None),
            (r#"{"exp":1e400,"iat":0}"#, None),
            (r#"{"exp":1e300,"iat":0}"#, None),
            (r#"{"exp":null,"iat":0}"#, None),
            (r#"{"exp":{},"iat":[]}"#, None),
            (r#"{"exp":1,"exp":2,"iat":0}"#, None),
            (r#"{"iat":0}"#, None),
            ("{}", None),
            ("[]", None),
            ("", None),
            ("\u{0}", None),
        ] {
            assert_eq!(read(payload).map(|life| life.as_secs_f64()), life, "{payload}");
        }
    }

    #[test]
    fn the_servers_clock_says_how_much_of_it_is_over() {
        // The claims; the life that they leave at 01:00:00 of 1970 by the server's clock.
        for (payload, life) in [
            (r#"{"iat":3600,"exp":7200}"#, Some(3600)),
            (r#"{"iat":600,"exp":4200}"#, Some(600)),
            (r#"{"iat":9000,"exp":9600}"#, Some(600)),
            (r#"{"exp":3660}"#, Some(60)),
            // Expired when it came: the clocks disagree.
            (r#"{"iat":0,"exp":3599}"#, Some(3599)),
            (r#"{"iat":0,"exp":3600}"#, Some(3600)),
            (r#"{"exp":3600}"#, None),
            (r#"{"exp":3599}"#, None),
            // No life by its own claims.
            (r#"{"iat":7200,"exp":7200}"#, None),
        ] {
            let mut answer = HeaderMap::new();
            answer.insert(
                header::DATE,
                HeaderValue::from_static("Thu, 01 Jan 1970 01:00:00 GMT"),
            );
            let read = lifetime(&token(payload), &answer);
            assert_eq!(read, life.map(Duration::from_secs), "{payload}");
        }
    }

    #[test]
    fn without_iat_and_date_this_machines_clock_counts() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        for exp in [now + 1000, (now + 1000) * 1000] {
            let life = read(&format!(r#"{{"exp":{exp}}}"#)).unwrap();
            assert!((990..=1000).contains(&life.as_secs()), "{life:?}");
        }
        assert_eq!(read(r#"{"exp":1}"#), None);
    }

    #[test]
    fn only_three_parts_of_base64_are_a_token() {
        let good = token(r#"{"exp":2,"iat":1}"#);
        assert!(lifetime(&good, &HeaderMap::new()).is_some());
        let long = format!(r#"{{"exp":2,"iat":1,"roles":"{}"}}"#, "a".repeat(8 * 1024));
        assert!(lifetime(&token(&long), &HeaderMap::new()).is_some());
        let padded = good.replace(".c2", "=.c2");
        assert!(lifetime(&padded, &HeaderMap::new()).is_some());
        for bad in [
            format!("{good}.x.y"),
            good.replace(".c2lnbmVk", ""),
            good.replace("e30.", "e30.+"),
            format!("{good}{}", "a".repeat(LONGEST)),
            "ltQZ6Yr3s-x5EZ2jg....".to_owned(),
            "..".to_owned(),
        ] {
            assert_eq!(lifetime(&bad, &HeaderMap::new()), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in ".{0,80}", payload in ".{0,60}") {
            let _ = (lifetime(&text, &HeaderMap::new()), read(&payload));
        }

        #[test]
        fn any_numbers_are_taken(exp: f64, iat: f64) {
            let _ = read(&format!(r#"{{"exp":{exp:e},"iat":{iat:e}}}"#));
        }
    }
}
