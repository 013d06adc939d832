use crate::client::{Client, TokenCall};
use crate::contract::RECEIVED_BY_ID;
use crate::items::ReceivedMessage;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("id", "شناسهٔ پیام");

impl Client {
    /// One message that came in. That the number in the path is an id, and not how many of the latest are wanted, is inferred.
    ///
    /// Source: `GET api/v1/recived-messages/{id}`, seen in public clients.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn received_by_id(&self, id: impl AsRef<str>) -> TokenCall<Listed<ReceivedMessage>> {
        TokenCall::new(&self.tokens, &RECEIVED_BY_ID).part(PART, id.as_ref())
    }
}
