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
/// #     Step::answer(200, r#"{"status":"200","data":12500,"errors":[]}"#),
/// # ]);
/// # let saba = Client::builder().transport(script).build()?;
/// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
/// // let saba = Client::new()?; let credentials = Credentials::from_env()?;
/// let tokens = saba.token_source(credentials, TokenDays::new(15)?);
/// let credit = tokens.authorized().get("api/v1/credit").read_only().await?; // logs in first
/// assert_eq!(credit.json::<serde_json::Value>()?["data"], 12500);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) http: HttpClient,
    pub(crate) scheme: Scheme,
}

http_core::login_client!("PAYVAND_SABAPAYAMAK_BASE_URL");

impl Client {
    /// A client whose settings you choose.
    pub fn builder() -> ClientBuilder {
        let http = HttpClient::builder(
            BASE_URL,
            concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        );
        ClientBuilder {
            http: http.operations([&AUTHENTICATE]),
            scheme: Scheme::Bearer,
        }
    }
}

/// The settings of a [`Client`].
#[derive(Debug)]
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
            http: self.http.build([])?,
            scheme: self.scheme,
        })
    }
}
