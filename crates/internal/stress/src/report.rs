//! What a person reads at the end.

use std::fmt;

use crate::settings::Settings;

/// How many violations of a claim are shown.
const SHOWN: usize = 5;

/// What came of a run. It prints as a table.
#[derive(Debug)]
pub struct Report {
    pub(crate) settings: Settings,
    pub(crate) lines: Vec<Line>,
}

/// Something that must hold, and whether it did.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) claim: &'static str,
    counts: String,
    pub(crate) violations: Vec<String>,
}

impl Report {
    /// Whether everything held.
    pub fn is_good(&self) -> bool {
        self.lines.iter().all(|line| line.violations.is_empty())
    }
}

impl Line {
    pub(crate) fn new(claim: &'static str) -> Self {
        Self {
            claim,
            ..Self::default()
        }
    }

    pub(crate) fn check(&mut self, holds: bool, how: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(how());
        }
    }

    /// The counts behind it. A claim about nothing does not hold: the first of them must not be zero.
    pub(crate) fn counts(mut self, first: usize, of: &str, rest: &str) -> Self {
        if first == 0 {
            self.violations
                .push(format!("there were no {of}: nothing was tried"));
        }
        self.counts = format!("{first} {of}{rest}");
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { calls, seed } = self.settings;
        writeln!(f, "A stress run of {calls} calls, seed {seed}")?;
        for Line {
            claim,
            counts,
            violations,
        } in &self.lines
        {
            let mark = if violations.is_empty() { "ok    " } else { "BROKEN" };
            writeln!(f, "{mark}  {claim}: {counts}; {} violations", violations.len())?;
            for violation in violations.iter().take(SHOWN) {
                writeln!(f, "          {violation}")?;
            }
        }
        write!(
            f,
            "Again: cargo run --release -p payvand-stress -- --calls {calls} --seed {seed}"
        )
    }
}
