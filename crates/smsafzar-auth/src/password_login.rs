use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{self, Raw};
use http_core::http::{HeaderMap, HeaderValue, Response, header};
use http_core::{Login, LoginAnswer, Operation, Redactor, Scheme, Secret, Token};
use serde::Serialize;

use crate::client::Client;
use crate::contract::{AUTHENTICATE, AUTHORIZED, Code};
use crate::credentials::Credentials;
use crate::error::ErrorBuilder;
use crate::response::{effect_of_refused_token, object, refusal};
use crate::session::Session;

impl Client {
    /// A token that is always there: from a login when one is needed, shared by the source's clones, renewed in time.
    /// Nothing is sent yet.
    pub fn token_source(&self, credentials: Credentials) -> TokenSource {
        TokenSource::new(&self.http, PasswordLogin { credentials })
    }
}

/// Logs in when a token is needed, keeps it, renews it in time, and shares it with its clones.
///
/// ```
/// # use smsafzar_auth::testing::{ScriptedTransport, Step};
/// # use smsafzar_auth::{Client, Credentials};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), smsafzar_auth::Error> {
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, r#"{"token":"not-a-real-token"}"#),
/// #     Step::answer(200, r#"{"amount":70,"unit":"rial"}"#),
/// # ]);
/// # let smsafzar = Client::builder().transport(script.clone()).build()?;
/// # let credentials = Credentials::builder().username("username").password("password").build()?;
/// let tokens = smsafzar.token_source(credentials);
///
/// let header = tokens.authorization().await?; // for any HTTP stack of yours
/// assert!(header.is_sensitive());
///
/// let answer = tokens.authorized().get("account/balance").read_only().await?; // the same token, no second login
/// assert_eq!(answer.json::<serde_json::Value>()?["amount"], 70);
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
        self.credentials.account()
    }

    fn body(&self) -> impl Serialize {
        self.credentials.body()
    }

    fn add_headers(headers: &mut HeaderMap) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }

    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Session, ErrorBuilder> {
        let http_status = answer.response.status();
        let object = object(answer.response);
        let token = object.as_ref().and_then(|it| it.get("token"));
        let secret = token.and_then(Raw::string).map(|text| Token::in_answer(&text));
        let redactor = answer.redactor.and(&secret);
        if let Some(refusal) = object.as_ref().and_then(|it| refusal(it, http_status, &redactor)) {
            return Err(refusal);
        }
        let Some(object) = object.filter(|_| http_status.is_success()) else {
            return Err(decode::not_the_providers(http_status, "no JSON object"));
        };
        object.says_each_once()?;
        let token = answer.token("$.token", secret, Scheme::Bearer, None)?;
        Ok(Session { token })
    }

    fn into_token(session: Session) -> Token {
        session.token().clone()
    }

    fn check(response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder> {
        let http_status = response.status();
        let Some(answer) = object(response) else {
            return decode::by_http_status(response);
        };
        if let Some(refusal) = refusal(&answer, http_status, redactor) {
            return Err(match effect_of_refused_token(&answer, http_status) {
                Some(effect) => refusal.token_refused(effect),
                None => refusal,
            });
        }
        decode::by_http_status(response)?;
        answer
            .says_each_once()
            .map_err(|error| error.excerpt_of(response))
    }
}
