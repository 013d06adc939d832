//! `cargo xtask release publish`: the crates to the registry, each once, whatever happens in the middle.

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, Package};

use super::index::Destination;
use super::{changelog, check, tree_state, versions};
use crate::workspace::Workspace;

/// Publish every crate that the registry does not have yet. A dry run, unless --execute is given.
///
/// Runs `cargo xtask release check` first. If it fails in the middle, run it again: it asks the index what is there
/// already, publishes the rest, and compares everything that the index has with what was packaged here.
#[derive(Debug, clap::Args)]
pub(crate) struct Publish {
    /// Really publish; what is published can be yanked, but never taken back
    #[arg(long)]
    execute: bool,
}

impl Publish {
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::load()?;
        check::everything(&workspace)?;

        println!("\n== publish");
        let destination = Destination::crates_io();
        let closed = changelog::ensure_closed(&workspace);
        if !self.execute {
            plan(&workspace, &destination)?;
            if let Err(error) = closed {
                println!("Not yet: {error}");
            }
            println!("A dry run: nothing was published. --execute does it.");
            return Ok(());
        }
        closed?;
        let published = upload(&workspace, &destination, &[])?;
        let version = versions::current(&workspace)?;
        println!("\n{published} crates published; the index has all of them as they were packaged here.");
        if tree_state::last_release(&workspace)?.is_none_or(|(_, last)| last != version) {
            println!("Now: git tag --annotate v{version} --message \"Release {version}\", and push the tag");
        }
        Ok(())
    }
}

/// Prints what is there and what is not, in the order of publishing.
fn plan(workspace: &Workspace, destination: &Destination) -> Result<()> {
    for package in order(workspace)? {
        let what = if destination.has(workspace, package)? {
            "is there"
        } else {
            "to be published"
        };
        println!("{:<18} {} {what}", package.name, package.version);
    }
    Ok(())
}

/// Publishes what is missing, and fails unless the index then has everything as it was packaged here.
///
/// Builds nothing: `release check` has. `arguments` are more ones for `cargo publish`.
pub(crate) fn upload(workspace: &Workspace, destination: &Destination, arguments: &[&str]) -> Result<usize> {
    let missing = missing(workspace, destination)?;
    if !missing.is_empty() {
        // Cargo sorts them by their dependencies again, and waits for the index after each.
        let chosen = missing.iter().flat_map(|it| ["-p", it.name.as_str()]);
        destination
            .cargo(workspace, ["publish", "--no-verify", "--locked", "--registry", destination.registry])
            .args(arguments)
            .args(chosen)
            .run()
            .context("not everything was published. Once the reason is gone, run the same command again: what the index has is not published again")?;
    }
    destination.verify(workspace, &order(workspace)?)?;
    Ok(missing.len())
}

/// What the index does not have. Fails when it has something else under one of our names and versions.
fn missing<'a>(workspace: &'a Workspace, destination: &Destination) -> Result<Vec<&'a Package>> {
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for package in order(workspace)? {
        if destination.has(workspace, package)? {
            println!("{} {} is on the index already", package.name, package.version);
            there.push(package);
        } else {
            missing.push(package);
        }
    }
    if !there.is_empty() {
        destination.verify(workspace, &there)?;
    }
    Ok(missing)
}

/// The published crates, each after those of ours that it depends on.
fn order(workspace: &Workspace) -> Result<Vec<&Package>> {
    let mut waiting: Vec<_> = workspace.published().collect();
    let mut order: Vec<&Package> = Vec::new();
    while !waiting.is_empty() {
        let (ready, others): (Vec<_>, Vec<_>) = waiting.iter().partition(|package| {
            let before = package
                .dependencies
                .iter()
                .filter(|it| it.kind != DependencyKind::Development);
            let mut before = before.map(|it| it.name.as_str());
            !before.any(|name| waiting.iter().any(|it| it.name == name))
        });
        ensure!(!ready.is_empty(), "the crates depend on one another in a circle");
        order.extend(ready);
        waiting = others;
    }
    Ok(order)
}
