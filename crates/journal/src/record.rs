use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::key::hex;
use crate::state::State;
use crate::store::Row;

/// An entry of a journal, whatever call it is of.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Record {
    key: String,
    operation: String,
    account: String,
    description: String,
    state: State,
    cost: u64,
    unit: String,
    begun: SystemTime,
    until: SystemTime,
    ended: Option<SystemTime>,
    fields: Option<Box<RawValue>>,
}

impl Record {
    pub(crate) fn of(row: Row) -> Self {
        Self {
            key: row.key,
            operation: row.operation,
            account: row.account,
            description: row.description,
            state: row.state,
            cost: u64::try_from(row.cost).unwrap_or_default(),
            unit: row.unit,
            begun: time(row.begun),
            until: time(row.until),
            ended: row.ended.map(time),
            fields: row.fields.and_then(|it| RawValue::from_string(it).ok()),
        }
    }

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
        self.cost
    }

    /// What its cost is counted in: `orders`, `links`, `parts`, `calls`.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// When its intent was stored.
    pub fn begun(&self) -> SystemTime {
        self.begun
    }

    /// Until when its request may still be on its way: its deadline and the grace.
    pub fn until(&self) -> SystemTime {
        self.until
    }

    /// When what became of it was stored.
    pub fn ended(&self) -> Option<SystemTime> {
        self.ended
    }

    /// What was kept of the answer, as JSON, such as `{"id":"…"}`.
    pub fn fields(&self) -> Option<&str> {
        self.fields.as_deref().map(RawValue::get)
    }
}

/// How a request is named where its key belongs to another one.
pub(crate) fn name(operation: &str, account: &str, description: &str, fingerprint: &[u8]) -> String {
    let fingerprint = hex(fingerprint.get(..4).unwrap_or_default());
    format!("{operation} for {account:?}, {description} ({fingerprint})")
}

pub(crate) fn time(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// What became of a call, where it could not be stored: of each key its state and what was kept of the answer, as JSON. Its
/// text has all of it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Unrecorded {
    pub(crate) rows: Vec<(String, State, Option<Box<RawValue>>)>,
}

impl Unrecorded {
    /// Key, state, and what was kept of the answer.
    pub fn rows(&self) -> impl Iterator<Item = (&str, State, Option<&str>)> {
        let rows = self.rows.iter();
        rows.map(|(key, state, fields)| (&**key, *state, fields.as_deref().map(RawValue::get)))
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
