use std::fmt;
use std::sync::Arc;

use http_core::{HttpClient, HttpClientBuilder, Scheme};

use crate::contract::{AUTHENTICATE, BASE_URL};
use crate::error::Error;

/// Logs in at Sabapayamak. Cheap to clone: clones share connections.
///
/// ```
/// # use sabapayamak_auth::testing::{ScriptedTransport, Step};
/// use sabapayamak_auth::{Client, Credentials, TokenDays};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sabapayamak_auth::Error> {
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, r#"{"status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#),
/// #     Step::answer(200, r#"{"status":"200","data":{"Id":7},"errors":[]}"#),
/// # ]);
/// # let saba = Client::builder().transport(script).build()?;
/// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
/// // let saba = Client::new()?; let credentials = Credentials::from_env()?;
/// let tokens = saba.token_source(credentials, TokenDays::new(15)?);
/// let message = serde_json::json!({"Text": "سلام", "Numbers": ["09120000000"]});
/// let answer = tokens.authorized().post("api/v1/message").json(&message).await?;
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
    scheme: Scheme,
}

impl Client {
    http_core::with_default_transport! {
        /// A client with the defaults of [`builder`](Self::builder).
        pub fn new() -> Result<Self, Error> {
            Self::builder().build()
        }

        /// A client from `PAYVAND_SABAPAYAMAK_BASE_URL`, if it is set. [`Credentials::from_env`](crate::Credentials::from_env) reads the rest.
        ///
        /// # Errors
        /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
        /// around its value or a control character in it. One line end at the end of a value is taken off.
        pub fn from_env() -> Result<Self, Error> {
            Self::builder_from_env()?.build()
        }
    }

    /// A client whose settings you choose.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            http: HttpClient::builder(
                BASE_URL,
                concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            )
            .operations([&AUTHENTICATE]),
            scheme: Scheme::Bearer,
        }
    }

    /// A builder from the variable that `from_env` reads.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        let mut builder = Self::builder();
        builder.http = builder.http.base_url_from_env("PAYVAND_SABAPAYAMAK_BASE_URL")?;
        Ok(builder)
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.inner.http
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.inner.scheme
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
    scheme: Scheme,
}

impl ClientBuilder {
    http_core::client_builder_methods!(http);

    /// Sends the token alone in `Authorization`, without `Bearer` before it. The document only says that the token is
    /// sent in that header; most public clients put `Bearer` before it, some do not.
    #[must_use]
    pub fn bare_token(mut self) -> Self {
        self.scheme = Scheme::Bare;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration), with what to change.
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client {
            inner: Arc::new(Inner {
                http: self.http.build([])?,
                scheme: self.scheme,
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
