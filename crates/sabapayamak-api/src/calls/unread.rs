use crate::client::{Client, TokenCall};
use crate::contract::UNREAD;
use crate::items::ReceivedMessage;
use payvand_sms::Listed;

impl Client {
    /// All unread messages that came in.
    ///
    /// **It marks what it answers with as read** (inferred), so it is not idempotent: when its answer is lost, [`received`](Self::received)
    /// still has the messages.
    ///
    /// Source: `GET api/v1/recived-messages/unread`, seen in public clients.
    ///
    /// # Errors
    /// Every [`Code`](crate::Code), and what the login and the network can do.
    pub fn unread(&self) -> TokenCall<Listed<ReceivedMessage>> {
        TokenCall::new(&self.tokens, &UNREAD)
    }
}
