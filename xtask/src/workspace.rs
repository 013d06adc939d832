//! What `cargo metadata` knows of this workspace, and how the commands call cargo.

use anyhow::{Context, Result};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use xshell::{Cmd, Shell, cmd};

pub(crate) const CORE: &str = "payvand-http-core";
pub(crate) const SANDBOX: &str = "payvand-sandbox";

/// The TLS features that every client passes through to the core.
pub(crate) const TLS_FEATURES: [&str; 3] = ["rustls", "native-tls", "rustls-no-provider"];

#[derive(Debug)]
pub(crate) struct Workspace {
    /// A shell that stands in the root of the workspace.
    pub(crate) shell: Shell,
    pub(crate) packages: Vec<Package>,
    pub(crate) target: Utf8PathBuf,
}

impl Workspace {
    /// Finds the workspace around the current folder.
    pub(crate) fn load() -> Result<Self> {
        let shell = Shell::new()?;
        Self::load_at(shell)
    }

    /// Finds the workspace around the folder in which `shell` stands.
    pub(crate) fn load_at(shell: Shell) -> Result<Self> {
        let metadata = MetadataCommand::new()
            .current_dir(shell.current_dir())
            .no_deps()
            .exec()
            .context("cargo metadata")?;
        shell.change_dir(&metadata.workspace_root);
        Ok(Self {
            shell,
            packages: metadata.packages,
            target: metadata.target_directory,
        })
    }

    /// The crates that go to the registry.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()))
    }

    /// The others: chores and the like.
    pub(crate) fn unpublished(&self) -> impl Iterator<Item = &Package> {
        let published = |it: &&Package| self.published().any(|other| other.id == it.id);
        self.packages.iter().filter(move |it| !published(it))
    }

    /// The provider crates: published, and standing on the core.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &Package> {
        self.published().filter(|package| {
            package.name != SANDBOX
                && package
                    .dependencies
                    .iter()
                    .any(|it| it.kind == DependencyKind::Normal && it.name == CORE)
        })
    }

    /// The core and the clients: what is built with each TLS feature.
    pub(crate) fn with_tls(&self) -> impl Iterator<Item = &Package> {
        self.published()
            .filter(|package| package.features.contains_key("rustls"))
    }

    /// `cargo …` in the root, never with somebody's live credentials in its environment.
    pub(crate) fn cargo<I>(&self, arguments: I) -> Cmd<'_>
    where
        I: IntoIterator,
        I::Item: AsRef<std::ffi::OsStr>,
    {
        without_credentials(cmd!(self.shell, "cargo {arguments...}"))
    }
}

/// Keeps the variables of the clients from a command.
pub(crate) fn without_credentials(mut command: Cmd<'_>) -> Cmd<'_> {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PAYVAND_") {
            command = command.env_remove(name);
        }
    }
    command
}
