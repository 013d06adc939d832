use http_core::Token;
use serde::Serialize;

/// What a login brings.
///
/// It serialises without the token, as `expires_at`; [`token`](Self::token) has it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Session {
    #[serde(rename = "expires_at", serialize_with = "http_core::expiry")]
    pub(crate) token: Token,
}

impl Session {
    /// The token. The document does not say how long it lives: its expiry is known only if the token itself tells.
    pub fn token(&self) -> &Token {
        &self.token
    }
}
