use crate::client::{Client, TokenCall};
use crate::contract::LATEST_CREDITS;
use crate::items::CreditChange;
use http_core::Argument;
use payvand_sms::Listed;

const PART: Argument = Argument::new("count", "تعداد");

impl Client {
    /// The latest changes of the credit. That the number in the path says how many is inferred.
    ///
    /// Source: `GET api/v1/credits/{count}`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for an argument that cannot be part of an address, before anything is
    /// sent; every [`Code`](crate::Code), and what the login and the network can do.
    pub fn latest_credits(&self, count: u32) -> TokenCall<Listed<CreditChange>> {
        TokenCall::new(&self.tokens, &LATEST_CREDITS).part(PART, &count.to_string())
    }
}
