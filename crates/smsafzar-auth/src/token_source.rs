use crate::client::Client;
use crate::contract::Code;
use crate::credentials::Credentials;
use crate::password_login::PasswordLogin;

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
