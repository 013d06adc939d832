use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode;
use http_core::http::{Method, Response};
use http_core::{Login, LoginAnswer, Operation, Redactor, Scheme, Secret, Semantics, Token, path};
use serde::Serialize;

use crate::client::Client;
use crate::contract::{AUTHENTICATE, AUTHORIZED, Code};
use crate::credentials::Credentials;
use crate::error::ErrorBuilder;
use crate::response::Envelope;
use crate::session::Session;
use crate::token_days::TokenDays;

impl Client {
    /// A token that is always there: from a login when one is needed, shared by the source's clones, renewed in time.
    /// Nothing is sent yet.
    pub fn token_source(&self, credentials: Credentials, days: TokenDays) -> TokenSource {
        TokenSource::new(&self.http, self.password_login(credentials, days))
    }

    pub(crate) fn password_login(&self, credentials: Credentials, days: TokenDays) -> PasswordLogin {
        PasswordLogin {
            credentials,
            days,
            scheme: self.scheme,
        }
    }
}

/// Logs in when a token is needed, keeps it, renews it in time, and shares it with its clones.
///
/// ```
/// # use sabapayamak_auth::testing::{ScriptedTransport, Step};
/// # use sabapayamak_auth::{Client, Credentials, TokenDays};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sabapayamak_auth::Error> {
/// # let login = r#"{"status":"200","message":"ok","data":{"Id":"1","Token":"not-a-real-token"},"errors":[]}"#;
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, login),
/// #     Step::answer(200, r#"{"status":"200","message":"ok","data":12500.5,"errors":[]}"#),
/// # ]);
/// # let saba = Client::builder().transport(script.clone()).build()?;
/// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
/// let tokens = saba.token_source(credentials, TokenDays::new(15)?);
///
/// let header = tokens.authorization().await?; // for any HTTP stack of yours
/// assert!(header.is_sensitive());
///
/// let answer = tokens.authorized().get("api/v1/credit").read_only().await?; // the same token, no second login
/// assert_eq!(answer.json::<serde_json::Value>()?["data"], 12500.5);
/// # assert_eq!(script.requests().len(), 2);
/// # Ok(())
/// # }
/// ```
pub type TokenSource = http_core::TokenSource<PasswordLogin>;

/// What a [`TokenSource`] knows of its token, from its `status`.
pub type TokenStatus = http_core::TokenStatus<Code>;

/// Makes calls with the token, to the provider's own address and to no other; made by `TokenSource::authorized`.
pub type Authorized = http_core::Authorized<PasswordLogin>;

/// A call with the token; made by [`Authorized`].
pub type AuthorizedCall = http_core::AuthorizedCall<PasswordLogin>;

/// The answer to an [`AuthorizedCall`].
pub type Answer = http_core::Answer<Code>;

/// Credentials, and how they log in: what a [`TokenSource`] is made of, by [`Client::token_source`].
#[derive(Debug, Clone)]
pub struct PasswordLogin {
    pub(crate) credentials: Credentials,
    pub(crate) days: TokenDays,
    pub(crate) scheme: Scheme,
}

impl Login for PasswordLogin {
    type Code = Code;
    type Session = Session;

    const AUTHENTICATE: &'static Operation = &AUTHENTICATE;
    const AUTHORIZED: &'static Operation = &AUTHORIZED;

    fn secrets(&self) -> impl IntoIterator<Item = &Secret> {
        [self.credentials.password()]
    }

    fn account(&self) -> impl IntoIterator<Item = Cow<'_, str>> {
        let days = Cow::Owned(self.days.to_string());
        self.credentials.account().into_iter().chain([days])
    }

    fn scheme(&self) -> Scheme {
        self.scheme
    }

    fn body(&self) -> impl Serialize {
        self.credentials.body(self.days)
    }

    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Session, ErrorBuilder> {
        Session::read(answer, self.credentials.password(), self.days, self.scheme)
    }

    fn into_token(session: Session) -> Token {
        session.token().clone()
    }

    /// A GET of a path that ends in `unread` marks what it answers with as read.
    fn semantics(method: &Method, path: &str) -> Semantics {
        if matches!(*method, Method::GET | Method::HEAD) && !path::ends_with(path, &["unread"]) {
            Semantics::Idempotent
        } else {
            Semantics::NonIdempotent
        }
    }

    fn forbidden(method: &Method, path: &str) -> Option<&'static str> {
        let sends_by_url =
            matches!(*method, Method::GET | Method::HEAD) && path::ends_with(path, &["api", "v1", "message"]);
        sends_by_url.then_some("this address sends by URL: send with POST, and list with `api/v1/messages`")
    }

    fn check(response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder> {
        let http_status = response.status();
        let Some(envelope) = Envelope::read(response) else {
            return decode::by_http_status(response);
        };
        if let Some(refusal) = envelope.refusal(http_status, redactor) {
            return Err(match envelope.effect_of_refused_token(http_status) {
                Some(effect) => refusal.token_refused(effect),
                None => refusal,
            });
        }
        if !envelope.is_success(http_status) {
            return decode::by_http_status(response);
        }
        let once = envelope.object.says_each_once();
        once.map_err(|error| error.excerpt_of(response))
    }
}
