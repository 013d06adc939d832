use std::time::Duration;

use crate::error::JournalError;
use crate::millis::millis;
use crate::record::Record;
use crate::request::Request;
use crate::sqlite::database::Database;

/// The most that calls of an account may cost in a span that ends now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) most: u64,
    pub(crate) span: Duration,
}

impl Budget {
    /// Whether it has enough left for a request, in the transaction that stores the intent.
    pub(crate) fn check(
        self,
        first: &Record,
        request: &Request,
        now: i64,
        database: &Database,
    ) -> Result<(), JournalError> {
        let spent = database.spent(first, now.saturating_sub(millis(self.span)))?;
        let left = self.most.saturating_sub(u64::try_from(spent).unwrap_or_default());
        let costs = request.rows.iter().map(Record::cost);
        let cost = costs.fold(0, u64::saturating_add);
        if cost <= left {
            return Ok(());
        }
        let unit = first.unit.clone();
        Err(JournalError::OverBudget { cost, left, unit })
    }
}
