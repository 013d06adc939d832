//! Any number of rows, each done at most once, however often the command is started.

#[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
pub(crate) mod messages;
pub(crate) mod one_by_one;
mod quotes;
pub(crate) mod report;
pub(crate) mod rows;
pub(crate) mod settle;
pub(crate) mod template;

use std::collections::{HashMap, HashSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use payvand_journal::{Journal, JournalError};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::bulk::rows::{Record, Rows};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::table::pairs;
use crate::words::{Words, words};

/// As many bad rows are shown.
const MOST_SHOWN: usize = 20;

/// A budget counts all that the journal has.
const ALL_TIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Bulk {
    /// Counts what would happen, beside the balance, and does nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) by: ByJournal,

    /// Writes what became of each row: CSV by the name's end, else lines of JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How what spends is done at most once.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ByJournal {
    /// The file that remembers what was done: the same command goes on where it was stopped, and does nothing twice.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    /// Sends nothing: asks the provider what became of that which is in doubt, and settles what is certain.
    #[arg(long, requires = "journal")]
    pub(crate) settle: bool,

    /// Promises that nobody else spends from the account or tops it up, so that Aparat's balance says what became of an
    /// order in doubt.
    #[arg(long, requires = "journal")]
    exclusive: bool,

    /// The most that all rows of the journal may cost: orders by their counts, messages by their parts, links one each.
    #[arg(long, value_name = "NUMBER", value_parser = crate::arguments::whole::<u64>, requires = "journal")]
    budget: Option<u64>,
}

/// What a row asks for.
#[derive(Debug)]
pub(crate) struct Job<T> {
    pub(crate) what: T,
    /// What tells the row from others.
    pub(crate) content: Vec<String>,
    pub(crate) cost: u64,
}

/// Reads what a row asks for, or says what is wrong with it.
pub(crate) trait ReadRow: Fn(&Record) -> Result<Job<Self::What>, String> {
    type What;
}

impl<T, F: Fn(&Record) -> Result<Job<T>, String>> ReadRow for F {
    type What = T;
}

/// How often each content was there.
#[derive(Debug, Default)]
struct Occurrences {
    once: HashSet<u64>,
    again: HashMap<u64, u32>,
}

impl Occurrences {
    /// How often it was there before.
    fn count<'a>(&mut self, content: impl IntoIterator<Item = &'a str>) -> u32 {
        let mut hash = Sha256::new();
        for part in content {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize()[..8]);
        let hash = u64::from_le_bytes(first);
        if self.once.insert(hash) {
            return 0;
        }
        let again = self.again.entry(hash).or_default();
        *again += 1;
        *again
    }

    /// The key of a row: that of its column, or one made of its content.
    fn key<T>(&mut self, journal: &Journal, record: &Record, job: &Job<T>) -> String {
        let content = || job.content.iter().map(String::as_str);
        match own_key(record) {
            Some(key) => key.to_owned(),
            None => journal.content_key(content(), self.count(content())),
        }
    }
}

/// What a row asks for, under its key.
pub(crate) struct Keyed<T> {
    pub(crate) line: u64,
    pub(crate) key: String,
    pub(crate) what: T,
}

/// The rows of a file whose survey was good.
pub(crate) fn keyed<'a, T>(
    path: &'a Path,
    read: &'a impl ReadRow<What = T>,
    journal: &'a Journal,
) -> Result<impl Iterator<Item = Result<Keyed<T>, Failure>> + 'a, Failure> {
    let wrong = |why: String| Failure::file(path.display(), why);
    let mut occurrences = Occurrences::default();
    let rows = Rows::open(path).map_err(wrong)?;
    Ok(rows.map(move |record| {
        let record = record.map_err(wrong)?;
        let job = read(&record).map_err(wrong)?;
        let key = occurrences.key(journal, &record, &job);
        let (line, what) = (record.line, job.what);
        Ok(Keyed { line, key, what })
    }))
}

fn own_key(record: &Record) -> Option<&str> {
    record.get("key,کلید").filter(|it| !it.is_empty())
}

/// What a file asks for in all.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) rows: u64,
    pub(crate) cost: u64,
    repeated: u64,
    bad: u64,
    shown: Vec<BadRow>,
}

#[derive(Debug, Serialize)]
struct BadRow {
    line: u64,
    cause: String,
}

impl Survey {
    pub(crate) fn of(path: &Path, read: &impl ReadRow, context: &Context) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::file(path.display(), why);
        let rows = Rows::open(path).map_err(wrong)?;
        if let Some(delimiter) = rows.delimiter.filter(|it| *it != ',') {
            let name = if delimiter == '\t' {
                "a tab".to_owned()
            } else {
                format!("`{delimiter}`")
            };
            context.screen.note(&words!(
                "{} stands between the cells of {}.",
                name,
                path.display()
            ));
        }
        let (mut survey, mut occurrences) = (Self::default(), Occurrences::default());
        for record in rows {
            let record = record.map_err(wrong)?;
            survey.rows += 1;
            let key = own_key(&record);
            let is_known = key.is_some_and(|it| occurrences.count(["key", it]) > 0);
            match read(&record) {
                Ok(_) if is_known => survey.bad(record.line, "an earlier row has this key".to_owned()),
                Ok(job) => {
                    survey.cost = survey.cost.saturating_add(job.cost);
                    let content = job.content.iter().map(String::as_str);
                    survey.repeated += u64::from(occurrences.count(content) > 0);
                }
                Err(why) => survey.bad(record.line, why),
            }
        }
        Ok(survey)
    }

    fn bad(&mut self, line: u64, cause: String) {
        self.bad += 1;
        if self.shown.len() < MOST_SHOWN {
            self.shown.push(BadRow { line, cause });
        }
    }

    /// Refuses to begin with rows that cannot be right.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.bad == 0 {
            return Ok(());
        }
        let mut failure = Failure::usage(words!("{} rows cannot be right; nothing was sent", self.bad));
        failure.cause = Some(self.bad_rows());
        Err(failure)
    }

    fn bad_rows(&self) -> String {
        let lines = self
            .shown
            .iter()
            .map(|it| format!("line {}: {}", it.line, it.cause));
        lines.collect::<Vec<_>>().join("\n  ")
    }

    /// The dry run's end: what it would cost, beside what there is.
    pub(crate) fn show(
        &self,
        unit: &'static str,
        balance: Option<String>,
        context: &Context,
    ) -> Result<Exit, Failure> {
        let screen = &context.screen;
        let sum = json!({
            "rows": self.rows, "bad": self.bad, "repeated": self.repeated, "cost": self.cost, "unit": unit,
            "balance": balance, "bad_rows": self.shown,
        });
        screen.show(&sum, || {
            let number = |it: u64| screen.number(&it);
            let cost = format!("{} {}", number(self.cost), screen.say(unit));
            let sum = pairs(
                screen,
                [
                    ("Rows", Some(number(self.rows))),
                    ("Repeated", Some(number(self.repeated))),
                    ("Cannot be right", Some(number(self.bad))),
                    ("Cost", Some(cost)),
                    ("Balance", balance),
                ],
            );
            if self.bad == 0 {
                sum
            } else {
                format!("{sum}\n  {}", self.bad_rows())
            }
        })?;
        Ok(if self.bad == 0 { Exit::Done } else { Exit::Usage })
    }
}

/// An open journal that no other run uses.
pub(crate) struct OpenJournal {
    pub(crate) journal: Journal,
    _lock: File,
}

impl ByJournal {
    pub(crate) async fn open(&self, context: &Context) -> Result<OpenJournal, Failure> {
        let Some(path) = &self.journal else {
            return Err(Failure::usage(words!(
                "what spends needs a --journal FILE, and --dry-run none"
            )));
        };
        let mut opened = open_journal(path, context).await?;
        if let Some(most) = self.budget {
            opened.journal = opened.journal.budget(most, ALL_TIME);
        }
        if self.exclusive {
            opened.journal = opened.journal.exclusive();
        }
        Ok(opened)
    }
}

pub(crate) async fn open_journal(path: &Path, context: &Context) -> Result<OpenJournal, Failure> {
    if path.to_string_lossy().contains("://") {
        return Err(Failure::usage(words!(
            "an address of a journal may hold a password: give it as PAYVAND_JOURNAL_URL, and never as an argument"
        )));
    }
    if context.settings.get("PAYVAND_JOURNAL_URL")?.is_some() {
        return Err(Failure::usage(words!(
            "PAYVAND_JOURNAL_URL is set, and this program was built without PostgreSQL"
        )));
    }
    let mut lock = path.as_os_str().to_owned();
    lock.push(".run");
    let lock = PathBuf::from(lock);
    let failed = |error| Failure::file(lock.display(), error);
    let file = File::options()
        .create(true)
        .append(true)
        .open(&lock)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(Failure::usage(words!(
                "another run of {} is under way",
                path.display()
            )));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let account = context.profile.as_deref().unwrap_or("main");
    Ok(OpenJournal {
        journal: Journal::open(path).await?.account(account),
        _lock: file,
    })
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::from(&error)
    }
}

impl From<&JournalError> for Failure {
    fn from(error: &JournalError) -> Self {
        let words = Words::untranslated(error);
        match error {
            it if it.effect() == http_core::Effect::Unknown => Self::unknown(words),
            JournalError::Storage(_) | JournalError::OverBudget { .. } => Self::failed(words),
            _ => Self::usage(words),
        }
    }
}
