//! What a change of the public API asks of the next version.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use cargo_metadata::semver::Version;

use super::{api, tree_state, versions};
use crate::workspace::Workspace;

/// How far one public API is from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// No line of it changed.
    Nothing,
    /// There is more of it.
    Addition,
    /// A program that compiled may not compile any more.
    Break,
}

/// The versions since the last release, by the committed snapshots.
#[derive(Debug)]
pub(crate) struct Required {
    pub(crate) last: Version,
    pub(crate) change: Change,
    /// Which crate changed how.
    pub(crate) reasons: Vec<String>,
}

/// Fails when the version is lower than what the change of the API asks for.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let current = versions::current(workspace)?;
    let Some(required) = required(workspace)? else {
        return Ok(format!("{current} is the first release"));
    };
    let least = required.least();
    if current == required.last {
        return Ok(format!("{:?} since {current}: next is {least}", required.change));
    }
    ensure!(
        current >= least,
        "after {} the next version is at least {least}, but this is {current}:\n{}",
        required.last,
        required.reasons.join("\n")
    );
    Ok(format!(
        "{:?} since {}: {current} fits",
        required.change, required.last
    ))
}

/// What the next version has to be; `None` when there was no release yet.
pub(crate) fn required(workspace: &Workspace) -> Result<Option<Required>> {
    let Some((tag, last)) = tree_state::last_release(workspace)? else {
        return Ok(None);
    };
    let mut change = Change::Nothing;
    let mut reasons = Vec::new();
    for package in workspace.published() {
        let path = api::path(package);
        let path = path.strip_prefix(workspace.shell.current_dir())?;
        let then = tree_state::file_at(workspace, &tag, path.as_str())?;
        let now = api::committed(workspace, package)?.unwrap_or_default();
        let of_this = match &then {
            Some(then) => self::change(then, &now),
            None => Change::Addition,
        };
        if of_this > Change::Nothing {
            let difference = difference(then.as_deref().unwrap_or_default(), &now);
            reasons.push(format!("{}: {of_this:?}\n{difference}", package.name));
        }
        change = change.max(of_this);
    }
    Ok(Some(Required {
        last,
        change,
        reasons,
    }))
}

impl Required {
    /// The least version that says truly what changed.
    pub(crate) fn least(&self) -> Version {
        let Version {
            major, minor, patch, ..
        } = self.last;
        match self.change {
            Change::Break if major == 0 => Version::new(0, minor + 1, 0),
            Change::Break => Version::new(major + 1, 0, 0),
            Change::Addition if major > 0 => Version::new(major, minor + 1, 0),
            Change::Addition | Change::Nothing => Version::new(major, minor, patch + 1),
        }
    }
}

/// Compares two snapshots. Careful rather than clever: what cannot be told from a line counts as a break.
pub(crate) fn change(then: &str, now: &str) -> Change {
    let (removed, added) = lines(then, now);
    if !removed.is_empty() || added.iter().any(|line| breaks(line, then)) {
        Change::Break
    } else if !added.is_empty() {
        Change::Addition
    } else {
        Change::Nothing
    }
}

/// The lines that went and came, marked as in a diff.
pub(crate) fn difference(then: &str, now: &str) -> String {
    let (removed, added) = lines(then, now);
    let mut text = String::new();
    for (sign, lines) in [('-', removed), ('+', added)] {
        for line in lines {
            let _ = writeln!(text, "  {sign} {line}");
        }
    }
    text
}

/// The lines that are only in the first, and only in the second; a line that stands there twice counts twice.
fn lines<'a>(then: &'a str, now: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let mut count = BTreeMap::<&str, i32>::new();
    for line in now.lines() {
        *count.entry(line).or_default() += 1;
    }
    let mut removed = Vec::new();
    for line in then.lines() {
        let left = count.entry(line).or_default();
        if *left == 0 {
            removed.push(line);
        } else {
            *left -= 1;
        }
    }
    let added = now.lines().filter(|line| {
        let left = count.entry(line).or_default();
        *left -= 1;
        *left >= 0
    });
    (removed, added.collect())
}

/// Whether a new line breaks users of what was there: a variant of an enum that they match to the end, a field of
/// a struct that they fill, an item of a trait that they implement.
fn breaks(line: &str, then: &str) -> bool {
    let Some((parent, _)) = path(line).and_then(|it| it.rsplit_once("::")) else {
        return false;
    };
    let mut before = then.lines().filter(|it| !it.starts_with("#[non_exhaustive]"));
    let is_member = line.starts_with("pub ") && word(line) != "fn" && path(line).is_some();
    before.any(|it| {
        path(it) == Some(parent)
            && match word(it) {
                "trait" => true,
                "enum" | "struct" => is_member && !is_item(word(line)),
                _ => false,
            }
    })
}

/// `enum` of `#[non_exhaustive] pub enum a::B`; the path itself for a variant or a field.
fn word(line: &str) -> &str {
    let line = line.trim_start_matches("#[non_exhaustive] ");
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = ["unsafe ", "async ", "const fn", "auto "]
        .iter()
        .fold(line, |line, it| line.strip_prefix(it).unwrap_or(line));
    line.split(' ').next().unwrap_or_default()
}

fn is_item(word: &str) -> bool {
    const ITEMS: [&str; 11] = [
        "const", "enum", "fn", "macro", "mod", "static", "struct", "trait", "type", "union", "use",
    ];
    ITEMS.contains(&word)
}

/// `a::B::c` of `pub fn a::B::c(&self)`.
fn path(line: &str) -> Option<&str> {
    let start = line.split(' ').find(|it| it.contains("::"))?;
    let start = line.get(line.find(start)?..)?;
    let bytes = start.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        if bytes[end].is_ascii_alphanumeric() || bytes[end] == b'_' {
            end += 1;
        } else if start[end..].starts_with("::") {
            end += 2;
        } else {
            break;
        }
    }
    Some(&start[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: &str = "\
feature default = rustls
extern http 1
pub mod a
pub enum a::Closed
pub a::Closed::One
#[non_exhaustive] pub enum a::Open
pub a::Open::One
pub struct a::Fields
pub a::Fields::x: i32
pub struct a::Hidden<C>
impl a::Hidden
pub fn a::Hidden::get(&self) -> i32
impl core::marker::Send for a::Hidden
pub trait a::Trait: core::marker::Send
pub fn a::Trait::f(&self)
";

    #[test]
    fn tells_an_addition_from_a_break() {
        let with = |line: &str| change(THEN, &format!("{THEN}{line}\n"));
        assert_eq!(change(THEN, THEN), Change::Nothing);
        for line in [
            "pub fn a::new() -> i32",
            "pub fn a::Hidden::set(&mut self)",
            "pub a::Open::Two",
            "pub a::Open::Three::field: i32",
            "pub enum a::Closed2",
            "pub fn a::Closed::is_one(&self) -> bool",
            "pub const a::Fields::MAX: i32",
            "impl core::clone::Clone for a::Hidden",
            "feature gzip",
        ] {
            assert_eq!(with(line), Change::Addition, "{line}");
        }
        for line in [
            "pub a::Closed::Two",
            "pub a::Closed::Three(i32)",
            "pub a::Fields::y: core::option::Option<i32>",
            "pub fn a::Trait::g(&self)",
            "pub type a::Trait::Item",
        ] {
            assert_eq!(with(line), Change::Break, "{line}");
        }
        for (old, new) in [
            ("get(&self) -> i32", "get(&self) -> i64"),
            ("impl core::marker::Send for a::Hidden\n", ""),
            ("extern http 1", "extern http 2"),
            ("default = rustls", "default = native-tls"),
        ] {
            assert_eq!(change(THEN, &THEN.replace(old, new)), Change::Break, "{old}");
        }
    }

    #[test]
    fn a_line_counts_as_often_as_it_stands() {
        assert_eq!(change("pub a::B\npub a::B\n", "pub a::B\n"), Change::Break);
        assert_eq!(lines("x\n", "x\nx\n"), (vec![], vec!["x"]));
    }

    #[test]
    fn a_change_decides_the_version() {
        let least = |last: (u64, u64, u64), change| {
            let last = Version::new(last.0, last.1, last.2);
            Required {
                last,
                change,
                reasons: vec![],
            }
            .least()
            .to_string()
        };
        assert_eq!(least((0, 1, 2), Change::Break), "0.2.0");
        assert_eq!(least((0, 1, 2), Change::Addition), "0.1.3");
        assert_eq!(least((0, 1, 2), Change::Nothing), "0.1.3");
        assert_eq!(least((1, 1, 2), Change::Break), "2.0.0");
        assert_eq!(least((1, 1, 2), Change::Addition), "1.2.0");
        assert_eq!(least((1, 1, 2), Change::Nothing), "1.1.3");
    }
}
