use std::path::Path;

use payvand_journal::{Entry, JournalCall, Reconcile, State};

use crate::bulk::report::{Report, RowEnd};
use crate::bulk::{Bulk, Keyed, ReadRow, Survey, keyed, settle};
use crate::context::{Context, interrupted, interrupts};
use crate::failure::{Exit, Failure};
use crate::words::words;

/// To go on is senseless after as many rows in a row that failed for one reason.
const MOST_ALIKE: u32 = 3;

/// Makes a call for each row, one after the other.
pub(crate) async fn run<C: Reconcile>(
    path: &Path,
    bulk: &Bulk,
    survey: &Survey,
    read: &impl ReadRow<What = C>,
    context: &Context,
) -> Result<Exit, Failure> {
    survey.check()?;
    if bulk.by.settle {
        return settle::rows(path, &bulk.by, read, |call| call, context).await;
    }
    let opened = bulk.by.open(context).await?;
    let mut report = Report::new(context.screen, bulk.out.as_deref(), survey.rows)?;
    let early = each(path, &opened.journal, &mut report, read, context)
        .await
        .err();
    report.end(early)
}

async fn each<C: JournalCall>(
    path: &Path,
    journal: &payvand_journal::Journal,
    report: &mut Report,
    read: &impl ReadRow<What = C>,
    context: &Context,
) -> Result<(), Failure> {
    let mut interrupts = interrupts()?;
    let mut alike = (String::new(), 0);
    for row in keyed(path, read, journal)? {
        let Keyed { line, key, what } = row?;
        let known = journal.entry(&key).await?;
        let end = if let Some(known) = known.filter(|it| it.state() == State::Done) {
            RowEnd::Before(known.fields().unwrap_or_default().to_owned())
        } else {
            let mut running = std::pin::pin!(journal.run(key.clone(), what));
            let first = tokio::select! {
                entry = &mut running => Some(entry?),
                () = interrupts.next() => None,
            };
            let Some(entry) = first else {
                context.note_waiting();
                let entry = tokio::select! {
                    entry = &mut running => entry?,
                    () = interrupts.next() => return Err(Failure::unknown(interrupted())),
                };
                report.row(line, &key, &of_entry(entry))?;
                return Err(Failure::failed(interrupted()));
            };
            of_entry(entry)
        };
        report.row(line, &key, &end)?;
        match end {
            RowEnd::NotDone(why) | RowEnd::InDoubt(why) if why == alike.0 => alike.1 += 1,
            RowEnd::NotDone(why) | RowEnd::InDoubt(why) => alike = (why, 1),
            _ => alike = (String::new(), 0),
        }
        if alike.1 >= MOST_ALIKE && !alike.0.is_empty() {
            let mut failure = Failure::failed(words!("{} rows in a row failed for one reason", MOST_ALIKE));
            failure.cause = Some(alike.0);
            return Err(failure);
        }
    }
    Ok(())
}

fn of_entry<F: serde::Serialize, E: std::fmt::Display>(entry: Entry<F, E>) -> RowEnd {
    match entry {
        Entry::Done(fields) => RowEnd::Done(serde_json::to_string(&fields).unwrap_or_default()),
        Entry::NotDone(why) => RowEnd::NotDone(why.to_string()),
        Entry::InDoubt(doubt) => RowEnd::InDoubt(doubt.cause().unwrap_or_default().to_owned()),
    }
}
