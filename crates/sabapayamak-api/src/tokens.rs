use sabapayamak_auth::{AuthenticateCall, TokenSource};

use crate::client::Client;

pub(crate) type Tokens = TokenSource;

pub(crate) fn of(login: AuthenticateCall) -> Tokens {
    TokenSource::by(login)
}

impl Client {
    /// A client that makes its calls with these tokens, and with the settings of the login's client.
    pub fn new(tokens: TokenSource) -> Self {
        Self { tokens }
    }

    /// The tokens that it makes its calls with.
    pub fn tokens(&self) -> &TokenSource {
        &self.tokens
    }
}
