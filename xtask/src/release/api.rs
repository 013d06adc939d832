//! `cargo xtask release api`: each crate's public API as a text that is committed, so that a change of it shows.
//!
//! The text is made from rustdoc's JSON, which the stable compiler writes when `RUSTC_BOOTSTRAP` asks it to.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{DependencyKind, Package};

use super::compatibility;
use crate::check::features;
use crate::workspace::Workspace;

/// The form of JSON that `public-api` reads here; rustdoc changes it with some of its versions.
const FORMAT: u64 = 57;

/// Traits whose presence a user cannot rely on, or that no signature shows.
const NOT_SHOWN: [&str; 5] = [
    "core::marker::Freeze ",
    "core::marker::StructuralPartialEq ",
    "core::marker::UnsafeUnpin ",
    "core::panic::unwind_safe::RefUnwindSafe ",
    "core::panic::unwind_safe::UnwindSafe ",
];

/// Write each published crate's public API to its public-api.txt.
///
/// `cargo xtask release check` fails when the file and the code differ. With all features; names of features and
/// the versions of the crates that appear in signatures are part of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Api {}

impl Api {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::load()?;
        for package in workspace.published() {
            let new = snapshot(&workspace, package)?;
            let old = committed(&workspace, package)?.unwrap_or_default();
            workspace.shell.write_file(path(package), &new)?;
            println!("{}\n{}", path(package), compatibility::difference(&old, &new));
        }
        Ok(())
    }
}

/// Fails when a snapshot is missing or is not what the code says.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let mut problems = Vec::new();
    let mut lines = 0;
    for package in workspace.published() {
        let now = snapshot(workspace, package)?;
        lines += now.lines().count();
        match committed(workspace, package)? {
            None => problems.push(format!("{}: {FILE} is missing", package.name)),
            Some(then) if then != now => problems.push(format!(
                "{}: the public API is not the one in {FILE}:\n{}",
                package.name,
                compatibility::difference(&then, &now)
            )),
            Some(_) => {}
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("{lines} lines"))
}

const FILE: &str = "public-api.txt";

pub(crate) fn path(package: &Package) -> Utf8PathBuf {
    package.manifest_path.with_file_name(FILE)
}

/// The file, if it is there.
pub(crate) fn committed(workspace: &Workspace, package: &Package) -> Result<Option<String>> {
    let path = path(package);
    if !path.is_file() {
        return Ok(None);
    }
    Ok(Some(workspace.shell.read_file(path)?))
}

/// The public API as the code has it.
fn snapshot(workspace: &Workspace, package: &Package) -> Result<String> {
    let json = rustdoc_json(workspace, package)?;
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .build()
        .with_context(|| json.to_string())?;
    let others = workspace.published().filter(|it| it.id != package.id);
    let others: Vec<_> = others.filter_map(library).collect();
    let items: Vec<_> = api
        .items()
        .map(|it| without_modules(&it.to_string(), &others))
        .collect();

    let mut text = String::from("# Written by `cargo xtask release api`.\n");
    for (feature, enables) in &package.features {
        if feature == "default" {
            writeln!(text, "feature default = {}", enables.join(", "))?;
        } else {
            writeln!(text, "feature {feature}")?;
        }
    }
    for dependency in public_dependencies(package, &items) {
        writeln!(text, "extern {dependency}")?;
    }
    for item in items.iter().filter(|it| is_shown(it)) {
        writeln!(text, "{item}")?;
    }
    Ok(text)
}

/// The JSON of the library with its features. `docsrs` is the folder in which all that is built with
/// `RUSTC_BOOTSTRAP` lives, so that the others need not be built anew.
fn rustdoc_json(workspace: &Workspace, package: &Package) -> Result<Utf8PathBuf> {
    let target = workspace.target.join("docsrs");
    let library = library(package).with_context(|| format!("{} has no library", package.name))?;
    workspace
        .cargo([
            "rustdoc",
            "--quiet",
            "--locked",
            "--lib",
            "-p",
            package.name.as_str(),
        ])
        .args(features::only(&features::buildable(workspace, package)))
        .args(["--target-dir", target.as_str(), "--"])
        .args([
            "-Zunstable-options",
            "--output-format",
            "json",
            "--cap-lints=warn",
        ])
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    let json = target.join("doc").join(format!("{library}.json"));

    let text = workspace.shell.read_file(&json)?;
    let head: serde_json::Value = serde_json::from_str(&text).with_context(|| json.to_string())?;
    match head.get("format_version").and_then(serde_json::Value::as_u64) {
        Some(FORMAT) => Ok(json),
        other => bail!(
            "this compiler's rustdoc writes JSON of format {other:?}, but the public API is read from format {FORMAT}. Use \
             the toolchain of CI, or move `public-api` in Cargo.toml and FORMAT in xtask to the new one together"
        ),
    }
}

/// What the crate is called in code.
fn library(package: &Package) -> Option<&str> {
    let library = package.targets.iter().find(|it| it.is_lib());
    library.map(|it| it.name.as_str())
}

/// Writes `http_core::Error` where rustdoc says `http_core::error::Error`: in which private file another crate of ours
/// has a type is not what its users name, so that moving it must not look like a break.
fn without_modules(item: &str, crates: &[&str]) -> String {
    let mut shown = item.to_owned();
    for root in crates {
        let root = format!("{root}::");
        let mut at = 0;
        while let Some(found) = shown.get(at..).and_then(|it| it.find(&root)) {
            at += found + root.len();
            let path: String = shown[at..]
                .chars()
                .take_while(|it| it.is_alphanumeric() || matches!(it, '_' | ':'))
                .collect();
            if let Some(name) = path.find(char::is_uppercase) {
                shown.replace_range(at..at + name, "");
            }
        }
    }
    shown
}

/// `http 1`: other people's crates whose types are in our signatures. Their next major version breaks our users.
fn public_dependencies(package: &Package, items: &[String]) -> BTreeSet<String> {
    let normal = package
        .dependencies
        .iter()
        .filter(|it| it.kind == DependencyKind::Normal && it.path.is_none());
    let shown = normal.filter(|dependency| {
        let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
        let path = format!("{}::", name.replace('-', "_"));
        let begins =
            |before: &str| !before.ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':');
        items.iter().any(|item| {
            item.match_indices(&path)
                .any(|(at, _)| begins(item.get(..at).unwrap_or_default()))
        })
    });
    shown
        .filter_map(|dependency| {
            let least = dependency.req.comparators.first()?;
            let version = match (least.major, least.minor) {
                (0, Some(minor)) => format!("0.{minor}"),
                (major, _) => major.to_string(),
            };
            Some(format!("{} {version}", dependency.name))
        })
        .collect()
}

fn is_shown(item: &str) -> bool {
    let what = ["impl !", "impl "].iter().find_map(|it| item.strip_prefix(it));
    // `impl<C> core::marker::Freeze for …`
    let what = what.or_else(|| item.strip_prefix("impl<")?.split_once("> ").map(|it| it.1));
    let what = what.map(|it| it.trim_start_matches('!'));
    !what.is_some_and(|it| NOT_SHOWN.iter().any(|hidden| it.starts_with(hidden)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_stays_the_same_in_another_file() {
        assert_eq!(
            without_modules(
                "pub fn a::f(http_core::text::language::Language) -> a::error::Error<http_core::secret::Secret>",
                &["http_core", "payvand_sandbox"]
            ),
            "pub fn a::f(http_core::Language) -> a::error::Error<http_core::Secret>"
        );
        assert_eq!(
            without_modules("pub fn http_core::within(a::B)", &["http_core"]),
            "pub fn http_core::within(a::B)"
        );
    }

    #[test]
    fn hides_what_nobody_relies_on() {
        for (item, shown) in [
            ("impl core::marker::Freeze for a::B", false),
            ("impl !core::marker::Freeze for a::B", false),
            (
                "impl<C> core::panic::unwind_safe::UnwindSafe for a::B<C> where C: Code",
                false,
            ),
            ("impl<C> !core::panic::unwind_safe::UnwindSafe for a::B<C>", false),
            ("impl core::marker::Send for a::B", true),
            ("impl<C> core::clone::Clone for a::B<C>", true),
            ("pub fn a::freeze()", true),
        ] {
            assert_eq!(is_shown(item), shown, "{item}");
        }
    }
}
