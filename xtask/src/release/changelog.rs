//! The CHANGELOG of each crate, in the form of Keep a Changelog.

use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::semver::Version;

use super::versions;
use crate::workspace::Workspace;

const UNRELEASED: &str = "## [Unreleased]";

/// Each crate has an entry for what would be published: under its version, or still under *Unreleased*.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let version = versions::current(workspace)?;
    let mut problems = Vec::new();
    let mut open = 0;
    for package in workspace.published() {
        let text = read(workspace, package)?;
        let waiting = section(&text, UNRELEASED).is_some_and(has_entry);
        if waiting {
            open += 1;
        }
        let closed = section(&text, &heading(&version)).is_some_and(has_entry);
        if !waiting && !closed {
            problems.push(format!(
                "{}: CHANGELOG.md has no entry under {UNRELEASED} or {}",
                package.name,
                heading(&version)
            ));
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(match open {
        0 => format!("closed at {version}"),
        _ => format!("{open} crates have unreleased entries; `cargo xtask release bump` closes them"),
    })
}

/// Fails unless everything that is new stands under the current version.
pub(crate) fn ensure_closed(workspace: &Workspace) -> Result<()> {
    let version = versions::current(workspace)?;
    for package in workspace.published() {
        let text = read(workspace, package)?;
        ensure!(
            section(&text, &heading(&version)).is_some_and(has_entry)
                && !section(&text, UNRELEASED).is_some_and(has_entry),
            "{}: CHANGELOG.md is not closed at {version}; `cargo xtask release bump` does it",
            package.name
        );
    }
    Ok(())
}

/// Puts what is unreleased under this version, in each crate.
pub(crate) fn close_all(workspace: &Workspace, version: &Version, date: &str) -> Result<()> {
    for package in workspace.published() {
        let text = read(workspace, package)?;
        let closed = close(&text, version, date).with_context(|| path(package).to_string())?;
        workspace.shell.write_file(path(package), closed)?;
    }
    Ok(())
}

fn close(text: &str, version: &Version, date: &str) -> Result<String> {
    let (before, after) = text
        .split_once(UNRELEASED)
        .with_context(|| format!("no `{UNRELEASED}`"))?;
    let heading = heading(version);
    ensure!(section(text, &heading).is_none(), "`{heading}` is there already");
    let entry = if section(text, UNRELEASED).is_some_and(has_entry) {
        ""
    } else {
        "\n\n- Released together with the other crates; nothing changed in this one."
    };
    Ok(format!(
        "{before}{UNRELEASED}\n\n{heading} - {date}{entry}{after}"
    ))
}

/// What stands under a heading that starts like this.
fn section<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let start = if text.starts_with(heading) {
        0
    } else {
        text.find(&format!("\n{heading}"))? + 1
    };
    let body = text[start..].split_once('\n').map_or("", |it| it.1);
    Some(body.find("\n## ").map_or(body, |end| &body[..end]))
}

fn has_entry(section: &str) -> bool {
    section.lines().any(|line| line.starts_with("- "))
}

fn heading(version: &Version) -> String {
    format!("## [{version}]")
}

fn path(package: &Package) -> Utf8PathBuf {
    package.manifest_path.with_file_name("CHANGELOG.md")
}

fn read(workspace: &Workspace, package: &Package) -> Result<String> {
    Ok(workspace.shell.read_file(path(package))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: &str =
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2024-01-02\n\n- All.\n";

    #[test]
    fn closes_what_is_unreleased() {
        let closed = close(OPEN, &Version::new(0, 2, 0), "2024-03-04").unwrap();
        assert_eq!(
            closed,
            "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2024-03-04\n\n### Added\n\n- A thing.\n\n\
             ## [0.1.0] - 2024-01-02\n\n- All.\n"
        );
        assert!(!has_entry(section(&closed, UNRELEASED).unwrap()));
        assert!(has_entry(section(&closed, "## [0.2.0]").unwrap()));

        let again = close(&closed, &Version::new(0, 2, 1), "2024-03-05").unwrap();
        assert!(has_entry(section(&again, "## [0.2.1]").unwrap()), "{again}");
        assert!(close(OPEN, &Version::new(0, 1, 0), "2024-03-04").is_err());
    }

    #[test]
    fn an_entry_is_looked_for_in_its_own_section() {
        assert!(section(OPEN, "## [0.3.0]").is_none());
        let empty = OPEN.replace("- A thing.\n", "");
        assert!(!has_entry(section(&empty, UNRELEASED).unwrap()));
    }
}
