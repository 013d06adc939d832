use http_core::{Argument, HttpClient, Operation, Outgoing};
use serde::Serialize;
use smsafzar_auth::AuthenticateCall;

use crate::error::ErrorBuilder;
use crate::tokens::{self, Tokens};

/// A call without a body; made by [`Client`].
pub type TokenCall<A> = http_core::TokenCall<Tokens, A>;

/// Sends messages at SMSAfzar and asks what became of them. Cheap to clone: clones share the token, the connections and the
/// limit, so use one client per account and let everything else clone it.
///
/// ```
/// # use smsafzar_auth::testing::{ScriptedTransport, Step};
/// use smsafzar_api::{Client, Credentials, smsafzar_auth};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, r#"{"token":"not-a-real-token"}"#),
/// #     Step::answer(200, r#"{"batchId":104729,"sentMessageIdes":["3f2504e0-4f89-41d3-9a0c-0305e82c3301"]}"#),
/// # ]);
/// # let login = smsafzar_auth::Client::builder().transport(script).build()?;
/// # let credentials = Credentials::builder().username("username").password("password").build()?;
/// # let sms = Client::new(login.token_source(credentials));
/// // let sms = Client::from_env()?;
/// let sent = sms.template("TydSt1skQE").to("09120000000").set("code", "1234").await?;
/// assert_eq!(sent.batch_id(), Some("104729"));
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
        /// A client from `PAYVAND_SMSAFZAR_USERNAME`, `PAYVAND_SMSAFZAR_PASSWORD` and, if they are set,
        /// `PAYVAND_SMSAFZAR_DOMAIN` and `PAYVAND_SMSAFZAR_BASE_URL`. It logs in when the first call is made.
        ///
        /// # Errors
        /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing or wrong.
        pub fn from_env() -> Result<Self, crate::error::Error> {
            let client = smsafzar_auth::Client::from_env();
            let login = client.and_then(|it| Ok(it.authenticate(&smsafzar_auth::Credentials::from_env()?)));
            login.map(Self::with_login).map_err(|error| error.map_code(crate::contract::Code::from))
        }
    }

    pub(crate) fn http(&self) -> &HttpClient {
        self.tokens.http()
    }

    /// A request with a JSON body. `argument` is what is at fault if it cannot be one.
    pub(crate) fn json<T: Serialize>(
        &self,
        operation: &Operation,
        argument: Argument,
        body: &T,
    ) -> Result<Outgoing, ErrorBuilder> {
        let request = self.http().json_request(operation, body);
        request.map_err(|reason| ErrorBuilder::invalid_input(argument, reason))
    }
}

#[cfg(feature = "client")]
impl Client {
    /// A client that makes its calls with these tokens, and with the settings of the login's client: address, limit,
    /// timeout, retries, proxy. What else uses the same tokens shares the limit.
    pub fn new(tokens: smsafzar_auth::TokenSource) -> Self {
        Self { tokens }
    }

    /// The tokens that it makes its calls with.
    pub fn tokens(&self) -> &smsafzar_auth::TokenSource {
        &self.tokens
    }
}
