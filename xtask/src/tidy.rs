//! The rules for manifests, READMEs and changelogs that neither cargo nor a lint checks.

use anyhow::{Result, ensure};
use cargo_metadata::Package;

use crate::workspace::{CORE, Workspace};

/// What every manifest contains, and what every published one contains as well.
const ALL: [&str; 1] = ["[lints]\nworkspace = true\n"];
const PUBLISHED: [&str; 5] = [
    "\nversion.workspace = true\n",
    "\nrepository.workspace = true\n",
    "\nrust-version.workspace = true\n",
    "\"src/**/*.rs\", \"README.md\", \"CHANGELOG.md\", \"LICENSE-*\"]\n",
    "[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n",
];

pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let mut problems = Vec::new();
    for package in &workspace.packages {
        problems.extend(lacks(workspace, package, "Cargo.toml", &ALL));
    }
    for package in workspace.to_publish() {
        problems.extend(published(workspace, package));
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(String::new())
}

fn published(workspace: &Workspace, package: &Package) -> Vec<String> {
    let lacks = |file: &str, texts: &[&str]| lacks(workspace, package, file, texts);
    let mut problems = lacks("Cargo.toml", &PUBLISHED);
    // So that the README's programs are compiled.
    let library = package.targets.iter().find(|it| it.is_lib());
    let root = library.map_or("src/main.rs", |_| "src/lib.rs");
    problems.extend(lacks(root, &["include_str!(\"../README.md\")"]));
    problems.extend(lacks("CHANGELOG.md", &["\n## [Unreleased]"]));
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let text = workspace.shell.read_file(licence).unwrap_or_default();
        problems.extend(lacks(licence, &[&text]));
    }
    if let Some(rust) = &package.rust_version {
        let rust = format!("Rust {}.{}", rust.major, rust.minor);
        problems.extend(lacks("README.md", &[&rust]));
    }
    let core = workspace.packages.iter().find(|it| it.name == CORE);
    let is_client = workspace.clients().any(|it| it.id == package.id);
    for (feature, enabled) in package.features.iter().filter(|it| it.0 != "default") {
        problems.extend(lacks("README.md", &[&format!("`{feature}`")]));
        // Otherwise the feature does nothing, and no build shows it.
        let passed_on = format!("http-core/{feature}");
        if is_client
            && core.is_some_and(|it| it.features.contains_key(feature))
            && !enabled.iter().any(|it| it.ends_with(&passed_on))
        {
            let name = &package.name;
            problems.push(format!("{name}: does not pass `{feature}` on to {CORE}"));
        }
    }
    problems
}

/// What is missing in a file beside the manifest.
fn lacks(workspace: &Workspace, package: &Package, file: &str, texts: &[&str]) -> Vec<String> {
    let path = package.manifest_path.with_file_name(file);
    let text = workspace.shell.read_file(path).unwrap_or_default();
    let missing = texts.iter().filter(|it| !text.contains(**it));
    let first = |it: &str| it.trim().lines().next().unwrap_or_default().to_owned();
    let problem = |it: &&str| format!("{}: {file} lacks: {}", package.name, first(it));
    missing.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xshell::Shell;

    const GOOD: &str = "[package]
name = \"good-api\"
version.workspace = true
rust-version.workspace = true
repository.workspace = true
include = [\"src/**/*.rs\", \"README.md\", \"CHANGELOG.md\", \"LICENSE-*\"]
[dependencies]
payvand-http-core = { path = \"../http-core\", version = \"0.1.0\" }
[features]
gzip = [\"payvand-http-core/gzip\"]
[package.metadata.docs.rs]
all-features = true
rustdoc-args = [\"--cfg\", \"docsrs\"]
[lints]
workspace = true
";

    const BAD: &str = r#"
        [package]
        name = "bad-api"
        version = "0.1.0"
        rust-version = "1.88"
        [dependencies]
        payvand-http-core = { path = "../http-core", version = "0.1.0" }
        [features]
        socks = []
    "#;

    const CORE_MANIFEST: &str = r#"
        [package]
        name = "payvand-http-core"
        version = "0.1.0"
        publish = false
        [features]
        gzip = []
        socks = []
    "#;

    #[test]
    fn names_every_broken_rule() {
        let shell = Shell::new().unwrap();
        let root = shell.create_temp_dir().unwrap();
        shell.change_dir(root.path());
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\n[workspace.package]\nversion = \"0.1.0\"\nrepository = \"https://good.example\"\nrust-version = \"1.88\"\n[workspace.lints]\n";
        shell.write_file("Cargo.toml", workspace).unwrap();
        for (folder, manifest) in [("good-api", GOOD), ("bad-api", BAD), ("http-core", CORE_MANIFEST)] {
            shell
                .write_file(format!("{folder}/Cargo.toml"), manifest)
                .unwrap();
            shell.write_file(format!("{folder}/src/lib.rs"), "").unwrap();
        }
        for (file, text) in [
            ("src/lib.rs", "#![doc = include_str!(\"../README.md\")]"),
            ("README.md", "Needs Rust 1.88.\n\n| `gzip` | smaller |\n"),
            ("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n"),
            ("LICENSE-MIT", "MIT"),
            ("LICENSE-APACHE", "Apache"),
        ] {
            shell.write_file(file, text).unwrap();
            shell.write_file(format!("good-api/{file}"), text).unwrap();
        }

        let workspace = Workspace::load_at(shell).unwrap();
        let found = check(&workspace).unwrap_err().to_string();
        let mut found: Vec<_> = found.lines().collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "bad-api: CHANGELOG.md lacks: ## [Unreleased]",
                "bad-api: Cargo.toml lacks: \"src/**/*.rs\", \"README.md\", \"CHANGELOG.md\", \"LICENSE-*\"]",
                "bad-api: Cargo.toml lacks: [lints]",
                "bad-api: Cargo.toml lacks: [package.metadata.docs.rs]",
                "bad-api: Cargo.toml lacks: repository.workspace = true",
                "bad-api: Cargo.toml lacks: rust-version.workspace = true",
                "bad-api: Cargo.toml lacks: version.workspace = true",
                "bad-api: LICENSE-APACHE lacks: Apache",
                "bad-api: LICENSE-MIT lacks: MIT",
                "bad-api: README.md lacks: Rust 1.88",
                "bad-api: README.md lacks: `socks`",
                "bad-api: does not pass `socks` on to payvand-http-core",
                "bad-api: src/lib.rs lacks: include_str!(\"../README.md\")",
                "payvand-http-core: Cargo.toml lacks: [lints]",
            ]
        );
    }
}
