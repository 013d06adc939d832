use http_core::HttpClient;
use sabapayamak_auth::AuthenticateCall;

use crate::tokens::{self, Tokens};

/// A call without a body; made by [`Client`].
pub type TokenCall<A> = http_core::TokenCall<Tokens, A>;

/// Sends messages at Sabapayamak and asks what became of them. Cheap to clone: clones share the token and the connections.
///
/// ```
/// # use sabapayamak_auth::testing::{ScriptedTransport, Step};
/// use sabapayamak_api::{Client, Credentials, TokenDays, sabapayamak_auth};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, r#"{"status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#),
/// #     Step::answer(200, r#"{"status":200,"data":{"id":7,"detail":[{"status":0,"number":"09120000000","recID":9}]},"errors":[]}"#),
/// # ]);
/// # let login = sabapayamak_auth::Client::builder().transport(script).build()?;
/// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
/// # let sms = Client::new(login.token_source(credentials, TokenDays::new(15)?));
/// // let sms = Client::from_env()?;
/// let sent = sms.send("سلام", ["09120000000"]).await?;
/// assert_eq!((sent.id(), sent.recipients()[0].outcome().record_id()), (Some("7"), Some("9")));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) tokens: Tokens,
}

impl Client {
    /// A client that logs in by this call when it needs a token, and goes on as with the tokens of a source. Without the
    /// feature `client` its calls only write their requests and read their responses, and so does this one.
    pub fn with_login(login: AuthenticateCall) -> Self {
        Self {
            tokens: tokens::of(login),
        }
    }

    http_core::with_default_transport! {
        /// A client from `PAYVAND_SABAPAYAMAK_USERNAME`, `…_PASSWORD`, `…_VIRTUAL_NUMBER` and, if it is set,
        /// `PAYVAND_SABAPAYAMAK_BASE_URL`. It logs in, for a day, when the first call is made.
        ///
        /// # Errors
        /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing or wrong.
        pub fn from_env() -> Result<Self, crate::error::Error> {
            let login = sabapayamak_auth::Client::from_env().and_then(|client| {
                let credentials = sabapayamak_auth::Credentials::from_env()?;
                Ok(client.authenticate(&credentials, sabapayamak_auth::TokenDays::MIN))
            });
            login.map(Self::with_login).map_err(|error| error.map_code(crate::contract::Code::from))
        }
    }

    pub(crate) fn http(&self) -> &HttpClient {
        self.tokens.http()
    }
}

#[cfg(feature = "client")]
impl Client {
    /// A client that makes its calls with these tokens, and with the settings of the login's client.
    pub fn new(tokens: sabapayamak_auth::TokenSource) -> Self {
        Self { tokens }
    }

    /// The tokens that it makes its calls with.
    pub fn tokens(&self) -> &sabapayamak_auth::TokenSource {
        &self.tokens
    }
}
