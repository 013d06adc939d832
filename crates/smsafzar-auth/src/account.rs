use http_core::async_trait;
use http_core::bytes::Bytes;
use http_core::decode;
use http_core::http::Response;
use http_core::{HttpClient, Login, Operation, Redactor, Secret, Token};

use crate::client::Client;
use crate::contract::AUTHORIZED;
use crate::contract::Code;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorBuilder};
use crate::response::{effect_of_refused_token, object, refusal, said_twice};

impl Client {
    /// A token that is always there: from a login when one is needed, shared by the source's clones, renewed in time.
    /// Nothing is sent yet.
    pub fn token_source(&self, credentials: Credentials) -> TokenSource {
        TokenSource::new(Account {
            client: self.clone(),
            credentials,
        })
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
pub type TokenSource = http_core::TokenSource<Account>;

/// Makes calls with the token, to the provider's own address and to no other; made by `TokenSource::authorized`.
pub type Authorized = http_core::Authorized<Account>;

/// A call with the token; made by [`Authorized`].
pub type AuthorizedCall = http_core::AuthorizedCall<Account>;

/// The answer to an [`AuthorizedCall`].
pub type Answer = http_core::Answer<Code>;

/// Credentials and the client that logs in with them: what a [`TokenSource`] is made of, by
/// [`Client::token_source`].
#[derive(Debug, Clone)]
pub struct Account {
    pub(crate) client: Client,
    pub(crate) credentials: Credentials,
}

#[async_trait]
impl Login for Account {
    type Code = Code;

    fn http(&self) -> &HttpClient {
        self.client.http()
    }

    fn secrets(&self) -> Vec<Secret> {
        vec![self.credentials.password().clone()]
    }

    async fn log_in(&self) -> Result<Token, Error> {
        let session = self.client.authenticate(&self.credentials).await?;
        Ok(session.into_token())
    }

    fn operation(&self) -> &'static Operation {
        &AUTHORIZED
    }

    fn check(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder> {
        let http_status = response.status();
        let answer = object(response);
        if let Some(answer) = &answer
            && let Some(refusal) = refusal(answer, http_status, redactor)
        {
            return Err(match effect_of_refused_token(answer, http_status) {
                Some(effect) => refusal.token_refused(effect),
                None => refusal,
            });
        }
        if http_status.is_success() {
            return match answer.as_ref().and_then(said_twice) {
                Some(failure) => Err(failure.excerpt_of(response)),
                None => Ok(()),
            };
        }
        Err(decode::not_the_providers(http_status, "").excerpt_of(response))
    }
}
