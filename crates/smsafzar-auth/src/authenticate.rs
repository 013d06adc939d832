use http_core::LoginCall;

use crate::client::Client;
use crate::credentials::Credentials;
use crate::password_login::PasswordLogin;

impl Client {
    /// Logs in once. Idempotent: tried again where that can help.
    ///
    /// A program that makes calls wants [`token_source`](Self::token_source), which logs in by itself.
    ///
    /// Source: `POST auth/token`.
    ///
    /// # Errors
    /// Every [`Code`](crate::Code) of the provider, and what the network can do. An error never quotes the answer of a login.
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
        let credentials = credentials.clone();
        LoginCall::new(&self.http, PasswordLogin { credentials })
    }
}

/// Logs in; made by [`Client::authenticate`].
pub type AuthenticateCall = LoginCall<PasswordLogin>;
