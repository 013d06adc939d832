//! The rules that a manifest must keep: what the registry shows, what a package holds, who may depend on whom.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, Package};

use crate::workspace::{CORE, Workspace};

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// Only the core speaks HTTP through a library…
const HTTP_LIBRARIES: [&str; 3] = ["hyper", "hyper-util", "reqwest"];
/// …but these folders, which are no part of a client.
const MAY_NAME_HTTP_LIBRARIES: [&str; 4] = ["http-core", "sandbox", "bench", "storm"];

pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let mut problems = Vec::new();
    let mut published = 0;
    for package in workspace.published() {
        published += 1;
        problems.extend(metadata(package));
        problems.extend(manifest(package)?);
        problems.extend(files(workspace, package));
    }
    problems.extend(features(workspace));
    problems.extend(lints(workspace)?);
    problems.extend(dependencies(workspace));
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("{published} published crates"))
}

/// What the registry and docs.rs show.
fn metadata(package: &Package) -> Vec<String> {
    let blank = |text: &Option<String>| text.as_ref().is_none_or(|it| it.trim().is_empty());
    let mut missing = Vec::new();
    if blank(&package.description) {
        missing.push("no description");
    }
    if package.keywords.is_empty() || package.keywords.len() > 5 {
        missing.push("needs one to five keywords");
    }
    if package.categories.is_empty() {
        missing.push("no categories");
    }
    if blank(&package.license) {
        missing.push("no license");
    }
    if blank(&package.repository) {
        missing.push("no repository");
    }
    if package.rust_version.is_none() {
        missing.push("no rust-version");
    }
    if package.keywords.iter().any(|it| it.len() > 20) {
        missing.push("a keyword has more than 20 letters");
    }
    let docs = |key: &str| package.metadata.pointer(&format!("/docs/rs/{key}"));
    if docs("all-features") != Some(&true.into()) {
        missing.push("docs.rs shows it without `all-features = true` in [package.metadata.docs.rs]");
    }
    if docs("rustdoc-args").is_none_or(|it| !it.to_string().contains("docsrs")) {
        missing.push("docs.rs marks no features without `rustdoc-args = [\"--cfg\", \"docsrs\"]`");
    }
    missing
        .iter()
        .map(|it| format!("{}: {it}", package.name))
        .collect()
}

/// What `cargo metadata` does not tell.
fn manifest(package: &Package) -> Result<Option<String>> {
    let manifest = table(&package.manifest_path)?;
    let include = manifest.get("package").and_then(|it| it.get("include"));
    Ok(include.is_none().then(|| {
        format!(
            "{}: no `include`, so that tests and the like would be packaged",
            package.name
        )
    }))
}

/// Every crate, published or not, keeps the lints of the workspace, and they forbid unsafe code.
fn lints(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in &workspace.packages {
        let manifest = table(&package.manifest_path)?;
        let inherited = manifest.get("lints").and_then(|it| it.get("workspace"));
        if inherited.and_then(toml::Value::as_bool) != Some(true) {
            problems.push(format!("{}: no `[lints] workspace = true`", package.name));
        }
    }
    let root = table(workspace.shell.current_dir().join("Cargo.toml"))?;
    let unsafe_code = ["workspace", "lints", "rust", "unsafe_code"]
        .iter()
        .try_fold(&toml::Value::Table(root), |value, key| value.get(key))
        .cloned();
    if unsafe_code != Some("forbid".into()) {
        problems.push("the workspace: its lints do not forbid unsafe code".to_owned());
    }
    Ok(problems)
}

fn table(path: impl AsRef<Path>) -> Result<toml::Table> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path)?;
    text.parse().with_context(|| path.display().to_string())
}

/// What must lie beside the manifest.
fn files(workspace: &Workspace, package: &Package) -> Vec<String> {
    let mut problems = Vec::new();
    match package.readme() {
        Some(readme) if readme.is_file() => match workspace.shell.read_file(readme) {
            Ok(text) => problems.extend(front_page(package, &text)),
            Err(error) => problems.push(error.to_string()),
        },
        Some(_) => problems.push(format!("{}: the readme that it names is missing", package.name)),
        None => problems.push(format!("{}: no readme", package.name)),
    }
    let Some(folder) = package.manifest_path.parent() else {
        return problems;
    };
    let library = std::fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
    if !library.contains("include_str!(\"../README.md\")") {
        problems.push(format!(
            "{}: src/lib.rs does not include its README, so that nothing compiles what that shows",
            package.name
        ));
    }
    if !folder.join("CHANGELOG.md").is_file() {
        problems.push(format!("{}: CHANGELOG.md is missing", package.name));
    }
    for licence in LICENCES {
        let ours = std::fs::read(folder.join(licence)).ok();
        if ours.is_none() || ours != workspace.shell.read_binary_file(licence).ok() {
            problems.push(format!(
                "{}: {licence} is missing or differs from the one in the root",
                package.name
            ));
        }
    }
    problems
}

/// What a crate's README, which is its front page on docs.rs too, must name.
fn front_page(package: &Package, text: &str) -> Vec<String> {
    let rows = || text.lines().filter(|line| line.starts_with('|'));
    let features = package.features.keys().filter(|it| *it != "default");
    let mut problems: Vec<_> = features
        .filter(|it| !rows().any(|row| row.contains(&format!("`{it}`"))))
        .map(|it| {
            format!(
                "{}: its README has no table row for the feature `{it}`",
                package.name
            )
        })
        .collect();
    if let Some(rust) = &package.rust_version {
        let rust = format!("Rust {}.{}", rust.major, rust.minor);
        if !text.contains(&rust) {
            problems.push(format!(
                "{}: its README does not say that it needs {rust}",
                package.name
            ));
        }
    }
    problems
}

/// A feature that a client shares with the core does nothing unless it is passed on; no build would tell.
fn features(workspace: &Workspace) -> Vec<String> {
    let Some(core) = workspace.packages.iter().find(|it| it.name == CORE) else {
        return Vec::new();
    };
    let shared = |package: &Package| -> Vec<String> {
        let passes_on = |name: &str, enabled: &[String]| {
            let passed_on = format!("http-core/{name}");
            enabled.iter().any(|it| it.ends_with(&passed_on))
        };
        package
            .features
            .iter()
            .filter(|(name, enabled)| {
                *name != "default" && core.features.contains_key(*name) && !passes_on(name, enabled)
            })
            .map(|(name, _)| {
                format!(
                    "{}: does not pass its feature `{name}` on to {CORE}",
                    package.name
                )
            })
            .collect()
    };
    workspace.clients().flat_map(shared).collect()
}

/// Who may depend on whom.
fn dependencies(workspace: &Workspace) -> Vec<String> {
    let clients: BTreeSet<_> = workspace.clients().map(|it| it.name.as_str()).collect();
    let published: BTreeSet<_> = workspace.published().map(|it| it.name.as_str()).collect();
    let mut problems = Vec::new();
    for package in workspace
        .packages
        .iter()
        .filter(|it| it.name != env!("CARGO_PKG_NAME"))
    {
        let folder = package
            .manifest_path
            .parent()
            .and_then(|it| it.file_name())
            .unwrap_or_default();
        for dependency in &package.dependencies {
            let (from, to) = (package.name.as_str(), dependency.name.as_str());
            if from != to && clients.contains(from) && clients.contains(to) {
                problems.push(format!(
                    "{from}: depends on {to}, but no client may depend on another"
                ));
            }
            if dependency.kind == DependencyKind::Normal
                && HTTP_LIBRARIES.contains(&to)
                && !MAY_NAME_HTTP_LIBRARIES.contains(&folder)
            {
                problems.push(format!("{from}: depends on {to}, which only {CORE} may name"));
            }
            let by_path_alone = dependency.path.is_some() && dependency.req.comparators.is_empty();
            if dependency.kind != DependencyKind::Development && by_path_alone && published.contains(from) {
                problems.push(format!(
                    "{from}: depends on {to} by its path alone; the registry needs a version beside it"
                ));
            }
            if dependency.kind == DependencyKind::Development
                && dependency.path.is_some()
                && !dependency.req.comparators.is_empty()
            {
                problems.push(format!(
                    "{from}: the dev-dependency {to} carries a version; give a path only, or publishing has a cycle"
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use xshell::Shell;

    const ROOT: &str = r#"
        [workspace]
        resolver = "3"
        members = ["*-*", "sandbox"]
        [workspace.lints]
    "#;

    const GOOD: &str = r#"
        [package]
        name = "good-api"
        version = "0.1.0"
        edition = "2024"
        rust-version = "1.88"
        description = "A client"
        license = "MIT OR Apache-2.0"
        repository = "https://example.com/"
        keywords = ["api"]
        categories = ["api-bindings"]
        readme = "README.md"
        include = ["src/**/*.rs"]
        [dependencies]
        payvand-http-core = { path = "../http-core", version = "0.1.0" }
        [dev-dependencies]
        good-api = { path = "." }
        [features]
        gzip = ["payvand-http-core/gzip"]
        [package.metadata.docs.rs]
        all-features = true
        rustdoc-args = ["--cfg", "docsrs"]
        [lints]
        workspace = true
    "#;

    const BAD: &str = r#"
        [package]
        name = "bad-api"
        version = "0.1.0"
        rust-version = "1.88"
        readme = "README.md"
        keywords = ["a", "b", "c", "d", "e", "a-word-that-is-far-too-long"]
        [dependencies]
        payvand-http-core = { path = "../http-core", version = "0.1.0" }
        good-api = { path = "../good-api", version = "0.1.0" }
        reqwest = "0.13"
        payvand-sandbox = { path = "../sandbox" }
        [features]
        socks = []
        [dev-dependencies]
        payvand-sandbox = { path = "../sandbox", version = "0.1.0" }
    "#;

    fn crate_at(shell: &Shell, folder: &str, manifest: &str) {
        let library = if folder == "bad-api" {
            ""
        } else {
            "#![doc = include_str!(\"../README.md\")]"
        };
        shell.write_file(format!("{folder}/src/lib.rs"), library).unwrap();
        shell
            .write_file(format!("{folder}/Cargo.toml"), manifest)
            .unwrap();
    }

    #[test]
    fn names_every_broken_rule() {
        let shell = Shell::new().unwrap();
        let root = shell.create_temp_dir().unwrap();
        shell.change_dir(root.path());
        shell.write_file("Cargo.toml", ROOT).unwrap();
        for folder in [".", "good-api"] {
            for file in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "CHANGELOG.md"] {
                shell.write_file(format!("{folder}/{file}"), file).unwrap();
            }
        }
        shell
            .write_file("good-api/README.md", "Needs Rust 1.88.\n\n| `gzip` | smaller |\n")
            .unwrap();
        shell.write_file("bad-api/README.md", "socks\n").unwrap();
        crate_at(&shell, "good-api", GOOD);
        crate_at(&shell, "bad-api", BAD);
        for (folder, name) in [("http-core", "payvand-http-core"), ("sandbox", "payvand-sandbox")] {
            let manifest = format!(
                "[package]\nname = {name:?}\nversion = \"0.1.0\"\npublish = false\n[features]\ngzip = []\nsocks = []\n"
            );
            crate_at(&shell, folder, &manifest);
        }

        let workspace = Workspace::load_at(shell).unwrap();
        let found = check(&workspace).unwrap_err().to_string();
        let mut found: Vec<_> = found.lines().collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "bad-api: CHANGELOG.md is missing",
                "bad-api: LICENSE-APACHE is missing or differs from the one in the root",
                "bad-api: LICENSE-MIT is missing or differs from the one in the root",
                "bad-api: a keyword has more than 20 letters",
                "bad-api: depends on good-api, but no client may depend on another",
                "bad-api: depends on payvand-sandbox by its path alone; the registry needs a version beside it",
                "bad-api: depends on reqwest, which only payvand-http-core may name",
                "bad-api: docs.rs marks no features without `rustdoc-args = [\"--cfg\", \"docsrs\"]`",
                "bad-api: docs.rs shows it without `all-features = true` in [package.metadata.docs.rs]",
                "bad-api: does not pass its feature `socks` on to payvand-http-core",
                "bad-api: its README does not say that it needs Rust 1.88",
                "bad-api: its README has no table row for the feature `socks`",
                "bad-api: needs one to five keywords",
                "bad-api: no `[lints] workspace = true`",
                "bad-api: no `include`, so that tests and the like would be packaged",
                "bad-api: no categories",
                "bad-api: no description",
                "bad-api: no license",
                "bad-api: no repository",
                "bad-api: src/lib.rs does not include its README, so that nothing compiles what that shows",
                "bad-api: the dev-dependency payvand-sandbox carries a version; give a path only, or publishing has a cycle",
                "payvand-http-core: no `[lints] workspace = true`",
                "payvand-sandbox: no `[lints] workspace = true`",
                "the workspace: its lints do not forbid unsafe code",
            ]
        );
    }
}
