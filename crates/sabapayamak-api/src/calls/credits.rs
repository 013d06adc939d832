use crate::client::{Client, TokenCall};
use crate::contract::CREDITS;
use crate::items::CreditChange;
use crate::span::Span;
use payvand_sms::Listed;

impl Client {
    /// What changed the credit between two days. Days are those of the Jalali calendar, such as `1404/01/01`; both belong
    /// to it.
    ///
    /// Source: `GET api/v1/credits`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a day, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    #[expect(clippy::needless_pass_by_value, reason = "a text or a date of another crate")]
    pub fn credits(&self, first: impl ToString, last: impl ToString) -> TokenCall<Listed<CreditChange>> {
        TokenCall::new(&self.tokens, &CREDITS).query(Span::new(&first, &last).query())
    }
}
