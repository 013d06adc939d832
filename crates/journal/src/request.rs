//! What is stored of a call before it is made.

use crate::call::{Intent, IntentRow, JournalCall};
use crate::error::JournalError;
use crate::journal::Journal;
use crate::key;
use crate::record::Record;
use crate::state::State;

/// A call under its keys.
pub(crate) struct Request {
    pub(crate) origin: String,
    /// All of one account. When and by whom they are begun is not known yet.
    pub(crate) rows: Vec<Record>,
}

impl Journal {
    pub(crate) fn request<C: JournalCall>(
        &self,
        call: &C,
        intent: Intent,
        keys: Vec<String>,
    ) -> Result<Request, JournalError> {
        let rows = intent.rows.len();
        let mut different: Vec<_> = keys.iter().collect();
        different.sort_unstable();
        different.dedup();
        if rows != keys.len() || rows != different.len() {
            let keys = different.len();
            return Err(JournalError::KeyCount { rows, keys });
        }
        keys.iter().try_for_each(|it| key::check(it))?;
        let fingerprints = self.fingerprints(call, &intent);
        let operation = call.operation();
        let provider = operation.split('.').next().unwrap_or_default();
        let rows = keys.into_iter().zip(intent.rows).zip(fingerprints);
        let rows = rows.map(|((key, row), fingerprint)| Record {
            number: 0,
            state: State::Running,
            key,
            fingerprint,
            provider: provider.to_owned(),
            operation: operation.to_owned(),
            account: self.account.to_string(),
            description: row.description,
            unit: C::UNIT.to_owned(),
            cost: i64::try_from(row.cost).unwrap_or(i64::MAX),
            owner: [0; 16],
            turn: 0,
            begun: 0,
            until: 0,
            ended: None,
            balance: None,
            fields: None,
        });
        Ok(Request {
            rows: rows.collect(),
            origin: intent.origin,
        })
    }

    /// One for each row.
    pub(crate) fn fingerprints<C: JournalCall>(&self, call: &C, intent: &Intent) -> Vec<Vec<u8>> {
        let fingerprint = |row: &IntentRow| {
            let arguments = row.arguments.iter().flat_map(|(name, value)| [&**name, &**value]);
            let parts = [call.operation(), &intent.origin, &self.account];
            let hash = &self.shared.hash_key;
            hash.hash("request/1", parts.into_iter().chain(arguments))
        };
        intent.rows.iter().map(fingerprint).collect()
    }
}
