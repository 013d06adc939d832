use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;

use crate::hex::hex;
use crate::sqlite::owner::Id;
use crate::state::State;

/// An entry of a journal, whatever call it is of.
#[derive(Debug, Clone)]
pub struct Record {
    /// Grows with each entry that is begun.
    pub(crate) number: i64,
    pub(crate) state: State,
    pub(crate) key: String,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) provider: String,
    pub(crate) operation: String,
    pub(crate) account: String,
    pub(crate) description: String,
    pub(crate) unit: String,
    pub(crate) cost: i64,
    /// Who made the call, and which of its requests it was.
    pub(crate) owner: Id,
    pub(crate) turn: i64,
    /// Times are milliseconds since 1970 by the database's clock.
    pub(crate) begun: i64,
    pub(crate) until: i64,
    pub(crate) ended: Option<i64>,
    /// The account's balance before the call.
    pub(crate) balance: Option<i64>,
    pub(crate) fields: Option<String>,
}

impl Record {
    /// The key that it was run under.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The operation, such as `aparat.order`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Your name for the account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What it is, without secrets, texts and numbers of people.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What is known of it.
    pub fn state(&self) -> State {
        self.state
    }

    /// What it costs, in [`unit`](Self::unit).
    pub fn cost(&self) -> u64 {
        u64::try_from(self.cost).unwrap_or_default()
    }

    /// What its cost is counted in: `orders`, `links`, `parts`, `calls`.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// When its intent was stored.
    pub fn begun(&self) -> SystemTime {
        time(self.begun)
    }

    /// Until when its request may still be on its way: its deadline and the grace.
    pub fn until(&self) -> SystemTime {
        time(self.until)
    }

    /// When what became of it was stored.
    pub fn ended(&self) -> Option<SystemTime> {
        self.ended.map(time)
    }

    /// What was kept of the answer, as JSON, such as `{"id":"…"}`.
    pub fn fields(&self) -> Option<&str> {
        self.fields.as_deref()
    }

    pub(crate) fn kept<F: DeserializeOwned>(&self) -> Option<F> {
        serde_json::from_str(self.fields()?).ok()
    }

    /// How it is named where its key belongs to another request.
    pub(crate) fn name(&self) -> String {
        let fingerprint = hex(self.fingerprint.get(..4).unwrap_or_default());
        let (operation, account, description) = (&self.operation, &self.account, &self.description);
        format!("{operation} for {account:?}, {description} ({fingerprint})")
    }
}

pub(crate) fn time(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// What became of a call, where it could not be stored: of each key its state and what was kept of the answer, as JSON. Its
/// text has all of it.
#[derive(Debug, Clone)]
pub struct Unrecorded(pub(crate) Vec<Record>);

impl Unrecorded {
    /// Key, state, and what was kept of the answer.
    pub fn rows(&self) -> impl Iterator<Item = (&str, State, Option<&str>)> {
        self.0.iter().map(|row| (row.key(), row.state, row.fields()))
    }
}

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, state, fields)) in self.rows().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{key:?} is {state} {}", fields.unwrap_or_default())?;
        }
        Ok(())
    }
}
