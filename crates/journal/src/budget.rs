use std::time::Duration;

use crate::error::JournalError;
use crate::request::Request;
use crate::store::Transaction;

/// The most that calls of an account may cost in a span that ends now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) most: u64,
    pub(crate) span: Duration,
}

impl Budget {
    /// Whether it has enough left for a request, in the transaction that stores the intent.
    pub(crate) async fn check(
        self,
        request: &Request,
        now: i64,
        transaction: &mut dyn Transaction,
    ) -> Result<(), JournalError> {
        let since = now.saturating_sub(millis(self.span));
        let spent = transaction.spent(&request.account, request.unit, since).await?;
        let left = self.most.saturating_sub(u64::try_from(spent).unwrap_or_default());
        let cost = request
            .rows
            .iter()
            .fold(0_u64, |sum, row| sum.saturating_add(row.cost));
        if cost <= left {
            return Ok(());
        }
        let unit = request.unit.to_owned();
        Err(JournalError::OverBudget { cost, left, unit })
    }
}

pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
