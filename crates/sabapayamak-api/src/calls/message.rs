use crate::client::{Client, TokenCall};
use crate::contract::MESSAGE;
use crate::items::SentMessage;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("id", "شناسهٔ پیام");

impl Client {
    /// One message that was sent, by the id that [`Sent::id`](crate::Sent::id) has. A list of one, or of none.
    ///
    /// Source: `GET api/v1/messages/{id}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn message(&self, id: impl AsRef<str>) -> TokenCall<Listed<SentMessage>> {
        TokenCall::new(&self.tokens, &MESSAGE).part(PART, id.as_ref())
    }
}
