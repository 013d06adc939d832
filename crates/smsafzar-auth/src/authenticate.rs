use std::sync::OnceLock;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{self, Raw};
use http_core::http::{HeaderValue, Response, header};
use http_core::{Call, HttpClient, Instant, Operation, Outgoing, Redactor, Scheme, Token, jwt};
use serde::{Serialize, Serializer};

use crate::client::Client;
use crate::contract::{AUTHENTICATE, Code};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorBuilder};
use crate::response::{object, refusal, said_twice};

impl Client {
    /// Logs in once. Idempotent: tried again where that can help.
    ///
    /// A program that makes calls wants [`token_source`](Self::token_source), which logs in by itself.
    ///
    /// Source: `POST auth/token`.
    ///
    /// # Errors
    /// Every [`Code`] of the provider, and what the network can do. An error never quotes the answer of a login.
    ///
    /// ```
    /// # use smsafzar_auth::testing::{ScriptedTransport, Step};
    /// # use smsafzar_auth::{Client, Code, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), smsafzar_auth::Error> {
    /// # let script = ScriptedTransport::new([
    /// #     Step::answer(200, r#"{"token":"not-a-real-token"}"#),
    /// #     Step::answer(403, r#"{"errorCode":1006,"errorMessage":"…"}"#),
    /// # ]);
    /// # let smsafzar = Client::builder().transport(script).build()?;
    /// # let credentials = Credentials::builder().username("username").password("password").build()?;
    /// let session = smsafzar.authenticate(&credentials).await?;
    /// let header = session.token().authorization();
    ///
    /// match smsafzar.authenticate(&credentials).await {
    ///     Err(error) if error.code() == Some(&Code::AddressNotAllowed) => println!("from outside Iran? {error}"),
    ///     other => println!("{other:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn authenticate(&self, credentials: &Credentials) -> AuthenticateCall {
        AuthenticateCall {
            http: self.http().with_secrets([credentials.password()]),
            credentials: credentials.clone(),
            written_at: OnceLock::new(),
            timeout: None,
        }
    }
}

/// Logs in; made by [`Client::authenticate`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct AuthenticateCall {
    http: HttpClient,
    credentials: Credentials,
    /// The token's life is counted from here at the latest.
    written_at: OnceLock<Instant>,
    timeout: Option<Duration>,
}

http_core::call!(AuthenticateCall => Session, Error);

impl Call for AuthenticateCall {
    type Output = Session;
    type Code = Code;

    fn operation(&self) -> &'static Operation {
        &AUTHENTICATE
    }

    fn http(&self) -> &HttpClient {
        &self.http
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder> {
        let _ = self.written_at.set(Instant::now());
        let unwritable = |why| ErrorBuilder::invalid_input("credentials", why);
        let request = self.http.json_request(&AUTHENTICATE, &self.credentials.body());
        let mut request = request.map_err(unwritable)?;
        let no_cache = HeaderValue::from_static("no-cache");
        request.headers_mut().insert(header::CACHE_CONTROL, no_cache);
        Ok(request)
    }

    fn decode(&self, response: &Response<Bytes>, _: &Redactor) -> Result<Session, ErrorBuilder> {
        let since = self.written_at.get().copied().unwrap_or_else(Instant::now);
        Session::read(response, &self.credentials, since)
    }
}

/// What a login brings.
///
/// It serialises without the token, as `expires_at`; [`token`](Self::token) has it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Session {
    #[serde(rename = "expires_at", serialize_with = "expiry")]
    token: Token,
}

fn expiry<S: Serializer>(token: &Token, serializer: S) -> Result<S::Ok, S::Error> {
    token.expires_at().serialize(serializer)
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
    ) -> Result<Self, ErrorBuilder> {
        let http_status = response.status();
        let answer = object(response);
        let token = answer.as_ref().and_then(|it| it.get("token"));
        let secret = token.and_then(Raw::string).map(|text| Token::in_answer(&text));
        let redactor = Redactor::new([credentials.password()].into_iter().chain(&secret));
        if let Some(refusal) = answer.as_ref().and_then(|it| refusal(it, http_status, &redactor)) {
            return Err(refusal);
        }
        let Some(answer) = answer.filter(|_| http_status.is_success()) else {
            return Err(decode::not_the_providers(http_status, "no JSON object"));
        };
        if let Some(failure) = said_twice(&answer) {
            return Err(failure);
        }
        let Some(secret) = secret else {
            return Err(ErrorBuilder::decode("$.token", "missing, or no text"));
        };
        let life = jwt::lifetime(secret.expose(), response.headers());
        let token = Token::new(secret, Scheme::Bearer, since, life)
            .map_err(|why| ErrorBuilder::decode("$.token", format!("the token {why}")))?;
        Ok(Self { token })
    }
}
