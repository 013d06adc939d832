//! What a registry says that it has, asked through cargo, so that its proxies, mirrors and credentials count.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Package;
use sha2::{Digest as _, Sha256};
use xshell::Cmd;

use super::package;
use crate::graph::Base;
use crate::workspace::Workspace;

/// Where to publish to.
#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) registry: &'static str,
    /// More of cargo's configuration, with which `registry` stands in for crates.io.
    pub(crate) config: Option<PathBuf>,
    /// Variables for cargo, such as a token for this registry alone.
    pub(crate) environment: Vec<(&'static str, String)>,
}

impl Destination {
    pub(crate) fn crates_io() -> Self {
        Self {
            registry: "crates-io",
            config: None,
            environment: Vec::new(),
        }
    }

    /// `cargo …` in the root of the workspace, as this registry wants it.
    pub(crate) fn cargo<'a, I>(&self, workspace: &'a Workspace, arguments: I) -> Cmd<'a>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let config = self
            .config
            .iter()
            .flat_map(|it| [OsStr::new("--config"), it.as_os_str()]);
        let cargo = workspace.cargo(config).args(arguments);
        cargo.envs(self.environment.iter().map(|(name, value)| (name, value)))
    }

    /// Whether this version is on the index.
    pub(crate) fn has(&self, workspace: &Workspace, package: &Package) -> Result<bool> {
        let what = format!("{}@{}", package.name, package.version);
        let asked = self
            .cargo(workspace, ["info", "--registry", self.registry, &what])
            .env("CARGO_NET_OFFLINE", "false")
            .quiet()
            .ignore_status()
            .output()?;
        let error = String::from_utf8_lossy(&asked.stderr);
        if asked.status.success() {
            Ok(true)
        } else if error.contains(&format!("could not find `{what}` in registry")) {
            Ok(false)
        } else {
            bail!("{} cannot be asked for {what}:\n{error}", self.registry)
        }
    }

    /// Fails unless the index has each of these, with the bytes of the package that lies in the target folder: what
    /// a lock file says that a new user of them all would get.
    pub(crate) fn verify(&self, workspace: &Workspace, packages: &[&Package]) -> Result<()> {
        let shell = &workspace.shell;
        let folder = shell.create_temp_dir()?;
        let folder = folder.path();
        let mut dependencies = String::new();
        for package in packages {
            writeln!(dependencies, "{} = \"={}\"", package.name, package.version)?;
        }
        let manifest = Base::manifest_with(&dependencies);
        shell.write_file(folder.join("Cargo.toml"), manifest)?;
        shell.write_file(folder.join("src/lib.rs"), "")?;
        let manifest = folder.join("Cargo.toml");
        self.cargo(workspace, ["generate-lockfile", "--quiet", "--manifest-path"])
            .arg(&manifest)
            .quiet()
            .run()
            .context("a program that depends on what was published cannot be resolved")?;

        let lock: toml::Table = shell.read_file(folder.join("Cargo.lock"))?.parse()?;
        let locked = lock.get("package").and_then(toml::Value::as_array);
        let locked = locked.context("a lock file without packages")?;
        for package in packages {
            let version = package.version.to_string();
            let on_index = locked.iter().find(|it| {
                let is = |key: &str, value: &str| it.get(key).and_then(toml::Value::as_str) == Some(value);
                is("name", package.name.as_str()) && is("version", &version)
            });
            let on_index = on_index.and_then(|it| it.get("checksum")?.as_str());
            let archive = package::archive(workspace, package);
            let bytes = std::fs::read(&archive).with_context(|| archive.to_string())?;
            let ours = hex(&Sha256::digest(bytes));
            ensure!(
                on_index == Some(&ours),
                "{} {version}: the index has {}, but the package made here has {ours}",
                package.name,
                on_index.unwrap_or("no checksum"),
            );
        }
        Ok(())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
