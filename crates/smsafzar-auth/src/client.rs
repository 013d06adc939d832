use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http_core::http::{HeaderValue, header};
use http_core::{HttpClient, HttpClientBuilder, Instant};

use crate::contract::{AUTHENTICATE, BASE_URL, RATE_LIMIT};
use crate::{Account, AuthenticateCall, Code, Credentials, Error, Failure, Session, TokenSource};

/// Logs in at SMSAfzar, and keeps to five requests a second. Cheap to clone: clones share connections and the limit,
/// so use one client per account and let everything else clone it.
///
/// ```
/// # use smsafzar_auth::testing::{ScriptedTransport, Step};
/// use smsafzar_auth::{Client, Credentials};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), smsafzar_auth::Error> {
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, r#"{"token":"not-a-real-token"}"#),
/// #     Step::answer(200, r#"{"id":7}"#),
/// # ]);
/// # let smsafzar = Client::builder().transport(script).build()?;
/// # let credentials = Credentials::builder().username("username").password("password").build()?;
/// // let smsafzar = Client::new()?; let credentials = Credentials::from_env()?;
/// let tokens = smsafzar.token_source(credentials);
/// let message = serde_json::json!({"senderNumber": "1000…", "recipientNumber": "09120000000", "content": "سلام"});
/// let answer = tokens.authorized().post("messages/send")?.json(&message).await?;
/// assert_eq!(answer.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: HttpClient,
}

impl Client {
    http_core::with_default_transport! {
        /// A client with the defaults of [`builder`](Self::builder).
        pub fn new() -> Result<Self, Error> {
            Self::builder().build()
        }

        /// A client from `PAYVAND_SMSAFZAR_BASE_URL`, if it is set. [`Credentials::from_env`] reads the rest.
        ///
        /// # Errors
        /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
        /// around its value or a control character in it. One line end at the end of a value is taken off.
        pub fn from_env() -> Result<Self, Error> {
            Self::builder_from_env()?.build()
        }
    }

    /// A client whose settings you choose. Its `rate_limit` is [`RATE_LIMIT`] to begin with.
    pub fn builder() -> ClientBuilder {
        let http = HttpClient::builder(
            BASE_URL,
            concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        );
        ClientBuilder {
            http: http.operations([&AUTHENTICATE]).rate_limit(RATE_LIMIT),
        }
    }

    /// A builder from the variable that `from_env` reads.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        let mut builder = Self::builder();
        builder.http = builder.http.base_url_from_env("PAYVAND_SMSAFZAR_BASE_URL")?;
        Ok(builder)
    }

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
            client: self.clone(),
            credentials: credentials.clone(),
            timeout: None,
        }
    }

    /// A token that is always there: from a login when one is needed, shared by the source's clones, renewed in time.
    /// Nothing is sent yet.
    pub fn token_source(&self, credentials: Credentials) -> TokenSource {
        TokenSource::new(Account {
            client: self.clone(),
            credentials,
        })
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.inner.http
    }

    pub(crate) async fn log_in(
        &self,
        credentials: &Credentials,
        timeout: Option<Duration>,
    ) -> Result<Session, Error> {
        let since = Instant::now();
        let http = self.inner.http.with_secrets([credentials.password()]);
        let mut request = http
            .json_request(&AUTHENTICATE, &credentials.body())
            .map_err(|why| Failure::refused(Code::InvalidRequest, why).before_sending(&AUTHENTICATE))?;
        request
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        http.call(&AUTHENTICATE, request, http.deadline(timeout), |response| {
            Session::read(response, credentials, since)
        })
        .await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("http", &self.inner.http)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Client`].
pub struct ClientBuilder {
    http: HttpClientBuilder,
}

impl ClientBuilder {
    http_core::client_builder_methods!(http);

    /// Builds the client.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration), with what to change.
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client {
            inner: Arc::new(Inner {
                http: self.http.build([])?,
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}
