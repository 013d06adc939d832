//! A table of what a client makes of each documented answer, and of that answer with something around it, in it or
//! against it. Each provider commits its own, so that a change of any row shows in review.
//!
//! `PAYVAND_WRITE_TABLES=1 cargo test` writes the tables.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_debug_implementations,
    reason = "it is made for tests"
)]

mod change;

use std::fmt::Write as _;
use std::path::Path;

use http_core::{Code, Error};

use change::changes;

/// An answer of the provider's document.
pub struct Documented {
    /// What the row is called.
    pub name: String,
    /// The JSON that the document shows.
    pub json: String,
    /// Puts around it what the provider puts around it.
    pub wrap: fn(&str) -> String,
    /// The same JSON with what contradicts it, each by its name.
    pub contradictions: Vec<(&'static str, String)>,
}

/// The table. `read` makes the call of the answer with this name, is given this body, and says what a success holds.
pub fn table<C: Code>(
    documented: &[Documented],
    mut read: impl FnMut(&str, String) -> Result<String, Error<C>>,
) -> String {
    let mut rows = vec![["answer", "change", "kind", "code", "effect"].map(str::to_owned)];
    for answer in documented {
        for (change, body) in changes(answer) {
            let [kind, code, effect] = match read(&answer.name, body) {
                Ok(held) => ["ok".to_owned(), held, String::new()],
                Err(error) => [
                    format!("{:?}", error.kind()),
                    error.code().map(|code| format!("{code:?}")).unwrap_or_default(),
                    format!("{:?}", error.effect()),
                ],
            };
            rows.push([answer.name.clone(), change, kind, code, effect]);
        }
    }
    aligned(&rows)
}

/// Compares the table with the committed one.
///
/// # Panics
/// If they differ, with the rows that do.
pub fn assert_committed(path: impl AsRef<Path>, table: &str) {
    let path = path.as_ref();
    if std::env::var_os("PAYVAND_WRITE_TABLES").is_some() {
        std::fs::write(path, table).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let (before, now): (Vec<_>, Vec<_>) = (committed.lines().collect(), table.lines().collect());
    let mut differences = String::new();
    for line in before.iter().filter(|line| !now.contains(line)) {
        let _ = writeln!(differences, "- {line}");
    }
    for line in now.iter().filter(|line| !before.contains(line)) {
        let _ = writeln!(differences, "+ {line}");
    }
    assert!(
        before == now,
        "{} is not what the client does (PAYVAND_WRITE_TABLES=1 writes it):\n{differences}",
        path.display()
    );
}

fn aligned(rows: &[[String; 5]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut table = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table
}
