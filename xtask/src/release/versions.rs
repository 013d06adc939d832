//! One version for all crates: the core's errors are in every client's API, so what breaks one breaks all.

use anyhow::{Result, ensure};
use cargo_metadata::semver::{Op, Version, VersionReq};
use xshell::cmd;

use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let version = current(workspace)?;
    let mut problems = Vec::new();
    for package in workspace.published() {
        let ours = package.dependencies.iter().filter(|it| it.path.is_some());
        for dependency in ours.filter(|it| !it.req.comparators.is_empty()) {
            let wanted = Version::to_string(&version).parse::<VersionReq>()?;
            if dependency.req != wanted {
                problems.push(format!(
                    "{}: requires {} {}, but that is at {version}",
                    package.name, dependency.name, dependency.req
                ));
            }
        }
    }
    let names: Vec<_> = workspace.published().map(|it| it.name.as_str()).collect();
    for page in pages(workspace)? {
        let text = workspace.shell.read_file(&page)?;
        for (number, line) in text.lines().enumerate() {
            if let Some((name, requirement)) = requirement(line, &names)
                && requirement != short(&version)
            {
                problems.push(format!(
                    "{page}:{}: names {name} {requirement}, which should be {}",
                    number + 1,
                    short(&version)
                ));
            }
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("all at {version}"))
}

/// The version of all published crates.
pub(crate) fn current(workspace: &Workspace) -> Result<Version> {
    let versions: Vec<_> = workspace
        .published()
        .map(|it| (it.name.as_str(), &it.version))
        .collect();
    let all: std::collections::BTreeSet<_> = versions.iter().map(|it| it.1).collect();
    ensure!(
        all.len() == 1,
        "the crates have one version among them (`version.workspace = true`), but: {}",
        versions
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    Ok(versions[0].1.clone())
}

/// Writes the requirement on this version into every page that names one.
pub(crate) fn write_pages(workspace: &Workspace, version: &Version) -> Result<()> {
    let names: Vec<_> = workspace.published().map(|it| it.name.as_str()).collect();
    for page in pages(workspace)? {
        let text = workspace.shell.read_file(&page)?;
        let lines = text
            .split_inclusive('\n')
            .map(|line| match requirement(line, &names) {
                Some((_, old)) => line.replacen(&format!("\"{old}\""), &format!("\"{}\"", short(version)), 1),
                None => line.to_owned(),
            });
        let new: String = lines.collect();
        if new != text {
            workspace.shell.write_file(&page, new)?;
        }
    }
    Ok(())
}

/// Every Markdown page that is under version control.
fn pages(workspace: &Workspace) -> Result<Vec<String>> {
    let listed = cmd!(workspace.shell, "git ls-files *.md").quiet().read()?;
    let pages = listed.lines().filter(|it| !it.ends_with("CHANGELOG.md"));
    Ok(pages.map(str::to_owned).collect())
}

/// Finds `name = "0.1"` or `name = { version = "0.1", …` in a line.
fn requirement<'a>(line: &'a str, names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    names.iter().find_map(|name| {
        let (before, rest) = line.split_once(&format!("{name} = "))?;
        if before.ends_with(|it: char| it.is_alphanumeric() || it == '-' || it == '_') {
            return None;
        }
        let value = match rest.strip_prefix('{') {
            Some(table) => table.split_once("version = ")?.1,
            None => rest,
        };
        let requirement = value.strip_prefix('"')?.split_once('"')?.0;
        let parsed: VersionReq = requirement.parse().ok()?;
        let caret = parsed.comparators.iter().all(|it| it.op == Op::Caret);
        caret.then_some((*name, requirement))
    })
}

/// What a page tells its reader to write: `0.1`, or `1` once there is a 1.0.
fn short(version: &Version) -> String {
    if version.major == 0 {
        format!("0.{}", version.minor)
    } else {
        version.major.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_page_tells_to_write() {
        let names = ["aparat-api", "payvand-sandbox"];
        for (line, expected) in [
            ("aparat-api = \"0.1\"\n", Some(("aparat-api", "0.1"))),
            (
                "`payvand-sandbox = { version = \"0.2\", default-features = false }`.",
                Some(("payvand-sandbox", "0.2")),
            ),
            ("my-aparat-api = \"0.1\"", None),
            ("tokio = \"1\"", None),
            ("aparat-api = { path = \"x\" }", None),
        ] {
            assert_eq!(requirement(line, &names), expected, "{line}");
        }
    }

    #[test]
    fn pages_name_what_is_compatible() {
        assert_eq!(short(&Version::new(0, 3, 7)), "0.3");
        assert_eq!(short(&Version::new(2, 3, 7)), "2");
    }
}
