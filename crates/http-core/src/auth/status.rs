use crate::auth::token::Token;
use crate::error::Error;
use crate::error::code::Code;
use crate::timestamp::Timestamp;

/// What a [`TokenSource`](crate::TokenSource) knows of its token, from [`status`](crate::TokenSource::status).
#[derive(Debug, Clone)]
pub struct TokenStatus<C: Code> {
    has_token: bool,
    expires_at: Option<Timestamp>,
    refreshes_at: Option<Timestamp>,
    failure: Option<Error<C>>,
}

impl<C: Code> TokenStatus<C> {
    pub(crate) fn new(token: Option<&Token>, failure: Option<Error<C>>) -> Self {
        Self {
            has_token: token.is_some(),
            expires_at: token.and_then(Token::expires_at),
            refreshes_at: token.and_then(Token::refreshes_at),
            failure,
        }
    }

    /// Whether there is a token that is not known to have expired or to be refused: the next call needs no login.
    pub fn has_token(&self) -> bool {
        self.has_token
    }

    /// When the token expires, by this machine's clock; `None` if that is not known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// From when on the token is replaced beside the calls that are made with it, by this machine's clock; `None` if it
    /// is not known when it expires.
    pub fn refreshes_at(&self) -> Option<Timestamp> {
        self.refreshes_at
    }

    /// Why the last login failed, while the pause after it lasts; its `retry_after()` is what is left of the pause.
    pub fn failure(&self) -> Option<&Error<C>> {
        self.failure.as_ref()
    }
}
