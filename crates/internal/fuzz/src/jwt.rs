use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_core::http::{HeaderMap, HeaderValue, header};
use http_core::{Instant, Scheme, Secret, Token, jwt};
use serde_json::Value;

use crate::retry_after::seconds_of;

/// A token: a `Date` header in the first line, then the token, or its claims in the clear if they begin like JSON.
pub fn jwt(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (clock, text) = text.split_once('\n').unwrap_or(("", &text));
    let mut headers = HeaderMap::new();
    if let Ok(date) = HeaderValue::from_str(clock.trim()) {
        headers.insert(header::DATE, date);
    }
    let token = if text.starts_with('{') {
        format!("e30.{}.c2lnbmVk", URL_SAFE_NO_PAD.encode(text))
    } else {
        text.to_owned()
    };
    let lifetime = jwt::lifetime(&token, &headers);

    let claims = claims(&token);
    let claimed = |name: &str| claims.as_ref().and_then(|it| seconds(it.get(name)?));
    let (expires, issued) = (claimed("exp"), claimed("iat"));
    if let Some(life) = lifetime {
        assert!(life > Duration::ZERO);
        // What a stricter reader makes nothing of, such as half a surrogate pair in another claim, is not compared.
        assert!(
            claims.is_none() || expires.is_some(),
            "a lifetime, and no token that says so"
        );
        if let (Some(expires), Some(issued)) = (expires, issued) {
            let whole = expires - issued;
            // The two older forms of a date are left to the library.
            let by_date = headers
                .get(header::DATE)
                .map(|it| Some(expires - seconds_since_epoch(it)?));
            let expected = match by_date {
                Some(Some(left)) if left > 0.0 => whole.min(left),
                Some(Some(_)) | None => whole,
                Some(None) => life.as_secs_f64(),
            };
            assert!(
                life.as_secs_f64() <= whole + 1e-6 * whole.max(1.0),
                "{life:?} of {whole}"
            );
            let wrong = life.as_secs_f64() - expected;
            assert!(
                wrong.abs() <= 1e-6 * expected.max(1.0),
                "{life:?} of {expires} - {issued}"
            );
        }
    } else if text.starts_with('{') {
        // The other way round, where no reader can be in doubt about the claims.
        let whole = |value: Option<f64>| value.filter(|it| it.fract() == 0.0 && (0.0..1e12).contains(it));
        let twice = |name: &str| text.matches(name).count() > 1 || text.contains('\\');
        if let (Some(expires), Some(issued)) = (whole(expires), whole(issued)) {
            assert!(
                expires <= issued || twice("exp") || twice("iat"),
                "no lifetime in {text}"
            );
        }
    }
    let held = Token::new(
        Secret::from(token.as_str()),
        Scheme::Bearer,
        Instant::now(),
        lifetime,
    );
    if let Ok(held) = held {
        assert!(held.expires_in() <= lifetime);
        let _ = held.expires_at();
        assert!(token.len() < 8 || !format!("{held:?}").contains(&token));
    }
}

fn claims(token: &str) -> Option<Value> {
    let parts: Vec<_> = token.split('.').collect();
    let [_, payload, _] = parts[..] else {
        return None;
    };
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

fn seconds(claim: &Value) -> Option<f64> {
    let number = match claim {
        Value::String(text) => text.trim().parse().ok().filter(|it: &f64| it.is_finite()),
        other => other.as_f64(),
    };
    number.map(|it| if it > 1e11 { it / 1e3 } else { it })
}

fn seconds_since_epoch(date: &HeaderValue) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "dates end with the year 9999")]
    seconds_of(date.to_str().ok()?.trim()).map(|it| it as f64)
}
