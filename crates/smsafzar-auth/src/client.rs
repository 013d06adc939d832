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
/// #     Step::answer(200, r#"{"amount":12500}"#),
/// # ]);
/// # let smsafzar = Client::builder().transport(script).build()?;
/// # let credentials = Credentials::builder().username("username").password("password").build()?;
/// // let smsafzar = Client::new()?; let credentials = Credentials::from_env()?;
/// let tokens = smsafzar.token_source(credentials);
/// let balance = tokens.authorized().get("account/balance").read_only().await?; // logs in first
/// assert_eq!(balance.json::<serde_json::Value>()?["amount"], 12500);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) http: HttpClient,
}

http_core::login_client!("PAYVAND_SMSAFZAR_BASE_URL");

impl Client {
    /// A client whose settings you choose. Its `rate_limit` is [`RATE_LIMIT`] to begin with.
    pub fn builder() -> ClientBuilder {
        let mut http = HttpClient::builder(
            BASE_URL,
            concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        );
        http.rate_limit = RATE_LIMIT;
        ClientBuilder {
            http: http.operations([&AUTHENTICATE]),
        }
    }
}

/// The settings of a [`Client`].
#[derive(Debug)]
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
        let http = self.http.build([])?;
        Ok(Client { http })
    }
}
