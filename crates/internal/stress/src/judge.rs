//! What must hold at the end. The truth is the sandbox's own record; the clients' entries are what they said of it.

mod conduct;
mod effects;
mod limit;
#[cfg(test)]
mod tests;
mod tokens;

use std::collections::BTreeMap;

use payvand_harness::Effect;

use crate::disturbances::Disturbances;
use crate::entry::{Ended, Entry, Finished};
use crate::groups::{CallId, Group};
use crate::record::Arrival;
use crate::report::Line;

/// Everything that is known at the end.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) groups: Vec<Group>,
    pub(crate) ended: BTreeMap<CallId, Ended>,
    pub(crate) finished: Option<Finished>,
    /// What is wrong with the entries themselves.
    pub(crate) broken: Vec<String>,
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) disturbances: Disturbances,
}

impl Evidence {
    /// Takes in a line of the clients'.
    pub(crate) fn take(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Entry::Ended(ended)) => {
                let call = (ended.group, ended.number);
                if self.ended.insert(call, ended).is_some() {
                    self.broken.push(format!("{call:?} ended twice"));
                }
            }
            Ok(Entry::Finished(finished)) => self.finished = Some(finished),
            Err(error) => self.broken.push(format!("a line that is no entry: {error}")),
        }
    }

    fn group(&self, number: u16) -> &Group {
        &self.groups[usize::from(number)]
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = effects::lines(self);
        lines.extend(tokens::lines(self));
        lines.push(limit::line(self));
        lines.extend(conduct::lines(self));
        lines
    }
}
