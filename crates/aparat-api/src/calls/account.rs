use std::time::Duration;

use http_core::Outgoing;
use http_core::decode::KeptFields;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::contract::{ACCOUNT, inferred};
use crate::error::{Error, ErrorBuilder};
use crate::response::{Answer, Status};

impl Client {
    /// The token's account: its balance, and every field that the provider sends. It only reads.
    ///
    /// Source: «گرفتن اطلاعات و موجودی توکن».
    ///
    /// # Errors
    /// [`Code::InvalidToken`](crate::Code::InvalidToken), and what the network can do.
    ///
    /// ```
    /// # use aparat_api::testing::{ScriptedTransport, Step};
    /// # use aparat_api::Client;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), aparat_api::Error> {
    /// # let script = ScriptedTransport::always(Step::answer(200, r#"{"status":true,"balance":1200,"plan":"gold"}"#));
    /// # let aparat = Client::builder("not-a-real-token").transport(script).build()?;
    /// let account = aparat.account().await?;
    /// assert_eq!(account.balance(), Some(1200));
    /// assert_eq!(account.fields()["plan"], "gold");
    /// # Ok(())
    /// # }
    /// ```
    pub fn account(&self) -> AccountCall {
        AccountCall {
            client: self.clone(),
            timeout: None,
        }
    }
}

/// Asks for the token's account; made by [`Client::account`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct AccountCall {
    pub(crate) client: Client,
    pub(crate) timeout: Option<Duration>,
}

http_core::call!(AccountCall => Account, Error);

panel_call!(AccountCall => Account, ACCOUNT);

impl AccountCall {
    fn query(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.query(&ACCOUNT, &[])
    }
}

/// What the provider says about the token's account.
///
/// The document promises `status` and `message` and shows no answer; everything else that came is in
/// [`fields`](Self::fields).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Account {
    message: Option<String>,
    balance: Option<i64>,
    fields: KeptFields,
}

impl Account {
    fn read(answer: Answer<'_>) -> Result<Self, ErrorBuilder> {
        if let Some(refusal) = answer.refusal() {
            return Err(refusal);
        }
        let balance = answer.find(inferred::BALANCE, |value| Some((value, value.whole_number()?)));
        // The document's own sample of this call has no `status`, only the token.
        let is_account = balance.is_some() || answer.has("token");
        if answer.status != Status::Success && !(is_account && answer.is_http_success()) {
            return Err(answer.without_status());
        }
        let balance = balance.filter(|(value, _)| !answer.is_secret(*value));
        let balance = balance.map(|(_, number)| number);
        let (message, fields) = answer.into_kept();
        Ok(Self {
            message,
            balance,
            fields,
        })
    }

    /// The provider's words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What is left to order with, in the provider's units (one like, view or follower each, as its error texts
    /// read). The document does not name its key, so this is an inference: `None` if none of the keys that were
    /// tried is there.
    pub fn balance(&self) -> Option<i64> {
        self.balance
    }

    /// Everything that the provider sent, an echo of the token taken out.
    pub fn fields(&self) -> &Map<String, Value> {
        self.fields.as_map()
    }
}
