//! Finding out at the provider what became of an entry that is in doubt.

#[cfg(feature = "aparat")]
mod aparat;
#[cfg(feature = "podlink")]
mod podlink;
#[cfg(any(feature = "smsafzar", feature = "sabapayamak"))]
mod sms;

use std::error::Error;

use http_core::async_trait;

use crate::call::JournalCall;
use crate::entry::Doubt;
use crate::error::JournalError;
use crate::journal::Journal;
use crate::record::Record;
use crate::settle::{Settled, in_doubt};

/// What is known of an entry that was in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict<F> {
    /// It took effect, for certain. It is settled.
    Happened(F),
    /// It did not take effect, for certain. It is settled: running its key again makes the call again.
    DidNot,
    /// It looks so, and why that is not certain. Nothing was settled.
    Likely(Settled, String),
    /// Nothing can be said, and why, or what to look at. Nothing was settled.
    NotSure(String),
}

/// A call whose provider can be asked what became of it. This crate implements it.
#[async_trait]
pub trait Reconcile: JournalCall {
    #[doc(hidden)]
    async fn look(&self, case: &Case) -> Looked<Self::Fields>;
}

type Looked<F> = Result<Verdict<F>, NotSure>;

/// Why nothing can be said.
type NotSure = Box<dyn Error + Send + Sync>;

/// An entry in doubt whose request is not on its way any more.
#[doc(hidden)]
#[derive(Debug)]
#[allow(dead_code, reason = "each provider looks at its own part")]
pub struct Case {
    journal: Journal,
    row: Record,
    /// Which row of the call it is.
    index: usize,
}

impl Doubt {
    /// Asks the provider what became of it, with the call that it is of, and settles it if that is certain.
    ///
    /// # Errors
    /// [`JournalError::NotYet`] while its request may still be on its way; [`JournalError::RunningElsewhere`] while its owner
    /// lives; [`JournalError::OtherCall`]; [`JournalError::NotInDoubt`].
    pub async fn reconcile<C: Reconcile>(&self, call: &C) -> Result<Verdict<C::Fields>, JournalError> {
        self.journal.reconcile(self.key(), call).await
    }
}

impl Journal {
    /// Asks the provider what became of a key that is in doubt: see [`Doubt::reconcile`].
    ///
    /// # Errors
    /// As there.
    pub async fn reconcile<C: Reconcile>(
        &self,
        key: &str,
        call: &C,
    ) -> Result<Verdict<C::Fields>, JournalError> {
        let wanted = key.to_owned();
        let store = &self.shared.store;
        // The mark on an entry whose owner is dead is stored, whether it is over or not.
        let row = store.write(move |database| Ok(in_doubt(&wanted, true, database)));
        let row = row.await??;
        let journal = self.account(&*row.account);
        let intent = call.intent();
        let fingerprints = intent
            .map(|it| journal.fingerprints(call, &it))
            .unwrap_or_default();
        let Some(index) = fingerprints.iter().position(|it| *it == row.fingerprint) else {
            return Err(JournalError::OtherCall {
                key: row.key,
                known: row.description,
            });
        };
        let looked = call.look(&Case { journal, row, index }).await;
        let verdict = looked.unwrap_or_else(|why| Verdict::NotSure(why.to_string()));
        let (settled, fields) = match &verdict {
            Verdict::Happened(fields) => (Settled::Happened, serde_json::to_string(fields).ok()),
            Verdict::DidNot => (Settled::DidNot, None),
            Verdict::Likely(..) | Verdict::NotSure(_) => return Ok(verdict),
        };
        self.settle_as(key, settled, fields, true).await?;
        Ok(verdict)
    }
}
