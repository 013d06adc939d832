//! `cargo xtask release rehearse`: publishes everything to a registry on loopback, with the manifests as they are,
//! and then uses each client as a user does.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Package;
use xshell::Cmd;

use super::publish::{self, Destination};
use super::registry::{Fault, Registry};
use crate::graph;
use crate::server::Server;
use crate::workspace::{SANDBOX, Workspace};

/// The example of each client that is built and run: it reads the environment and has nothing but the client and tokio.
const EXAMPLE: &str = "examples/first_program.rs";

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let folder = workspace.shell.create_temp_dir()?;
    let stage = Stage::set(workspace, folder.path())?;
    stage.publish()?;
    stage.use_all()?;
    println!("\n== rehearsal: ok");
    Ok(())
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
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let default = || Some(std::env::home_dir()?.join(".cargo"));
        let home = home.or_else(default).context("no home folder")?;
        let registry = Registry::start(home.join("registry/cache"))?;

        // Its own home: cargo keeps downloads by the registry's address, and this address is used only once.
        let own_home = shell.create_dir(folder.join("cargo-home"))?;
        let settings = ["config.toml", "config"].map(|it| home.join(it));
        for file in settings.iter().filter(|it| it.is_file()) {
            shell.copy_file(file, &own_home)?;
        }
        let config = folder.join("over.toml");
        let index = registry.index();
        let over = "[source.crates-io]\nreplace-with = \"over\"\n[registries.over]";
        let over = format!("{over}\nindex = \"{index}\"\n");
        shell.write_file(&config, over)?;
        let environment = vec![
            ("CARGO_HOME", own_home.to_string_lossy().into_owned()),
            ("CARGO_REGISTRIES_OVER_TOKEN", "no-real-token".into()),
        ];
        let destination = Destination {
            registry: "over",
            config: Some(config),
            environment,
        };
        Ok(Self {
            workspace,
            folder,
            registry,
            destination,
        })
    }

    /// The answer to one upload is lost, another upload is refused, then all succeed. Nothing is stored twice.
    fn publish(&self) -> Result<()> {
        println!("\n== publish, with two failures on the way");
        publish::pack(self.workspace, &["--quiet", "--no-verify", "--allow-dirty"])?;
        let upload = || self.destination.upload(self.workspace, &["--allow-dirty"]);
        for faults in [&[Fault::LoseAnswer][..], &[Fault::None, Fault::Refuse]] {
            self.registry.content().faults.extend(faults);
            let Err(error) = upload() else {
                bail!("publishing did not notice that an upload failed: {faults:?}");
            };
            if !self.registry.content().faults.is_empty() {
                return Err(error);
            }
            println!("   as it should, this failed: {error}\n   and now it is resumed");
        }
        upload()?;
        ensure!(upload()? == 0, "published again what was there");
        // Only the refused one was sent twice.
        let uploads = self.registry.content().uploads.clone();
        let all = self.workspace.published().count();
        ensure!(uploads.len() == all + 1, "sent more than once: {uploads:?}");
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
        let mut clients = self.workspace.clients();
        clients.try_for_each(|client| self.use_one(client, &sandbox))
    }

    /// A user's program: one client, tokio, and nothing else of ours.
    fn use_one(&self, client: &Package, sandbox: &Server) -> Result<()> {
        let (shell, name) = (&self.workspace.shell, client.name.as_str());
        println!("\n== a program that has {name} alone");
        let _inside = shell.push_dir(shell.create_dir(self.folder.join("programs").join(name))?);
        let init = ["init", "--quiet", "--vcs", "none", "--name", "somebodys-program"];
        self.cargo(&init).run()?;
        self.cargo(&["add", "--quiet", name]).run()?;
        let tokio = ["add", "--quiet", "tokio", "--features", "macros,rt"];
        self.cargo(&tokio).run()?;
        shell.copy_file(client.manifest_path.with_file_name(EXAMPLE), "src/main.rs")?;

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
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target"))
    }
}
