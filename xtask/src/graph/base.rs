//! What a user has who writes the calls by hand: tokio and reqwest, with a client's features and `json`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use xshell::cmd;

use super::tree::{self, Tree};
use crate::workspace::Workspace;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// The `[dependencies]` of such a program.
    dependencies: String,
}

impl Base {
    /// The base of a client's graph.
    pub(crate) fn of(client: &Tree) -> Result<Self> {
        let mut dependencies = String::new();
        for (name, extra) in [("reqwest", Some("json")), ("tokio", None)] {
            let (version, features) = client.get(name).with_context(|| {
                format!(
                    "no {name} in it: with the default features there should be, and without it nothing can be compared"
                )
            })?;
            // The two underscores are reqwest's, for what nobody should name.
            let features: BTreeSet<_> = features.iter().map(String::as_str).chain(extra).collect();
            let features: Vec<_> = features.into_iter().filter(|it| !it.starts_with("__")).collect();
            writeln!(
                dependencies,
                "{name} = {{ version = \"={version}\", default-features = false, features = {features:?} }}"
            )?;
        }
        Ok(Self { dependencies })
    }

    /// The manifest of a package outside every workspace that has just this.
    pub(crate) fn manifest(&self) -> String {
        Self::manifest_with(&self.dependencies)
    }

    /// The manifest of a package outside every workspace that has these dependencies and no code.
    pub(crate) fn manifest_with(dependencies: &str) -> String {
        format!(
            "[package]\nname = \"base\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}"
        )
    }

    /// Its crates, in the versions of the workspace's lock file.
    pub(crate) fn tree(&self, workspace: &Workspace) -> Result<Tree> {
        let shell = &workspace.shell;
        let folder = shell.create_temp_dir()?;
        shell.write_file(folder.path().join("Cargo.toml"), self.manifest())?;
        shell.write_file(folder.path().join("src/lib.rs"), "")?;
        shell.copy_file("Cargo.lock", folder.path().join("Cargo.lock"))?;
        let manifest = folder.path().join("Cargo.toml");
        let arguments = tree::ARGUMENTS;
        // Offline: whatever is not in the lock file would not be the same version.
        let tree = cmd!(
            shell,
            "cargo tree --quiet --offline --manifest-path {manifest} {arguments...}"
        );
        Tree::parse(&tree.quiet().read()?).context("the tree of tokio + reqwest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_clients_features_and_json() {
        let tree =
            Tree::parse("reqwest v0.13.5|__rustls,rustls\ntokio v1.54.1|default,time\nserde v1.0.0|\n")
                .unwrap();
        assert_eq!(
            Base::of(&tree).unwrap().dependencies,
            "reqwest = { version = \"=0.13.5\", default-features = false, features = [\"json\", \"rustls\"] }\n\
             tokio = { version = \"=1.54.1\", default-features = false, features = [\"default\", \"time\"] }\n"
        );
    }

    #[test]
    fn a_tree_without_reqwest_has_no_base() {
        let error = Base::of(&Tree::parse("tokio v1.54.1|\n").unwrap()).unwrap_err();
        assert!(error.to_string().contains("no reqwest"), "{error}");
    }
}
