use crate::client::{Client, TokenCall};
use crate::contract::UNREAD_ON_LINE;
use crate::items::ReceivedMessage;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("line", "خط");

impl Client {
    /// The unread messages of a line.
    ///
    /// **It marks what it answers with as read** (inferred), so it is not idempotent: when its answer is lost, [`received`](Self::received)
    /// still has the messages.
    ///
    /// Source: `GET api/v1/recived-messages/virtaul-number/{number}/unread`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn unread_on_line(&self, line: impl AsRef<str>) -> TokenCall<Listed<ReceivedMessage>> {
        TokenCall::new(&self.tokens, &UNREAD_ON_LINE).part(PART, line.as_ref())
    }
}
