//! The tokens that a provider of the sandbox hands out, and which of them still live.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

use crate::providers::bounded::ItemLimits;
use crate::providers::bounded_map::BoundedMap;

/// The key that the sandbox's JWTs are signed with (HS256), for whoever wants to verify one.
pub const JWT_KEY: &str = "payvand-sandbox-key-of-no-secret";

/// What a token looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// A JWT with `sub`, `jti`, `iat` and `exp`, signed with [`JWT_KEY`].
    #[default]
    Jwt,
    /// A JWT without `iat`.
    JwtWithoutIat,
    /// A text that says nothing of its expiry.
    Opaque,
    /// Always this text, for a test that has to know the token beforehand. A login revives it.
    Fixed(&'static str),
}

/// The same with a text of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenForm {
    #[default]
    Jwt,
    JwtWithoutIat,
    Opaque,
    Fixed(String),
}

impl From<TokenKind> for TokenForm {
    fn from(kind: TokenKind) -> Self {
        match kind {
            TokenKind::Jwt => Self::Jwt,
            TokenKind::JwtWithoutIat => Self::JwtWithoutIat,
            TokenKind::Opaque => Self::Opaque,
            TokenKind::Fixed(token) => Self::Fixed(token.to_owned()),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) form: TokenForm,
    lives: BoundedMap<Life>,
}

#[derive(Debug)]
struct Life {
    owner: String,
    expires_at: SystemTime,
    revoked: bool,
}

impl Tokens {
    pub(crate) fn new(limits: ItemLimits) -> Self {
        Self {
            form: TokenForm::default(),
            lives: BoundedMap::new(limits),
        }
    }

    pub(crate) fn issue(&mut self, owner: &str, life: Duration, now: SystemTime) -> String {
        let number = self.lives.added() + 1;
        let expires_at = now + life;
        let seconds = |at: SystemTime| at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut claims = json!({
            "sub": owner,
            "jti": number,
            "iat": seconds(now),
            "exp": seconds(expires_at),
        });
        let token = match &self.form {
            TokenForm::Jwt => sign(&claims.to_string()),
            TokenForm::JwtWithoutIat => {
                if let Some(claims) = claims.as_object_mut() {
                    claims.remove("iat");
                }
                sign(&claims.to_string())
            }
            TokenForm::Fixed(token) => token.clone(),
            TokenForm::Opaque => format!("sandbox-opaque-token-{number:012}"),
        };
        let life = Life {
            owner: owner.to_owned(),
            expires_at,
            revoked: false,
        };
        self.lives.insert(token.clone(), life, owner.len());
        token
    }

    /// Whose token it is, if it lives.
    pub(crate) fn owner(&self, token: &str, now: SystemTime) -> Option<&str> {
        let life = self.lives.get(token)?;
        (!life.revoked && now < life.expires_at).then_some(&life.owner)
    }

    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        match self.lives.get_mut(token) {
            Some(life) => !std::mem::replace(&mut life.revoked, true),
            None => false,
        }
    }

    pub(crate) fn revoke_all(&mut self) {
        for life in self.lives.values_mut() {
            life.revoked = true;
        }
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.lives.dropped()
    }
}

fn sign(claims: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    // A key of any length is taken, so there is no error to give on.
    let signature = Hmac::<Sha256>::new_from_slice(JWT_KEY.as_bytes())
        .map(|mut mac| {
            mac.update(signed.as_bytes());
            mac.finalize().into_bytes().to_vec()
        })
        .unwrap_or_default();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The token in an `Authorization` header with `Bearer` and any number of spaces before it; where it is read leniently,
/// also alone.
pub(crate) fn in_header(value: Option<&str>, leniently: bool) -> Option<&str> {
    let value = value?;
    let bearer = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim_start());
    bearer.or_else(|| leniently.then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_until_it_expires_or_is_revoked() {
        let mut tokens = Tokens::new(ItemLimits::default());
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let hour = Duration::from_secs(3600);
        let one = tokens.issue("a", hour, now);
        let other = tokens.issue("a", hour, now);
        assert_ne!(one, other);
        assert_eq!(tokens.owner(&one, now), Some("a"));
        assert_eq!(tokens.owner(&one, now + hour), None);
        assert!(tokens.revoke(&one) && !tokens.revoke(&one) && !tokens.revoke("unknown"));
        assert_eq!(tokens.owner(&one, now), None);
        assert_eq!(tokens.owner(&other, now), Some("a"));
        tokens.revoke_all();
        assert_eq!(tokens.owner(&other, now), None);
    }

    /// Checked against a JWT that another implementation made with the same key and claims.
    #[test]
    fn the_signature_is_that_of_hs256() {
        let mac = Hmac::<Sha256>::new_from_slice(JWT_KEY.as_bytes());
        assert!(mac.is_ok());
        assert_eq!(
            sign(r#"{"sub":"a"}"#),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhIn0.B2yKIFwTSbGM15_NGseXUDMzm452Frqg_dRUt-pZa5g"
        );
    }

    #[test]
    fn reads_the_header_in_both_ways() {
        assert_eq!(in_header(Some("Bearer t"), false), Some("t"));
        assert_eq!(in_header(Some("bearer t"), false), Some("t"));
        assert_eq!(in_header(Some("t"), true), Some("t"));
        assert_eq!(in_header(Some("Bearer  t"), true), Some("t"));
        assert_eq!(in_header(Some("Bearer  t"), false), Some("t"));
        assert_eq!(in_header(Some("t"), false), None);
        assert_eq!(in_header(None, true), None);
    }
}
