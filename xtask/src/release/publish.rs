//! `cargo xtask release publish`: publishes each crate once, even if a run fails in the middle.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Package;
use sha2::{Digest as _, Sha256};
use xshell::Cmd;

use super::versions;
use crate::graph;
use crate::workspace::Workspace;

/// What is published before anything else. A registry takes five new crates at once, and then one every ten minutes.
pub(crate) const FIRST: [&str; 5] = [
    "payvand-http-core",
    "aparat-api",
    "podlink-api",
    "sabapayamak-auth",
    "smsafzar-auth",
];

/// Where to publish. Cargo asks it, so that cargo's proxies, mirrors and credentials are used.
#[derive(Debug, Default)]
pub(crate) struct Destination {
    pub(crate) registry: &'static str,
    /// Variables for cargo, such as a token for this registry alone.
    pub(crate) environment: Vec<(&'static str, String)>,
}

pub(crate) fn run(workspace: &Workspace, execute: bool) -> Result<()> {
    println!("\n== publish");
    let crates_io = Destination {
        registry: "crates-io",
        ..Destination::default()
    };
    for package in crates_io.missing(workspace)? {
        println!("{} {} is to be published", package.name, package.version);
    }
    versions::ensure_closed(workspace)?;
    if !execute {
        println!("A dry run: nothing was published. --execute does it.");
        return Ok(());
    }
    let (published, version) = (crates_io.upload(workspace, &[])?, versions::current(workspace)?);
    println!("\n{published} crates published; the index has all of them as they were packaged here.");
    println!("Now: git tag --annotate v{version} --message \"Release {version}\", and push the tag");
    println!("For each new crate: cargo owner --add, with the owners in Cargo.toml");
    Ok(())
}

/// Builds each package from its own files, in a new target folder: in one that it knows cargo goes on building against the
/// packages that it unpacked there before, whatever is in them now.
pub(crate) fn verify(workspace: &Workspace) -> Result<String> {
    let folder = workspace.shell.create_temp_dir()?;
    pack(workspace, &["--target-dir", &folder.path().to_string_lossy()])
}

/// Makes each package, and builds it from its own files unless told otherwise.
pub(crate) fn pack(workspace: &Workspace, arguments: &[&str]) -> Result<String> {
    let package = workspace.cargo(&["package", "--locked"]).args(arguments);
    let chosen = workspace.published().flat_map(|it| ["-p", it.name.as_str()]);
    package.args(chosen).run()?;
    Ok(String::new())
}

impl Destination {
    /// `cargo …` as this registry wants it.
    pub(crate) fn cargo<'a>(&self, workspace: &'a Workspace, arguments: &[&str]) -> Cmd<'a> {
        let variables = self.environment.iter().cloned();
        workspace.cargo(arguments).envs(variables)
    }

    /// Publishes what is missing, and fails unless the index then has everything as it was packaged here. Builds nothing:
    /// `release check` did. Returns how many crates it published.
    pub(crate) fn upload(&self, workspace: &Workspace, arguments: &[&str]) -> Result<usize> {
        let missing = self.missing(workspace)?;
        let names = missing.iter().map(|it| it.name.as_str());
        let (first, rest): (Vec<_>, Vec<_>) = names.partition(|it| FIRST.contains(it));
        for group in [first, rest].iter().filter(|it| !it.is_empty()) {
            let publish = ["publish", "--no-verify", "--locked", "--registry", self.registry];
            let publish = self.cargo(workspace, &publish).args(arguments);
            // Cargo sorts them by their dependencies, and waits for the index after each.
            let chosen = group.iter().flat_map(|it| ["-p", it]);
            publish.args(chosen).run().context(
                "not everything was published. Once the reason is gone (for a new crate: in ten minutes), run the same \
                 command again: what the index has is not published again",
            )?;
        }
        let left = self.missing(workspace)?;
        ensure!(left.is_empty(), "the index does not have what was published");
        Ok(missing.len())
    }

    /// What the index does not have. Fails when it has something else under one of our names and versions.
    fn missing<'a>(&self, workspace: &'a Workspace) -> Result<Vec<&'a Package>> {
        let mut missing = Vec::new();
        for package in workspace.published() {
            let what = format!("{}-{}.crate", package.name, package.version);
            let file = workspace.target.join("package").join(&what);
            let bytes = std::fs::read(&file).with_context(|| file.to_string())?;
            match self.checksum(workspace, package)? {
                None => missing.push(package),
                Some(there) if there == sha256(&bytes) => println!("{what} is on the index"),
                Some(there) => bail!("the {what} on the index is not the one made here: it has {there}"),
            }
        }
        Ok(missing)
    }

    /// What the index says of a package, if it has it: what is in the lock file of a new user.
    fn checksum(&self, workspace: &Workspace, package: &Package) -> Result<Option<String>> {
        let shell = &workspace.shell;
        let folder = shell.create_temp_dir()?;
        let dependency = format!("{} = \"={}\"", package.name, package.version);
        graph::write_package(shell, folder.path(), &dependency)?;
        let _inside = shell.push_dir(folder.path());
        let lock = self.cargo(workspace, &["generate-lockfile", "--quiet"]).quiet();
        let asked = lock.ignore_status().output()?;
        let error = String::from_utf8_lossy(&asked.stderr);
        if !asked.status.success() {
            let says = |it: &str| error.contains(&format!("{it} `{}", package.name));
            let absent = says("no matching package named") || says("a version for the requirement");
            ensure!(absent, "{} cannot be asked:\n{error}", self.registry);
            return Ok(None);
        }
        let lock = shell.read_file("Cargo.lock")?;
        let entry = format!("\nname = \"{}\"\n", package.name);
        let entry = lock.split("[[package]]").find(|it| it.starts_with(&entry));
        let checksum = entry.and_then(|it| it.split("checksum = \"").nth(1)?.split('"').next());
        Ok(Some(checksum.context("a package without a checksum")?.to_owned()))
    }
}

/// In hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
