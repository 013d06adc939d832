//! `cargo xtask release check rehearse`: publishes everything to a registry on loopback, with the manifests as they are, and
//! then uses the core and each client as a user does.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Package;
use xshell::Cmd;

use super::publish::{self, Destination, FIRST};
use super::registry::{Fault, Registry};
use crate::graph;
use crate::server::Server;
use crate::workspace::{CORE, SANDBOX, Workspace};

/// The example of each crate that is built and run: it reads the environment and has nothing but the crate and tokio.
const EXAMPLE: &str = "examples/first_program.rs";

pub(crate) fn run(workspace: &Workspace) -> Result<String> {
    let folder = workspace.shell.create_temp_dir()?;
    let stage = Stage::set(workspace, folder.path())?;
    stage.publish()?;
    stage.use_all()?;
    Ok(String::new())
}

/// What exists only for the rehearsal.
struct Stage<'a> {
    workspace: &'a Workspace,
    folder: &'a Path,
    registry: Arc<Registry>,
    destination: Destination,
}

impl<'a> Stage<'a> {
    fn set(workspace: &'a Workspace, folder: &'a Path) -> Result<Self> {
        let shell = &workspace.shell;
        let registry = Registry::start()?;
        // Cargo's own home: it keeps downloads by the registry's address, and this address is used only once.
        let home = folder.join("cargo-home");
        let over = "[source.crates-io]\nreplace-with = \"over\"\n[registries.over]";
        let over = format!("{over}\nindex = \"{}\"\n", registry.index());
        shell.write_file(home.join("config.toml"), over)?;
        let environment = vec![
            ("CARGO_HOME", home.to_string_lossy().into_owned()),
            ("CARGO_REGISTRIES_OVER_TOKEN", "no-real-token".into()),
        ];
        let destination = Destination {
            registry: "over",
            environment,
        };
        Ok(Self {
            workspace,
            folder,
            registry,
            destination,
        })
    }

    /// The answer to the first upload is lost, the third crate is refused, and after the first five there is no room for
    /// another new crate. Each time publishing fails and is resumed, and nothing is stored twice.
    fn publish(&self) -> Result<()> {
        println!("\n== publish, with three failures on the way");
        publish::pack(self.workspace, &["--quiet", "--no-verify", "--allow-dirty"])?;
        let upload = || self.destination.upload(self.workspace, &["--allow-dirty"]);
        let failures = [&[Fault::LoseAnswer][..], &[Fault::None, Fault::Refuse], &[]];
        for (faults, expected) in failures.into_iter().zip([1, 2, FIRST.len()]) {
            self.registry.content().faults.extend(faults);
            let Err(error) = upload() else {
                bail!("publishing did not notice that an upload failed: {faults:?}");
            };
            let stored = self.registry.content().stored();
            if stored.len() != expected {
                return Err(error.context(format!("{expected} crates should be stored, not {stored:?}")));
            }
            println!("   as it should, this failed: {error}");
            println!("   stored are {stored:?}, and now it is resumed");
        }
        let stored = self.registry.content().stored();
        let came_first = FIRST.iter().all(|it| stored.iter().any(|stored| stored == it));
        ensure!(came_first, "first came {stored:?}");
        let all = self.workspace.published().count();
        self.registry.content().room = all;
        upload()?;
        ensure!(upload()? == 0, "published again what was there");
        // Only the two refused ones were sent twice.
        let uploads = self.registry.content().uploads.clone();
        ensure!(uploads.len() == all + 2, "sent more than once: {uploads:?}");
        println!("   {all} crates stored once each; {} uploads", uploads.len());
        Ok(())
    }

    fn use_all(&self) -> Result<()> {
        println!("\n== the sandbox, installed from the registry");
        let _outside = self.workspace.shell.push_dir(self.folder);
        let root = self.folder.join("root");
        let install = self.cargo(&["install", "--quiet", "--debug", SANDBOX]);
        install.arg("--root").arg(&root).run()?;
        let mut sandbox = Command::new(root.join("bin").join(SANDBOX));
        let sandbox = Server::start(sandbox.args(["--listen", "127.0.0.1:0"]), "Requests:")?;
        let is_client = |it: &&Package| self.workspace.clients().any(|client| client.id == it.id);
        let mut used = self
            .workspace
            .published()
            .filter(|it| it.name == CORE || is_client(it));
        used.try_for_each(|it| self.use_one(it, &sandbox))
    }

    /// A user's program: one crate of ours, and tokio.
    fn use_one(&self, package: &Package, sandbox: &Server) -> Result<()> {
        let (shell, name) = (&self.workspace.shell, package.name.as_str());
        println!("\n== a program that has {name} alone");
        let _inside = shell.push_dir(shell.create_dir(self.folder.join("programs").join(name))?);
        let init = ["init", "--quiet", "--vcs", "none", "--name", "somebodys-program"];
        self.cargo(&init).run()?;
        self.cargo(&["add", "--quiet", name]).run()?;
        let tokio = ["add", "--quiet", "tokio", "--features", "macros,rt"];
        self.cargo(&tokio).run()?;
        shell.copy_file(package.manifest_path.with_file_name(EXAMPLE), "src/main.rs")?;

        // The budget is checked in the workspace, whose lock file says which versions are compared.
        let tree = graph::tree(self.cargo(&["tree", "-p", name]))?;
        let problems = graph::unwanted(name, &tree, &self.workspace.names());
        ensure!(problems.is_empty(), "{}", problems.join("\n"));

        let program = self.cargo(&["run", "--quiet"]).envs(&sandbox.environment);
        program.run().context("the program failed")?;
        let requests = sandbox.printed();
        ensure!(!requests.is_empty(), "the program ended well, but called nothing");
        println!("   {} crates, none of them unwanted", tree.len());
        println!("   the sandbox saw:\n{}", requests.join("\n"));
        Ok(())
    }

    /// `cargo …` as a user runs it who does not have this workspace.
    fn cargo(&self, arguments: &[&str]) -> Cmd<'_> {
        let cargo = self.destination.cargo(self.workspace, arguments);
        let cargo = cargo.env("CARGO_TARGET_DIR", self.folder.join("target"));
        // Faster, and nobody debugs them.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0")
    }
}
