use std::fmt;
use std::sync::Arc;

use http_core::{HttpClient, HttpClientBuilder};

use crate::contract::{AUTHENTICATE, BASE_URL, RATE_LIMIT};
use crate::error::Error;

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
/// let answer = tokens.authorized().post("messages/send").json(&message).await?;
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

        /// A client from `PAYVAND_SMSAFZAR_BASE_URL`, if it is set. [`Credentials::from_env`](crate::Credentials::from_env) reads the rest.
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

    pub(crate) fn http(&self) -> &HttpClient {
        &self.inner.http
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
