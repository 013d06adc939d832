use crate::client::{Client, TokenCall};
use crate::contract::MESSAGES;
use crate::items::SentMessage;
use crate::span::Span;
use payvand_sms::Listed;

impl Client {
    /// The messages that were sent between two days, each with its recipients. Days are those of the Jalali calendar, such as `1404/01/01`; both belong
    /// to it.
    ///
    /// Source: `GET api/v1/messages`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a day, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    #[expect(clippy::needless_pass_by_value, reason = "a text or a date of another crate")]
    pub fn messages(&self, first: impl ToString, last: impl ToString) -> TokenCall<Listed<SentMessage>> {
        TokenCall::new(&self.tokens, &MESSAGES).query(Span::new(&first, &last).query())
    }
}
