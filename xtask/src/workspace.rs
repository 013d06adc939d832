//! What `cargo metadata` knows about this workspace, and how commands are run.

use std::env;

use anyhow::{Context, Result};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use xshell::{Cmd, Shell, cmd};

pub(crate) const CORE: &str = "payvand-http-core";
pub(crate) const SANDBOX: &str = "payvand-sandbox";

#[derive(Debug)]
pub(crate) struct Workspace {
    /// A shell whose folder is the root of the workspace.
    pub(crate) shell: Shell,
    pub(crate) packages: Vec<Package>,
    pub(crate) target: Utf8PathBuf,
}

impl Workspace {
    /// Finds the workspace around the current folder.
    pub(crate) fn load() -> Result<Self> {
        Self::load_at(Shell::new()?)
    }

    /// Finds the workspace around the shell's folder.
    pub(crate) fn load_at(shell: Shell) -> Result<Self> {
        let mut command = MetadataCommand::new();
        command.current_dir(shell.current_dir()).no_deps();
        let metadata = command.exec().context("cargo metadata")?;
        shell.change_dir(&metadata.workspace_root);
        Ok(Self {
            shell,
            packages: metadata.packages,
            target: metadata.target_directory,
        })
    }

    /// All our crates.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.packages.iter().map(|it| it.name.as_str()).collect()
    }

    /// The published crates.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        let packages = self.packages.iter();
        packages.filter(|it| it.publish.as_ref().is_none_or(|to| !to.is_empty()))
    }

    /// The published crates, and those that a later release publishes, which are kept in the same form until then.
    pub(crate) fn to_publish(&self) -> impl Iterator<Item = &Package> {
        let is_next = |it: &&Package| it.metadata["payvand"]["next-release"] == true;
        self.published().chain(self.packages.iter().filter(is_next))
    }

    /// The provider crates among these: built on the core, and named after a provider.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &Package> {
        self.to_publish().filter(|package| {
            let mut dependencies = package.dependencies.iter();
            let is_core = |kind, name| kind == DependencyKind::Normal && name == CORE;
            !package.name.starts_with("payvand") && dependencies.any(|it| is_core(it.kind, &it.name))
        })
    }

    /// Every command is made here: without live credentials, and without the variables of the cargo that runs this, which
    /// may be of another toolchain.
    pub(crate) fn command(&self, program: &str) -> Cmd<'_> {
        let names = env::vars_os().map(|it| it.0);
        let names = names.filter(|it| {
            let name = it.to_string_lossy();
            name.starts_with("PAYVAND_") && name != "PAYVAND_REQUIRE_SERVERS"
                || ["CARGO", "RUSTC", "RUSTDOC"].contains(&&*name)
        });
        names.fold(cmd!(self.shell, "{program}"), Cmd::env_remove)
    }

    /// `cargo …` in the shell's folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Cmd<'_> {
        self.command("cargo").args(arguments)
    }
}
