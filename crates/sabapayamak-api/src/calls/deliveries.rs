use crate::client::{Client, TokenCall};
use crate::contract::DELIVERIES;
use crate::items::Delivery;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("message", "شناسهٔ پیام");

impl Client {
    /// What became of a message, for each recipient.
    ///
    /// Source: `GET api/v1/deliveries/{messageId}`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn deliveries(&self, message: impl AsRef<str>) -> TokenCall<Listed<Delivery>> {
        TokenCall::new(&self.tokens, &DELIVERIES).part(PART, message.as_ref())
    }
}
