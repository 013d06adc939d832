//! Without the feature `client` there is no source of tokens: the login is a call like any other.

pub(crate) type Tokens = sabapayamak_auth::AuthenticateCall;

pub(crate) fn of(login: Tokens) -> Tokens {
    login
}
