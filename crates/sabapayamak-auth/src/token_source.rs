use crate::client::Client;
use crate::contract::Code;
use crate::credentials::Credentials;
use crate::password_login::PasswordLogin;
use crate::token_days::TokenDays;

impl Client {
    /// A token that is always there: from a login when one is needed, shared by the source's clones, renewed in time.
    /// Nothing is sent yet.
    pub fn token_source(&self, credentials: Credentials, days: TokenDays) -> TokenSource {
        TokenSource::new(&self.http, self.password_login(credentials, days))
    }
}

/// Logs in when a token is needed, keeps it, renews it in time, and shares it with its clones.
///
/// ```
/// # use sabapayamak_auth::testing::{ScriptedTransport, Step};
/// # use sabapayamak_auth::{Client, Credentials, TokenDays};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sabapayamak_auth::Error> {
/// # let login = r#"{"status":"200","message":"ok","data":{"Id":"1","Token":"not-a-real-token"},"errors":[]}"#;
/// # let script = ScriptedTransport::new([
/// #     Step::answer(200, login),
/// #     Step::answer(200, r#"{"status":"200","message":"ok","data":12500.5,"errors":[]}"#),
/// # ]);
/// # let saba = Client::builder().transport(script.clone()).build()?;
/// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
/// let tokens = saba.token_source(credentials, TokenDays::new(15)?);
///
/// let header = tokens.authorization().await?; // for any HTTP stack of yours
/// assert!(header.is_sensitive());
///
/// let answer = tokens.authorized().get("api/v1/credit").read_only().await?; // the same token, no second login
/// assert_eq!(answer.json::<serde_json::Value>()?["data"], 12500.5);
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
