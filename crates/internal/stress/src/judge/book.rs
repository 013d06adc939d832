//! The ledger, read: what the clients said.

use std::collections::BTreeMap;

use crate::ledger::{Ended, Entry, Outcome, Over, What};

/// A lane and the number of its call.
pub(crate) type Call = (u16, u32);

#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) ended: BTreeMap<Call, Ended>,
    /// When an order was recorded, and as which of its client.
    pub(crate) intents: BTreeMap<Call, (u64, u64)>,
    pub(crate) told: BTreeMap<Call, Vec<Outcome>>,
    pub(crate) settled: BTreeMap<Call, (i64, Option<bool>)>,
    /// What was read, and what was expected.
    pub(crate) balances: Vec<(u16, Option<i64>, i64)>,
    pub(crate) budgets: BTreeMap<u16, Option<u64>>,
    pub(crate) over: Option<Over>,
    /// What is wrong with the ledger itself.
    pub(crate) broken: Vec<String>,
}

impl Book {
    pub(crate) fn take(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(entry) => self.note(entry),
            Err(error) => self.broken.push(format!("a line that is no entry: {error}")),
        }
    }

    fn note(&mut self, entry: Entry) {
        match entry {
            Entry::Ended(ended) => {
                let call = (ended.lane, ended.call);
                if self.ended.insert(call, ended).is_some() {
                    self.broken.push(format!("{call:?} ended twice"));
                }
            }
            Entry::Intent {
                lane,
                call,
                sequence,
                at,
            } => {
                if self.intents.insert((lane, call), (sequence, at)).is_some() {
                    self.broken.push(format!("two intents of {lane}, {call}"));
                }
            }
            Entry::Told { lane, call, outcome } => {
                self.told.entry((lane, call)).or_default().push(outcome);
            }
            Entry::Settled {
                lane,
                call,
                difference,
                placed,
            } => {
                self.settled.insert((lane, call), (difference, placed));
            }
            Entry::Balance { lane, read, expected } => self.balances.push((lane, read, expected)),
            Entry::BudgetLeft { lane, left } => {
                self.budgets.insert(lane, left);
            }
            Entry::Over(over) => self.over = Some(over),
        }
    }

    /// The calls of this sort that ended.
    pub(crate) fn of(&self, what: What) -> impl Iterator<Item = (Call, &Ended)> {
        let all = self.ended.iter().map(|(call, ended)| (*call, ended));
        all.filter(move |(_, ended)| ended.what == what)
    }
}
