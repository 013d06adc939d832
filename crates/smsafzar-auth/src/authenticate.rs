use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::{Instant, Redactor, Scheme, fields, jwt};
use serde::Serialize;
use serde_json::Value;

use crate::answer::{not_the_providers, object, refusal, said_twice};
use crate::{Client, Credentials, Error, Failure, Secret, Token};

/// Logs in; made by [`Client::authenticate`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct AuthenticateCall {
    pub(crate) client: Client,
    pub(crate) credentials: Credentials,
    pub(crate) timeout: Option<Duration>,
}

http_core::call!(AuthenticateCall => Session, Error);

impl AuthenticateCall {
    async fn run(self) -> Result<Session, Error> {
        self.client.log_in(&self.credentials, self.timeout).await
    }
}

/// What a login brings.
///
/// It serialises without the token; [`token`](Self::token) has it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Session {
    token: Token,
}

impl Session {
    /// The token. The document does not say how long it lives: its expiry is known only if the token itself tells.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The token alone.
    pub fn into_token(self) -> Token {
        self.token
    }

    /// No excerpt of this answer is ever kept: it may hold a token. `since` is the moment before the login was sent.
    pub(crate) fn read(
        response: &Response<Bytes>,
        credentials: &Credentials,
        since: Instant,
    ) -> Result<Self, Failure> {
        let http_status = response.status();
        if http_status.is_redirection() {
            return Err(not_the_providers(http_status));
        }
        let answer = object(response);
        let token = answer.as_ref().and_then(|it| fields::find(&it.fields, "token"));
        let secret = token.and_then(Value::as_str).map(Secret::from);
        let redactor = Redactor::new([credentials.password()].into_iter().chain(&secret));
        if let Some(refusal) = answer.as_ref().and_then(|it| refusal(it, http_status, &redactor)) {
            return Err(refusal);
        }
        if !http_status.is_success() {
            return Err(not_the_providers(http_status));
        }
        let Some(answer) = &answer else {
            return Err(Failure::decode("$", "no JSON object"));
        };
        if let Some(failure) = said_twice(answer) {
            return Err(failure);
        }
        let Some(secret) = secret else {
            return Err(Failure::decode("$.token", "missing, or no text"));
        };
        let life = jwt::lifetime(secret.expose(), response.headers());
        let token =
            Token::new(secret, Scheme::Bearer, since, life).map_err(|why| Failure::decode("$.token", why))?;
        Ok(Self { token })
    }
}
