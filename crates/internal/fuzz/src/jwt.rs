use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_core::http::{HeaderMap, HeaderValue, header};
use http_core::{Instant, Scheme, Secret, Token, jwt};
use serde_json::Value;

use crate::retry_after::seconds_of;

/// A token: a `Date` header in the first line, then the token, or its claims in the clear if they begin like JSON.
pub(crate) fn jwt(data: &[u8]) {
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
    let [expires, issued] = ["exp", "iat"].map(|name| claims.as_ref().and_then(|it| seconds(it.get(name)?)));
    if let Some(life) = lifetime {
        assert!(life > Duration::ZERO);
        // What a stricter reader makes nothing of, such as half a surrogate pair in another claim, is not compared.
        assert!(claims.is_none() || expires.is_some());
        if let (Some(expires), Some(issued)) = (expires, issued) {
            judge_life(life.as_secs_f64(), expires, issued, headers.get(header::DATE));
        }
    } else if text.starts_with('{') {
        // The other way round, where no reader can be in doubt about the claims.
        let is_plain = |it: f64| it.fract() == 0.0 && (0.0..1e12).contains(&it);
        let once = |name: &str| text.matches(name).count() <= 1 && !text.contains('\\');
        if let (Some(expires), Some(issued)) = (expires, issued) {
            let is_clear = is_plain(expires) && is_plain(issued) && once("exp") && once("iat");
            assert!(!is_clear || expires <= issued, "no lifetime in {text}");
        }
    }
    let secret = Secret::from(token.as_str());
    if let Ok(held) = Token::new(secret, Scheme::Bearer, Instant::now(), lifetime) {
        assert!(held.expires_in() <= lifetime);
        let _ = held.expires_at();
        assert!(token.len() < 8 || !format!("{held:?}").contains(&token));
    }
}

/// A token lives from its issue to its end, and no longer than the server's own clock leaves of it.
#[expect(clippy::cast_precision_loss, reason = "dates end with the year 9999")]
fn judge_life(life: f64, expires: f64, issued: f64, date: Option<&HeaderValue>) {
    let whole = expires - issued;
    let is_close = |to: f64| (life - to).abs() <= 1e-6 * to.max(1.0);
    assert!(life <= whole || is_close(whole), "{life} of {whole}");
    let now = date.map(|it| seconds_of(it.to_str().unwrap_or_default().trim()));
    let expected = match now {
        // The two older forms of a date are left to the library.
        Some(None) => return,
        Some(Some(now)) if expires > now as f64 => whole.min(expires - now as f64),
        _ => whole,
    };
    assert!(is_close(expected), "{life} of {expires} - {issued}");
}

fn claims(token: &str) -> Option<Value> {
    let (_, rest) = token.split_once('.')?;
    let (payload, signature) = rest.split_once('.')?;
    if signature.contains('.') {
        return None;
    }
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
