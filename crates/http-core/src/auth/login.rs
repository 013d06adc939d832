use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use serde::{Serialize, Serializer};

use crate::auth::jwt;
use crate::auth::token::{Scheme, Token};
use crate::call::outgoing::Outgoing;
use crate::client::HttpClient;
use crate::client::call::Call;
use crate::decode::{Object, body};
use crate::error::Error;
use crate::error::argument::Argument;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::instant::Instant;
use crate::operation::{Operation, Semantics};
use crate::secret::Secret;
use crate::secret::redactor::Redactor;

/// What a provider crate knows about its login, and about calls that carry the token.
pub trait Login: Send + Sync + 'static {
    /// The provider's codes.
    type Code: Code;

    /// What a login brings.
    type Session: Send;

    /// The login.
    const AUTHENTICATE: &'static Operation;

    /// How calls with the token are named in errors and traces.
    const AUTHORIZED: &'static Operation;

    /// What is sent to log in and must not come out again.
    fn secrets(&self) -> impl IntoIterator<Item = &Secret>;

    /// All that is sent to log in but the secrets: two logins that differ in it bring tokens that must not be mixed up.
    fn account(&self) -> impl IntoIterator<Item = Cow<'_, str>>;

    /// How calls carry the token.
    fn scheme(&self) -> Scheme {
        Scheme::Bearer
    }

    /// What is sent to log in, as JSON.
    fn body(&self) -> impl Serialize;

    /// Adds the headers of a login that are not those of every JSON request.
    fn add_headers(_headers: &mut HeaderMap) {}

    /// Reads the answer to a login. No excerpt of it is ever kept: it may hold a token.
    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Self::Session, ErrorBuilder<Self::Code>>;

    /// The token of a session.
    fn into_token(session: Self::Session) -> Token;

    /// What a call of the caller's own does, where he does not say it.
    fn semantics(method: &Method, _path: &str) -> Semantics {
        if matches!(*method, Method::GET | Method::HEAD) {
            Semantics::Idempotent
        } else {
            Semantics::NonIdempotent
        }
    }

    /// Why a call of the caller's own must never be made, whatever he wants with it.
    fn forbidden(_method: &Method, _path: &str) -> Option<&'static str> {
        None
    }

    /// Finds the provider's refusal, or a gateway's page, in the answer to a call with the token. What says that the
    /// token is not accepted is marked as [`ErrorBuilder::token_refused`]. If there is none, it gives the JSON object that
    /// the response is as a whole, if it is one.
    fn check<'a>(
        response: &'a Response<Bytes>,
        redactor: &Redactor,
    ) -> Result<Option<Object<'a>>, ErrorBuilder<Self::Code>>;
}

/// The answer to a login.
#[expect(missing_debug_implementations, reason = "it holds a token")]
pub struct LoginAnswer<'a> {
    /// As it came.
    pub response: &'a Response<Bytes>,
    /// Takes the secrets of the client and the login out of text.
    pub redactor: &'a Redactor,
    since: Instant,
}

impl LoginAnswer<'_> {
    /// The token at this place of the answer, if there is one. It lives as long as it says, and not longer than `longest`.
    ///
    /// # Errors
    /// There is none, or no header can carry it.
    pub fn token<C: Code>(
        &self,
        place: &str,
        secret: Option<Secret>,
        scheme: Scheme,
        longest: Option<Duration>,
    ) -> Result<Token, ErrorBuilder<C>> {
        let secret = secret.ok_or_else(|| ErrorBuilder::decode(place, "missing, or no text"))?;
        let says = jwt::lifetime(secret.expose(), self.response.headers());
        Token::new(secret, scheme, self.since, says.into_iter().chain(longest).min())
            .map_err(|why| ErrorBuilder::decode(place, format!("the token {why}")))
    }
}

/// Serialises a token as the moment of its expiry.
pub fn expiry<S: Serializer>(token: &Token, serializer: S) -> Result<S::Ok, S::Error> {
    token.expires_at().serialize(serializer)
}

/// A call that logs in; made by a client's `authenticate`.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct LoginCall<L: Login> {
    pub(crate) http: HttpClient,
    pub(crate) login: Arc<L>,
    /// The token's life is counted from here at the latest.
    written_at: OnceLock<Instant>,
    timeout: Option<Duration>,
}

impl<L: Login> LoginCall<L> {
    /// A login by this client.
    #[doc(hidden)]
    pub fn new(http: &HttpClient, login: L) -> Self {
        Self::over(http.with_secrets(login.secrets()), Arc::new(login))
    }

    /// By a client that knows the login's secrets.
    pub(crate) fn over(http: HttpClient, login: Arc<L>) -> Self {
        Self {
            http,
            login,
            written_at: OnceLock::new(),
            timeout: None,
        }
    }

    /// The client that it is made by.
    #[doc(hidden)]
    pub fn http(&self) -> &HttpClient {
        &self.http
    }

    pub(crate) fn login(&self) -> &L {
        &self.login
    }
}

crate::call!(LoginCall<L> => L::Session, Error<L::Code>, for L: Login);

impl<L: Login> Call for LoginCall<L> {
    type Output = L::Session;
    type Code = L::Code;

    fn operation(&self) -> &'static Operation {
        L::AUTHENTICATE
    }

    fn http(&self) -> &HttpClient {
        &self.http
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder<L::Code>> {
        let _ = self.written_at.set(Instant::now());
        let request = self.http.json_request(L::AUTHENTICATE, &self.login.body());
        let mut request = request.map_err(|why| ErrorBuilder::invalid_input(Argument::BODY, why))?;
        L::add_headers(request.headers_mut());
        Ok(request)
    }

    fn decode(
        &self,
        response: &Response<Bytes>,
        redactor: &Redactor,
    ) -> Result<L::Session, ErrorBuilder<L::Code>> {
        body::text(response)?;
        self.login.read(&LoginAnswer {
            response,
            redactor,
            since: self.written_at.get().copied().unwrap_or_else(Instant::now),
        })
    }
}
