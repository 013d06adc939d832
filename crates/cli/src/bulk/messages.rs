//! Messages, in chunks as the provider takes them.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::stream;
use payvand_journal::{Entry, Journal, JournalError, SentMessage, State};
use payvand_persian::{Mobile, NumberError, Text, digits};
use payvand_sms::{
    Bulk as Chunks, Cause, ChunkLimits, ChunkSender, Outcome, Receipt, Row, Scope, async_trait,
};
use tokio::sync::mpsc;

use crate::bulk::report::{Report, RowEnd};
use crate::bulk::rows::Record;
use crate::bulk::template::Template;
use crate::bulk::{Bulk, Job, Keyed, ReadRow, Survey, keyed, settle};
use crate::clients;
use crate::context::{Context, interrupted, interrupts};
use crate::failure::{Exit, Failure};
use crate::sms;
use crate::sms_provider::SmsProvider;

/// As many rows are read ahead of those that are sent.
const READ_AHEAD: usize = 256;

pub(crate) async fn run(
    path: &Path,
    bulk: &Bulk,
    text: Option<&Template>,
    provider: SmsProvider,
    line: Option<&str>,
    context: &Context,
) -> Result<Exit, Failure> {
    let read = |row: &Record| message(row, text);
    let survey = Survey::of(path, &read, context)?;
    if bulk.dry_run {
        let (amount, unit) = sms::amount(provider, context).await?;
        let balance = format!("{} {}", context.screen.number(&amount), unit.unwrap_or_default());
        return survey.show("parts", Some(balance.trim_end().to_owned()), context);
    }
    survey.check()?;
    if bulk.by.settle {
        return match Account::of(provider, line, context)? {
            #[cfg(feature = "smsafzar")]
            Account::Smsafzar(sms, line) => {
                let call = |row: Row| sms.send_bulk().from(&line).to(row.to()).text(row.text());
                settle::rows(path, &bulk.by, &read, call, context).await
            }
            #[cfg(feature = "sabapayamak")]
            Account::Sabapayamak(sms) => {
                let call = |row: Row| sms.send(row.text(), [row.to()]);
                settle::rows(path, &bulk.by, &read, call, context).await
            }
        };
    }
    let opened = bulk.by.open(context).await?;
    let keys = Keys::default();
    let stopped = Stopped::default();
    let sender = JournalledChunks {
        journal: opened.journal.clone(),
        account: Account::of(provider, line, context)?,
        keys: keys.clone(),
        stopped: stopped.clone(),
    };
    let report = RefCell::new(Report::new(context.screen, bulk.out.as_deref(), survey.rows)?);
    let lines = RefCell::new(HashMap::new());
    let (rows, mut queue) = mpsc::channel(READ_AHEAD);
    let mut outcomes = Chunks::new(sender).send_stream(stream::poll_fn(move |cx| queue.poll_recv(cx)));
    let feed = async {
        let fed = feed(path, &read, &opened.journal, &keys, rows, &lines, &report).await;
        // Nothing of what is still to come is needed any more.
        fed.inspect_err(|_| {
            stopped.get_or_init(|| None);
        })
    };
    let drain = async {
        let mut interrupts = interrupts()?;
        let mut is_last = false;
        let mut failed = None;
        loop {
            let next = tokio::select! {
                next = outcomes.next() => next,
                () = interrupts.next() => {
                    if is_last {
                        return Err(Failure::unknown(interrupted()));
                    }
                    is_last = true;
                    context.note_waiting();
                    outcomes.stop();
                    continue;
                }
            };
            let Some(row) = next else { break };
            if stopped.get().is_some() || failed.is_some() {
                outcomes.stop();
            }
            let Some((line, key)) = lines.borrow_mut().remove(&row.index()) else {
                continue;
            };
            let Some(end) = end_of(row.outcome()) else {
                continue;
            };
            failed = failed.or(report.borrow_mut().row(line, &key, &end).err());
        }
        match failed {
            Some(failure) => Err(failure),
            None if is_last => Err(Failure::failed(interrupted())),
            None => Ok(outcomes.ended().map(ToString::to_string)),
        }
    };
    let (fed, drained) = tokio::join!(feed, drain);
    let ended = drained.and_then(|why| fed.map(|()| why));
    let early = match (ended, stopped.get().and_then(Option::as_ref)) {
        (Err(failure), _) => Some(failure),
        (Ok(_), Some(error)) => Some(error.into()),
        (Ok(Some(why)), None) => Some(Failure::failed(crate::words::Words::untranslated(why))),
        (Ok(None), None) => None,
    };
    report.into_inner().end(early)
}

fn message(row: &Record, text: Option<&Template>) -> Result<Job<Row>, String> {
    let names =
        "mobile,phone,to,number,موبایل,شماره موبایل,شماره همراه,شماره تلفن,شماره,تلفن همراه,همراه,تلفن";
    let to = row
        .get(names)
        .ok_or_else(|| format!("there is no column \"mobile\"; there are: {}", row.names()))?;
    let to = mobile(to).map_err(|why| format!("the number: {why}"))?;
    let text = match text {
        Some(template) => template.fill(row)?,
        None => row
            .get("text,متن,پیام")
            .ok_or("there is no column \"text\", and no --text")?
            .to_owned(),
    };
    let parts = Text::new(&text)
        .map_err(|error| format!("the text: {error}"))?
        .segments();
    Ok(Job {
        content: vec![to.to_string(), text.clone()],
        what: Row::new(to, text),
        cost: parts as u64,
    })
}

/// Refuses what another program has made of a number that it took for one to count with. A dot would be a separator.
fn mobile(cell: &str) -> Result<Mobile, String> {
    let latin = digits::to_latin(cell).replace(['٫', ',', '/'], ".");
    let is_number = latin.parse::<f64>().is_ok();
    let spoiled = if is_number && latin.contains(['e', 'E']) {
        "has lost digits"
    } else if is_number && latin.ends_with(".0") {
        "is a decimal number"
    } else {
        return cell.parse().map_err(|error: NumberError| error.to_string());
    };
    Err(format!(
        "{cell} {spoiled} in another program: export the column as text"
    ))
}

type Lines = RefCell<HashMap<u64, (u64, String)>>;

/// Gives away the rows that are not done yet.
async fn feed(
    path: &Path,
    read: &impl ReadRow<What = Row>,
    journal: &Journal,
    keys: &Keys,
    rows: mpsc::Sender<Row>,
    lines: &Lines,
    report: &RefCell<Report>,
) -> Result<(), Failure> {
    let mut index = 0;
    for row in keyed(path, read, journal)? {
        let Keyed { line, key, what } = row?;
        let known = journal.entry(&key).await?;
        let end = known.and_then(|known| match known.state() {
            State::Done => Some(RowEnd::Before(known.fields().unwrap_or_default().to_owned())),
            State::InDoubt => Some(RowEnd::InDoubt(String::new())),
            _ => None,
        });
        if let Some(end) = end {
            report.borrow_mut().row(line, &key, &end)?;
            continue;
        }
        lines.borrow_mut().insert(index, (line, key.clone()));
        index += 1;
        keys.add(what.to(), key);
        if rows.send(what).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// `None` is a row that was not reached: it is left.
fn end_of(outcome: &Outcome) -> Option<RowEnd> {
    Some(match outcome {
        Outcome::Sent(receipt) => {
            let answer = serde_json::json!({ "id": receipt.id(), "batch_id": receipt.batch_id() });
            RowEnd::Done(answer.to_string())
        }
        Outcome::NotSent(Cause::Stopped | Cause::EndedEarly(_)) => return None,
        Outcome::Unknown(why) => RowEnd::InDoubt(why.to_string()),
        other => RowEnd::NotDone(other.cause().map(ToString::to_string).unwrap_or_default()),
    })
}

/// The keys of the rows on their way. Rows of one number keep their order, so a list for each is enough.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<HashMap<Mobile, VecDeque<String>>>>);

impl Keys {
    fn add(&self, to: Mobile, key: String) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.entry(to).or_default().push_back(key);
    }

    fn take(&self, rows: &[Row]) -> Vec<String> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let take = |row: &Row| {
            let of_number = keys.get_mut(&row.to());
            let key = of_number.and_then(VecDeque::pop_front).unwrap_or_default();
            if keys.get(&row.to()).is_some_and(VecDeque::is_empty) {
                keys.remove(&row.to());
            }
            key
        };
        rows.iter().map(take).collect()
    }
}

/// Set when nothing more is to be sent, to the journal's error if that is why.
type Stopped = Arc<OnceLock<Option<JournalError>>>;

/// Who sends a chunk.
enum Account {
    #[cfg(feature = "smsafzar")]
    Smsafzar(smsafzar_api::Client, String),
    #[cfg(feature = "sabapayamak")]
    Sabapayamak(sabapayamak_api::Client),
}

impl Account {
    fn of(provider: SmsProvider, line: Option<&str>, context: &Context) -> Result<Self, Failure> {
        Ok(match provider {
            #[cfg(feature = "smsafzar")]
            SmsProvider::Smsafzar => {
                Self::Smsafzar(clients::smsafzar(context)?, clients::line(line, context)?)
            }
            #[cfg(feature = "sabapayamak")]
            SmsProvider::Sabapayamak => Self::Sabapayamak(clients::sabapayamak(context)?),
        })
    }
}

/// Sends each chunk under the keys of its rows.
struct JournalledChunks {
    journal: Journal,
    account: Account,
    keys: Keys,
    stopped: Stopped,
}

type Entries = Result<Vec<Entry<SentMessage, Cause>>, JournalError>;

impl JournalledChunks {
    async fn make(&self, rows: &[Row]) -> Entries {
        let keys = self.keys.take(rows);
        match &self.account {
            #[cfg(feature = "smsafzar")]
            Account::Smsafzar(sms, line) => {
                let call = rows.iter().fold(sms.send_bulk().from(line), |call, row| {
                    call.to(row.to()).text(row.text())
                });
                self.journal.run_many(keys, call).await
            }
            #[cfg(feature = "sabapayamak")]
            Account::Sabapayamak(sms) => {
                let text = rows.first().map_or("", Row::text);
                self.journal
                    .run_many(keys, sms.send(text, rows.iter().map(Row::to)))
                    .await
            }
        }
    }
}

#[async_trait]
impl ChunkSender for JournalledChunks {
    fn limits(&self) -> ChunkLimits {
        match &self.account {
            #[cfg(feature = "smsafzar")]
            Account::Smsafzar(..) => ChunkLimits {
                most_rows: smsafzar_api::MOST_ROWS,
                is_one_text: false,
                at_once: Some(4),
            },
            #[cfg(feature = "sabapayamak")]
            Account::Sabapayamak(sms) => sms.limits(),
        }
    }

    async fn send_chunk(&self, rows: &[Row]) -> Vec<Outcome> {
        if self.stopped.get().is_some() {
            return vec![Outcome::NotSent(Cause::Stopped); rows.len()];
        }
        match self.make(rows).await {
            Ok(entries) => entries.into_iter().map(outcome).collect(),
            Err(error) => {
                let is_unknown = error.effect() == http_core::Effect::Unknown;
                let _ = self.stopped.set(Some(error));
                let outcome = if is_unknown {
                    Outcome::Unknown(Cause::Status(None))
                } else {
                    Outcome::NotSent(Cause::Stopped)
                };
                vec![outcome; rows.len()]
            }
        }
    }

    fn scope(&self, refusal: &Cause) -> Scope {
        match &self.account {
            #[cfg(feature = "smsafzar")]
            Account::Smsafzar(..) => {
                use smsafzar_api::Code;
                match refusal.error().and_then(|it| it.of::<Code>()?.code()) {
                    Some(
                        Code::AccountExpired
                        | Code::AccountInactive
                        | Code::AddressNotAllowed
                        | Code::Unauthorized,
                    ) => Scope::Account,
                    Some(Code::InvalidParameters | Code::TooManyRequests) => Scope::Row,
                    _ => Scope::Chunk,
                }
            }
            #[cfg(feature = "sabapayamak")]
            Account::Sabapayamak(sms) => sms.scope(refusal),
        }
    }
}

fn outcome(entry: Entry<SentMessage, Cause>) -> Outcome {
    match entry {
        Entry::Done(sent) => Outcome::Sent(Receipt::new(
            sent.id().map(str::to_owned),
            sent.batch_id().map(Into::into),
        )),
        Entry::NotDone(Cause::Call(error)) => Outcome::of_error(error),
        Entry::NotDone(cause) => Outcome::Refused(cause),
        Entry::InDoubt(_) => Outcome::Unknown(Cause::Status(None)),
    }
}
