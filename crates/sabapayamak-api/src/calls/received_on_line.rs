use crate::client::{Client, TokenCall};
use crate::contract::RECEIVED_ON_LINE;
use crate::items::ReceivedMessage;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("line", "خط");

impl Client {
    /// The messages that came in on a line.
    ///
    /// Source: `GET api/v1/recived-messages/virtaul-number/{number}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn received_on_line(&self, line: impl AsRef<str>) -> TokenCall<Listed<ReceivedMessage>> {
        TokenCall::new(&self.tokens, &RECEIVED_ON_LINE).part(PART, line.as_ref())
    }
}
