use crate::client::{Client, TokenCall};
use crate::contract::UNREAD_BETWEEN;
use crate::items::ReceivedMessage;
use crate::span::Span;
use payvand_sms::Listed;

impl Client {
    /// The unread messages that came in between two days. Days are those of the Jalali calendar, such as `1404/01/01`; both belong
    /// to it.
    ///
    /// **It marks what it answers with as read** (inferred), so it is not idempotent: when its answer is lost, [`received`](Self::received)
    /// still has the messages.
    ///
    /// Source: `GET api/v1/recived-messages/date/unread`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a day, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    #[expect(clippy::needless_pass_by_value, reason = "a text or a date of another crate")]
    pub fn unread_between(
        &self,
        first: impl ToString,
        last: impl ToString,
    ) -> TokenCall<Listed<ReceivedMessage>> {
        TokenCall::new(&self.tokens, &UNREAD_BETWEEN).query(Span::new(&first, &last).query())
    }
}
