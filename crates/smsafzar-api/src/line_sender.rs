use std::fmt;

use payvand_persian::Mobile;
use payvand_sms::{Message, Outcome, Receipt, Sender, async_trait};

use crate::calls::send::Sent;
use crate::client::Client;
use crate::error::Error;

impl Client {
    /// Sends single messages from one of the account's lines, for a [`Failover`](payvand_sms::Failover).
    ///
    /// ```
    /// # use smsafzar_auth::testing::{ScriptedTransport, Step};
    /// # use smsafzar_api::{Client, Credentials, smsafzar_auth};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = ScriptedTransport::new([Step::answer(200, r#"{"token":"not-a-real-token"}"#), Step::answer(200, r#"{"batchId":7}"#)]);
    /// # let login = smsafzar_auth::Client::builder().transport(script).build()?;
    /// # let sms = Client::new(login.token_source(Credentials::builder().username("username").password("password").build()?));
    /// use std::sync::Arc;
    ///
    /// use smsafzar_api::Failover;
    ///
    /// // Others after it: sabapayamak_api::Client is a sender too.
    /// let failover = Failover::new([Arc::new(sms.sender("10001234").template("TydSt1skQE"))]);
    /// let code = "1234";
    /// let taken = failover.template_or_text(format!("کد ورود شما: {code}")).set("code", code).to("09120000000").await?;
    /// assert_eq!((taken.provider(), taken.receipt().batch_id()), ("smsafzar", Some("7")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sender(&self, line: impl AsRef<str>) -> LineSender {
        LineSender {
            client: self.clone(),
            line: line.as_ref().to_owned(),
            template: None,
        }
    }
}

/// Sends single messages from a line, by a template if it has one; made by [`Client::sender`].
#[derive(Clone)]
pub struct LineSender {
    client: Client,
    line: String,
    template: Option<String>,
}

impl LineSender {
    /// A template of the panel, to send a message's values with in place of its text.
    #[must_use]
    pub fn template(mut self, template: impl Into<String>) -> Self {
        self.template = Some(template.into());
        self
    }

    async fn sent(&self, message: &Message, to: Mobile) -> Result<Sent, Error> {
        let Some(template) = &self.template else {
            return self.client.send(&self.line, to, message.text()).await;
        };
        let call = self.client.template(template).from(&self.line).to(to);
        let values = message.values();
        values
            .fold(call, |call, (name, value)| call.set(name, value))
            .await
    }
}

#[async_trait]
impl Sender for LineSender {
    fn provider(&self) -> &'static str {
        "smsafzar"
    }

    async fn send(&self, message: &Message, to: Mobile) -> Outcome {
        match self.sent(message, to).await {
            Ok(sent) => Outcome::Sent(Receipt::new(
                sent.message_id().map(str::to_owned),
                sent.batch_id().map(Into::into),
            )),
            Err(error) => Outcome::of_error(error),
        }
    }
}

impl fmt::Debug for LineSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineSender")
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}
