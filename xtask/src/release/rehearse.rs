//! `cargo xtask release rehearse`: publishes everything to a registry on loopback, with the manifests as they are,
//! and then is a user of each client.

mod consumer;
mod sandbox;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use xshell::{Cmd, cmd};

use super::index::Destination;
use super::registry::{Fault, Registry};
use super::{package, publish};
use crate::workspace::{SANDBOX, Workspace};
use sandbox::Sandbox;

/// Publish to a registry on loopback, then build and run a program for each client that has nothing else.
///
/// The first uploads fail on purpose, and publishing is resumed. Nothing is left behind: the registry, cargo's home
/// and every program live in a temporary folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Rehearse {}

impl Rehearse {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::load()?;
        let programs = consumer::sources(&workspace)?;
        let before = state(&workspace)?;
        {
            let folder = workspace.shell.create_temp_dir()?;
            let stage = Stage::set(&workspace, folder.path())?;
            stage.registry.clean_up_when_interrupted(folder.path());
            stage.publish()?;
            stage.use_all(&programs)?;
        }
        ensure!(
            state(&workspace)? == before,
            "the rehearsal changed the tree; `git status` shows what"
        );
        println!("\n== rehearsal: ok, {} clients", programs.len());
        Ok(())
    }
}

/// What git sees of the tree, manifests and lock file among it.
fn state(workspace: &Workspace) -> Result<String> {
    let status = cmd!(workspace.shell, "git status --porcelain").quiet().read()?;
    let difference = cmd!(workspace.shell, "git diff HEAD").quiet().read()?;
    Ok(status + &difference)
}

/// Everything that is there only for the rehearsal.
struct Stage<'a> {
    workspace: &'a Workspace,
    folder: &'a Path,
    registry: Registry,
    destination: Destination,
}

impl<'a> Stage<'a> {
    fn set(workspace: &'a Workspace, folder: &'a Path) -> Result<Self> {
        let home = cargo_home().context("neither CARGO_HOME nor a home folder")?;
        let registry = Registry::start(home.join("registry/cache"))?;

        // A home of its own: cargo keeps what it downloads by the registry's address, and this one is soon gone.
        let rehearsal_home = folder.join("cargo-home");
        workspace.shell.create_dir(&rehearsal_home)?;
        for name in ["config.toml", "config"] {
            if home.join(name).is_file() {
                workspace
                    .shell
                    .copy_file(home.join(name), rehearsal_home.join(name))?;
            }
        }
        let config = folder.join("over.toml");
        let text = format!(
            "[source.crates-io]\nreplace-with = \"over\"\n\n[registries.over]\nindex = \"{}\"\n",
            registry.index()
        );
        workspace.shell.write_file(&config, text)?;
        let destination = Destination {
            registry: "over",
            config: Some(config),
            environment: vec![
                ("CARGO_HOME", rehearsal_home.to_string_lossy().into_owned()),
                ("CARGO_REGISTRIES_OVER_TOKEN", "no-real-token".into()),
            ],
        };
        Ok(Self {
            workspace,
            folder,
            registry,
            destination,
        })
    }

    /// One upload gets lost on its way back, one is refused, and then all of it works; nothing is stored twice.
    fn publish(&self) -> Result<()> {
        println!("\n== publish, with two failures on the way");
        package::pack(self.workspace, &["--quiet", "--no-verify", "--allow-dirty"])?;
        let upload = || publish::upload(self.workspace, &self.destination, &["--allow-dirty"]);
        for faults in [&[Fault::LoseAnswer][..], &[Fault::None, Fault::Refuse]] {
            self.registry.fail_next(faults);
            let Err(error) = upload() else {
                bail!("publishing did not notice that an upload failed: {faults:?}");
            };
            if self.registry.has_faults_left() {
                return Err(error);
            }
            println!("   as it should, this failed: {error}\n   and now it is resumed");
        }
        upload()?;
        ensure!(upload()? == 0, "published again what was there");

        let mut stored = BTreeMap::new();
        let uploads = self.registry.uploads();
        for upload in uploads.iter().filter(|it| it.stored) {
            *stored.entry(upload.name.as_str()).or_insert(0) += 1;
        }
        let all = self.workspace.published().count();
        ensure!(
            stored.len() == all && stored.values().all(|times| *times == 1),
            "not every crate was stored exactly once: {stored:?}"
        );
        // The one that was refused is the only one that was sent twice.
        ensure!(uploads.len() == all + 1, "sent more than once: {uploads:?}");
        println!("   {all} crates stored once each; {} uploads", uploads.len());
        Ok(())
    }

    fn use_all(&self, programs: &BTreeMap<String, PathBuf>) -> Result<()> {
        println!("\n== the sandbox, installed from the registry");
        let _outside = self.workspace.shell.push_dir(self.folder);
        let root = self.folder.join("root");
        self.cargo(&["install", "--quiet", "--debug", SANDBOX, "--root"])
            .arg(&root)
            .run()?;
        let sandbox = Sandbox::start(&root.join("bin").join(SANDBOX))?;
        for (client, source) in programs {
            println!("\n== a program that has {client} alone");
            consumer::run(self, &sandbox, client, source)?;
        }
        Ok(())
    }

    /// `cargo …` as somebody runs it who has never seen this workspace.
    fn cargo(&self, arguments: &[&str]) -> Cmd<'_> {
        let cargo = self.destination.cargo(self.workspace, arguments);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target"))
    }
}

/// Where cargo keeps what it downloads.
fn cargo_home() -> Option<PathBuf> {
    let from_environment = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    from_environment.or_else(|| std::env::home_dir().map(|it| it.join(".cargo")))
}
