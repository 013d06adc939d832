//! One version for all crates: the core's errors are in every client's API, so what breaks one breaks all.

use anyhow::{Context, Result, ensure};
use cargo_metadata::semver::Version;
use xshell::cmd;

use crate::workspace::Workspace;

const UNRELEASED: &str = "## [Unreleased]";

/// The version of all published crates.
pub(crate) fn current(workspace: &Workspace) -> Result<&Version> {
    let first = workspace.published().next();
    Ok(&first.context("nothing is published")?.version)
}

/// Each page shows this version, and each changelog has an entry for it or for the next one.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let version = current(workspace)?;
    let mut problems = Vec::new();
    let pages = cmd!(workspace.shell, "git ls-files *.md").quiet().read()?;
    for page in pages.lines().filter(|it| !it.ends_with("CHANGELOG.md")) {
        let text = workspace.shell.read_file(page)?;
        for name in workspace.published().map(|it| it.name.as_str()) {
            let wrong = wrong_versions(&text, name, version);
            problems.extend(wrong.iter().map(|it| format!("{page}: {name} = {it:?}")));
        }
    }
    for (name, text) in changelogs(workspace)? {
        if !has_entry(&text, UNRELEASED) && !has_entry(&text, &heading(version)) {
            problems.push(format!("{name}: nothing in CHANGELOG.md is new"));
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("all at {version}"))
}

/// Fails unless every new entry is under this version.
pub(crate) fn ensure_closed(workspace: &Workspace) -> Result<()> {
    let heading = heading(current(workspace)?);
    for (name, text) in changelogs(workspace)? {
        let closed = has_entry(&text, &heading) && !has_entry(&text, UNRELEASED);
        ensure!(closed, "{name}: not all of CHANGELOG.md is under {heading}");
    }
    Ok(())
}

fn changelogs(workspace: &Workspace) -> Result<Vec<(&str, String)>> {
    let read = |path| workspace.shell.read_file(path);
    let all = workspace.published().map(|package| {
        let text = read(package.manifest_path.with_file_name("CHANGELOG.md"))?;
        Ok((package.name.as_str(), text))
    });
    all.collect()
}

/// Whether there is an entry under this heading.
fn has_entry(text: &str, heading: &str) -> bool {
    let mut sections = text.split("\n## ").map(|it| format!("## {it}"));
    sections.any(|it| it.starts_with(heading) && it.contains("\n- "))
}

fn heading(version: &Version) -> String {
    format!("## [{version}]")
}

/// The versions in `name = "0.2"` and `name = { version = "0.2"` that differ from the right one: `0.1`, or `1` after 1.0.
fn wrong_versions<'a>(page: &'a str, name: &str, version: &Version) -> Vec<&'a str> {
    let right = match version.major {
        0 => format!("0.{}", version.minor),
        major => major.to_string(),
    };
    let starts = [format!("{name} = \""), format!("{name} = {{ version = \"")];
    let found = starts.iter().flat_map(|start| page.split(start).skip(1));
    let versions = found.filter_map(|rest| rest.split('"').next());
    versions.filter(|it| *it != right).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_what_is_compatible() {
        let page = "aparat-api = \"0.2\"\ntokio = \"1\"\n`aparat-api = { version = \"0.1.0\", x = 1 }`, aparat-api = \"2\" \
                    aparat-api = { path = \"x\" }";
        let wrong = |major, minor| wrong_versions(page, "aparat-api", &Version::new(major, minor, 7));
        assert_eq!(wrong(0, 2), ["2", "0.1.0"]);
        assert_eq!(wrong(2, 5), ["0.2", "0.1.0"]);
    }

    #[test]
    fn an_entry_is_looked_for_in_its_own_section() {
        let open = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2024-01-02\n\n- All.\n";
        assert!(has_entry(open, UNRELEASED) && has_entry(open, "## [0.1.0]"));
        assert!(!has_entry(open, "## [0.3.0]"));
        assert!(!has_entry(&open.replace("- A thing.\n", ""), UNRELEASED));
    }
}
