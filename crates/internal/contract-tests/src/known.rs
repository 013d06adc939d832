//! The rows of `docs/openapi/generators.md`: what tools are known not to do.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

const PAGE: &str = "docs/openapi/generators.md";

/// Tool, run and call.
type Place = (String, String, String);

#[derive(Debug)]
pub(crate) struct Known {
    outcomes: BTreeMap<Place, String>,
    seen: BTreeSet<Place>,
}

impl Known {
    /// A row begins with tool, run, call and outcome, each in backticks.
    pub(crate) fn read() -> Result<Self> {
        let page = std::fs::read_to_string(PAGE).context(PAGE)?;
        let mut outcomes = BTreeMap::new();
        for line in page.lines().filter(|it| it.starts_with("| `")) {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let code = |it: &&str| Some(it.strip_prefix('`')?.strip_suffix('`')?.to_owned());
            let cells: Vec<_> = cells.iter().skip(1).map_while(code).collect();
            if let [tool, run, call, outcome] = &cells[..] {
                let place = (tool.clone(), run.clone(), call.clone());
                outcomes.insert(place, outcome.clone());
            }
        }
        let seen = BTreeSet::new();
        Ok(Self { outcomes, seen })
    }

    /// What the call is known to give, if that is not what it should.
    pub(crate) fn outcome(&mut self, tool: &str, run: &str, call: &str) -> Option<String> {
        let place = (tool.to_owned(), run.to_owned(), call.to_owned());
        let outcome = self.outcomes.get(&place).cloned();
        if outcome.is_some() {
            self.seen.insert(place);
        }
        outcome
    }

    /// Leaves out the rows of a tool that is not there.
    pub(crate) fn forget(&mut self, tool: &str) {
        self.outcomes.retain(|place, _| place.0 != tool);
    }

    /// Rows that no call belongs to.
    pub(crate) fn unseen(self) -> impl Iterator<Item = String> {
        let places = self
            .outcomes
            .into_keys()
            .filter(move |it| !self.seen.contains(it));
        places.map(|(tool, run, call)| format!("{PAGE}: no call is `{tool}`, `{run}`, `{call}`"))
    }
}
