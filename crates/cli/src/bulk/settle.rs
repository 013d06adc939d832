//! Asking the provider what became of what is in doubt.

use std::path::Path;

use payvand_journal::{Journal, JournalError, Reconcile, Settled, State, Verdict};
use serde_json::json;

use crate::bulk::{ByJournal, ReadRow, keyed};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::words::words;

/// Settles each row in doubt of which the provider knows for certain, and says of the others what is known. It sends nothing
/// else: the journal has no texts and numbers, so the file says what each row was.
pub(crate) async fn rows<T, C: Reconcile>(
    path: &Path,
    by: &ByJournal,
    read: &impl ReadRow<What = T>,
    call: impl Fn(T) -> C,
    context: &Context,
) -> Result<Exit, Failure> {
    let journal = by.open(context).await?.journal;
    let mut exit = Exit::Done;
    for row in keyed(path, read, &journal)? {
        let row = row?;
        let known = journal.entry(&row.key).await?;
        if known.is_some_and(|it| it.state() == State::InDoubt)
            && ask(&journal, &row.key, &call(row.what), context).await? != Exit::Done
        {
            exit = Exit::Unknown;
        }
    }
    Ok(exit)
}

pub(crate) async fn ask<C: Reconcile>(
    journal: &Journal,
    key: &str,
    call: &C,
    context: &Context,
) -> Result<Exit, Failure> {
    let verdict = match context
        .ask(async { Ok::<_, Failure>(journal.reconcile(key, call).await) })
        .await?
    {
        Err(error @ JournalError::Storage(_)) => return Err(error.into()),
        verdict => verdict.unwrap_or_else(|error| Verdict::NotSure(error.to_string())),
    };
    let (name, why) = match verdict {
        Verdict::Happened(_) => ("happened", None),
        Verdict::DidNot => ("did_not", None),
        Verdict::Likely(Settled::Happened, why) => ("likely_happened", Some(why)),
        Verdict::Likely(Settled::DidNot, why) => ("likely_did_not", Some(why)),
        Verdict::NotSure(why) => ("not_sure", Some(why)),
        _ => ("not_sure", None),
    };
    let why_not = why.as_deref().unwrap_or_default();
    let words = match name {
        "happened" => words!("{} happened, for certain.", key),
        "did_not" => words!(
            "{} did not happen, for certain; the same command does it now.",
            key
        ),
        "likely_happened" => words!("{} has likely happened, and is still in doubt: {}", key, why_not),
        "likely_did_not" => words!(
            "{} has likely not happened, and is still in doubt: {}",
            key,
            why_not
        ),
        _ => words!("{} is still in doubt: {}", key, why_not),
    };
    let is_settled = matches!(name, "happened" | "did_not");
    let object = json!({ "key": key, "settled": is_settled, "verdict": name, "cause": why });
    context
        .screen
        .show(&object, || words.of(context.screen.language).to_owned())?;
    Ok(if is_settled { Exit::Done } else { Exit::Unknown })
}
