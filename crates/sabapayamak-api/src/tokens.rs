use sabapayamak_auth::{AuthenticateCall, TokenSource};

pub(crate) type Tokens = TokenSource;

pub(crate) fn of(login: AuthenticateCall) -> Tokens {
    TokenSource::by(login)
}
