use http_core::LoginCall;

use crate::client::Client;
use crate::credentials::Credentials;
use crate::password_login::PasswordLogin;
use crate::token_days::TokenDays;

impl Client {
    /// Logs in once, for a token that is valid for these days. Idempotent: tried again where that can help.
    ///
    /// A program that makes calls wants [`token_source`](Self::token_source), which logs in by itself.
    ///
    /// Source: «دریافت توکن».
    ///
    /// # Errors
    /// [`Code::WrongCredentials`](crate::Code::WrongCredentials) and the other codes of the provider, and what the network can do. An error never
    /// quotes the answer of a login.
    ///
    /// ```
    /// # use sabapayamak_auth::testing::{ScriptedTransport, Step};
    /// # use sabapayamak_auth::{Client, Credentials, TokenDays};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sabapayamak_auth::Error> {
    /// # let login = r#"{"status":"200","data":{"FirstName":"Sara","Token":"not-a-real-token"},"errors":[]}"#;
    /// # let saba = Client::builder().transport(ScriptedTransport::always(Step::answer(200, login))).build()?;
    /// # let credentials = Credentials::builder().username("u").password("p").virtual_number("3000").build()?;
    /// let session = saba.authenticate(&credentials, TokenDays::new(15)?).await?;
    /// assert_eq!(session.user().first_name(), Some("Sara"));
    /// assert!(session.token().expires_in().is_some_and(|left| left.as_secs() <= 15 * 24 * 60 * 60));
    /// # Ok(())
    /// # }
    /// ```
    pub fn authenticate(&self, credentials: &Credentials, days: TokenDays) -> AuthenticateCall {
        LoginCall::new(&self.http, self.password_login(credentials.clone(), days))
    }
}

/// Logs in; made by [`Client::authenticate`].
pub type AuthenticateCall = LoginCall<PasswordLogin>;
