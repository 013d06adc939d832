use crate::client::{Client, TokenCall};
use crate::contract::MESSAGES_OF_LINE;
use crate::items::SentMessage;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("line", "خط فرستنده");

impl Client {
    /// The messages that were sent from a line.
    ///
    /// Source: `GET api/v1/messages/number/{number}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn messages_of_line(&self, line: impl AsRef<str>) -> TokenCall<Listed<SentMessage>> {
        TokenCall::new(&self.tokens, &MESSAGES_OF_LINE).part(PART, line.as_ref())
    }
}
