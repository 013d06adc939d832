//! What the clients report about themselves, line by line: they run in another process and keep nothing.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum What {
    Account,
    Order,
    OrderStatus,
    Add,
    Visit,
    List,
    ListAll,
    Activate,
    Deactivate,
    ClickStats,
    Login,
    /// The token's header, for another HTTP stack.
    Authorization,
    Message,
    /// A message whose caller says that it may be sent twice.
    RepeatableMessage,
    Balance,
    /// A call with the token to an address that is not the provider's.
    Foreign,
    /// A GET that would send by URL at Sabapayamak.
    ByUrl,
}

/// What came of a call, as far as the client can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Done {
        id: Option<String>,
    },
    NoEffect,
    Unknown,
    /// Its future was dropped.
    Dropped,
    /// It did not end long after its deadline, and was dropped then.
    Hung,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    Ended(Ended),
    /// An observer recorded an order.
    Intent {
        lane: u16,
        call: u32,
        sequence: u64,
        at: u64,
    },
    /// An observer was told the outcome.
    Told {
        lane: u16,
        call: u32,
        outcome: Outcome,
    },
    /// An unknown order was looked for in the balance.
    Settled {
        lane: u16,
        call: u32,
        difference: i64,
        placed: Option<bool>,
    },
    /// The balance of an account without an order in flight.
    Balance {
        lane: u16,
        read: Option<i64>,
        expected: i64,
    },
    /// What a client had left of its budget at the end.
    BudgetLeft {
        lane: u16,
        left: Option<u64>,
    },
    Over(Over),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) lane: u16,
    pub(crate) call: u32,
    pub(crate) what: What,
    pub(crate) outcome: Outcome,
    /// The link that it was about, if any.
    pub(crate) about: Option<String>,
    /// The kind of error.
    pub(crate) kind: Option<String>,
    pub(crate) millis: u64,
    pub(crate) timeout: u64,
    /// Whether its caller stopped polling it for a while.
    pub(crate) unpolled: bool,
    pub(crate) at: u64,
}

/// The last words of the clients' process.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Over {
    pub(crate) panics: u32,
    pub(crate) peak_after_a_fifth: usize,
    pub(crate) peak: usize,
    pub(crate) log_lines: u64,
    pub(crate) log_bytes: u64,
    pub(crate) leaks: Vec<String>,
    pub(crate) unheard: Vec<String>,
}

/// Where entries are written: to standard output, by a thread of its own.
#[derive(Debug, Clone)]
pub(crate) struct Ledger(SyncSender<Entry>);

impl Ledger {
    pub(crate) fn start() -> (Self, std::thread::JoinHandle<()>) {
        let (sender, receiver) = sync_channel(4096);
        let writer = std::thread::spawn(move || write_all(&receiver));
        (Self(sender), writer)
    }

    pub(crate) fn note(&self, entry: Entry) {
        self.0.send(entry).expect("the writer outlives the calls");
    }
}

fn write_all(entries: &Receiver<Entry>) {
    let mut output = std::io::stdout().lock();
    for entry in entries {
        let line = serde_json::to_string(&entry).expect("an entry is JSON");
        writeln!(output, "{line}").expect("somebody reads the ledger");
    }
    output.flush().expect("somebody reads the ledger");
}

/// Microseconds since 1970: both processes are on one machine.
pub(crate) fn now() -> u64 {
    micros(SystemTime::now())
}

pub(crate) fn micros(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
