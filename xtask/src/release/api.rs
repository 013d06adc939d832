//! `cargo xtask release api`: each crate's public API as a committed text, so that a change shows in review.
//!
//! The text is made from rustdoc's JSON, which the stable compiler writes when `RUSTC_BOOTSTRAP` asks it to.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{DependencyKind, Package};
use xshell::cmd;

use crate::workspace::Workspace;

/// Traits whose presence a user cannot rely on, or that no signature shows.
const NOT_SHOWN: [&str; 5] = [
    "core::marker::Freeze for ",
    "core::marker::StructuralPartialEq for ",
    "core::marker::UnsafeUnpin for ",
    "core::panic::unwind_safe::RefUnwindSafe for ",
    "core::panic::unwind_safe::UnwindSafe for ",
];

pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    for package in workspace.published() {
        let text = snapshot(workspace, package)?;
        workspace.shell.write_file(path(package), text)?;
    }
    Ok(cmd!(workspace.shell, "git diff --stat -- *public-api.txt").run()?)
}

/// Fails if a snapshot is missing or differs from the code.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let mut problems = Vec::new();
    for package in workspace.published() {
        let new = snapshot(workspace, package)?;
        let old = workspace.shell.read_file(path(package)).unwrap_or_default();
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
        for (sign, lines) in [('-', &old - &new), ('+', &new - &old)] {
            let line = |it: &str| format!("{}: {sign} {it}", package.name);
            problems.extend(lines.into_iter().map(line));
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(String::new())
}

fn path(package: &Package) -> Utf8PathBuf {
    package.manifest_path.with_file_name("public-api.txt")
}

/// The public API as the code has it.
fn snapshot(workspace: &Workspace, package: &Package) -> Result<String> {
    let json = rustdoc_json(workspace, package)?;
    let api = public_api::Builder::from_rustdoc_json(&json).omit_blanket_impls(true);
    let fix = "use the toolchain of CI, or move `public-api` in Cargo.toml along with it";
    let api = api.build().with_context(|| format!("{json}: {fix}"))?;
    let others = workspace.published().filter(|it| it.id != package.id);
    let others: Vec<_> = others.filter_map(library).collect();
    let items = api.items().map(|it| without_modules(&it.to_string(), &others));
    let items: Vec<_> = items.filter(|it| is_shown(it)).collect();

    let feature = |(name, enables): (&String, &Vec<String>)| match name.as_str() {
        "default" => format!("feature default = {}", enables.join(", ")),
        _ => format!("feature {name}"),
    };
    let mut lines = vec!["# Written by `cargo xtask release api`.".to_owned()];
    lines.extend(package.features.iter().map(feature));
    lines.extend(public_dependencies(package, &items));
    lines.extend(items);
    Ok(lines.join("\n") + "\n")
}

/// Everything that is built with `RUSTC_BOOTSTRAP` has this target folder, so that the rest is not built again.
fn rustdoc_json(workspace: &Workspace, package: &Package) -> Result<Utf8PathBuf> {
    let target = workspace.target.join("docsrs");
    let library = library(package).context("a package without a library")?;
    let rustdoc = workspace.cargo(&["rustdoc", "--quiet", "--locked", "--lib", "--all-features"]);
    let json = "-- -Zunstable-options --output-format json --cap-lints=warn";
    rustdoc
        .args(["-p", package.name.as_str(), "--target-dir", target.as_str()])
        .args(json.split(' '))
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    Ok(target.join("doc").join(format!("{library}.json")))
}

/// What the crate is called in code.
fn library(package: &Package) -> Option<&str> {
    let library = package.targets.iter().find(|it| it.is_lib());
    library.map(|it| it.name.as_str())
}

/// Writes `payvand_http_core::Error` where rustdoc says `payvand_http_core::error::Error`: users do not name the private
/// file in which another crate of ours has a type, so moving it must not look like a breaking change.
fn without_modules(item: &str, crates: &[&str]) -> String {
    let short = |path: &str| {
        let (root, rest) = path.split_once("::")?;
        let name = rest.find(char::is_uppercase).filter(|_| crates.contains(&root))?;
        Some(format!("{root}::{}", rest.get(name..)?))
    };
    let words = item.split_inclusive(|it| !is_path(it));
    let words = words.map(|it| short(it).unwrap_or_else(|| it.to_owned()));
    words.collect()
}

fn is_path(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | ':')
}

/// `extern http 1`: external crates whose types are in our signatures. Their next major version breaks our users.
fn public_dependencies(package: &Package, items: &[String]) -> BTreeSet<String> {
    let paths = items.iter().flat_map(|it| it.split(|letter| !is_path(letter)));
    let roots: BTreeSet<_> = paths.filter_map(|it| Some(it.split_once("::")?.0)).collect();
    let dependencies = package.dependencies.iter().filter(|it| {
        let root = it.rename.as_ref().unwrap_or(&it.name).replace('-', "_");
        it.kind == DependencyKind::Normal && it.path.is_none() && roots.contains(root.as_str())
    });
    let line = |name: &str, req: &str| {
        let parts: Vec<_> = req.trim_start_matches(['^', '=']).split('.').collect();
        let major = if parts[0] == "0" { 2 } else { 1 };
        format!("extern {name} {}", parts[..major.min(parts.len())].join("."))
    };
    let lines = dependencies.map(|it| line(&it.name, &it.req.to_string()));
    lines.collect()
}

fn is_shown(item: &str) -> bool {
    !item.starts_with("impl") || !NOT_SHOWN.iter().any(|it| item.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_stays_the_same_in_another_file() {
        assert_eq!(
            without_modules(
                "pub fn a::f(payvand_http_core::text::language::Language) -> a::error::Error<payvand_http_core::secret::Secret>",
                &["payvand_http_core", "payvand_sandbox"]
            ),
            "pub fn a::f(payvand_http_core::Language) -> a::error::Error<payvand_http_core::Secret>"
        );
        assert_eq!(
            without_modules("pub fn payvand_http_core::within(a::B)", &["payvand_http_core"]),
            "pub fn payvand_http_core::within(a::B)"
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
