use std::sync::Arc;

use payvand_persian::Mobile;
use payvand_sms::{Cause, Message, Outcome, Sender, async_trait};

use crate::client::Client;

/// It has no templates: it sends a message's text, from the number of the login.
#[async_trait]
impl Sender for Client {
    fn provider(&self) -> &'static str {
        "sabapayamak"
    }

    async fn send(&self, message: &Message, to: Mobile) -> Outcome {
        match Client::send(self, message.text(), [to]).await {
            Ok(sent) => {
                let id: Option<Arc<str>> = sent.id().map(Into::into);
                let outcome = sent.recipients().first().map(|it| it.outcome().clone());
                outcome.map_or(Outcome::Unknown(Cause::Status(None)), |it| it.shared(id))
            }
            Err(error) => Outcome::of_error(error),
        }
    }
}
