//! What is stored of a call before it is made.

use crate::call::{Intent, JournalCall};
use crate::error::JournalError;
use crate::journal::Journal;
use crate::key;
use crate::record::name;
use crate::store::{Account, Row};

/// A call under its keys.
pub(crate) struct Request {
    pub(crate) account: Account,
    pub(crate) operation: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) origin: String,
    pub(crate) rows: Vec<RequestRow>,
}

pub(crate) struct RequestRow {
    pub(crate) key: String,
    /// What a pruned entry leaves.
    pub(crate) key_hash: Vec<u8>,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) description: String,
    pub(crate) cost: u64,
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
        let rows = keys.into_iter().zip(intent.rows).zip(fingerprints);
        let rows = rows.map(|((key, row), fingerprint)| RequestRow {
            key_hash: self.shared.hash_key.of_pruned(&key),
            key,
            fingerprint,
            description: row.description,
            cost: row.cost,
        });
        let operation = call.operation();
        Ok(Request {
            account: self.account_of(operation),
            operation,
            unit: call.unit(),
            rows: rows.collect(),
            origin: intent.origin,
        })
    }

    /// One for each row.
    pub(crate) fn fingerprints<C: JournalCall>(&self, call: &C, intent: &Intent) -> Vec<Vec<u8>> {
        let fingerprint = |row: &crate::call::IntentRow| {
            let arguments = row.arguments.iter().flat_map(|(name, value)| [&**name, &**value]);
            let parts = [call.operation(), &intent.origin, &self.account];
            let hash = &self.shared.hash_key;
            hash.hash("request/1", parts.into_iter().chain(arguments))
        };
        intent.rows.iter().map(fingerprint).collect()
    }

    pub(crate) fn account_of(&self, operation: &str) -> Account {
        let provider = operation.split('.').next().unwrap_or_default();
        Account {
            provider: provider.to_owned(),
            name: self.account.to_string(),
        }
    }
}

impl Request {
    /// The error of a key that belongs to another request.
    pub(crate) fn reused(&self, row: &RequestRow, known: &Row) -> JournalError {
        let asked = (self.operation, &self.account.name, &row.description);
        JournalError::KeyReused {
            key: row.key.clone(),
            known: name(
                &known.operation,
                &known.account,
                &known.description,
                &known.fingerprint,
            ),
            asked: name(asked.0, asked.1, asked.2, &row.fingerprint),
        }
    }
}
