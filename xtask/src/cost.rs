//! `cargo xtask cost`: what a client costs its user's clean build, beside tokio and reqwest alone.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::graph::{Base, Dependencies, client_tree};
use crate::workspace::Workspace;

const PAGE: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- written by `cargo xtask cost --write` -->\n";
const END: &str = "<!-- end -->";

/// Measure what each client adds to a clean build, as a ratio to tokio + reqwest with the same features.
///
/// Builds, each from nothing in a temporary folder, a package that has the client alone and one that has tokio and
/// reqwest with the client's features and `json`, and compares the CPU time. Takes minutes. Linux only: the CPU time
/// of the compilers is read from /proc.
#[derive(Debug, clap::Args)]
pub(crate) struct Cost {
    /// Write the table into ARCHITECTURE.md
    #[arg(long)]
    write: bool,
}

impl Cost {
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::load()?;
        let table = table(&workspace)?;
        println!("\n{table}");
        if self.write {
            let page = workspace.shell.read_file(PAGE)?;
            workspace.shell.write_file(PAGE, insert(&page, &table)?)?;
        }
        Ok(())
    }
}

fn table(workspace: &Workspace) -> Result<String> {
    let mut table = String::from(
        "| crate | crates in its graph | of them tokio + reqwest's | CPU time of a clean build, tokio + reqwest = 1 |\n|---|--:|--:|--:|\n",
    );
    let mut bases: Vec<(Base, f64)> = Vec::new();
    for client in workspace.clients() {
        let name = client.name.as_str();
        let base = Base::of(&client_tree(workspace, name)?)?;
        let of_base = match bases.iter().find(|(it, _)| *it == base) {
            Some((_, seconds)) => *seconds,
            None => build(workspace, "tokio + reqwest", &base.manifest())?,
        };
        bases.push((base, of_base));

        let folder = client
            .manifest_path
            .parent()
            .context("a manifest without a folder")?;
        let manifest = Base::manifest_with(&format!("{name} = {{ path = {:?} }}\n", folder.as_str()));
        let of_client = build(workspace, name, &manifest)?;
        let graph = Dependencies::of(workspace, name)?;
        writeln!(
            table,
            "| `{name}` | {} | {} | {:.2} |",
            graph.total(),
            graph.total() - graph.added(),
            of_client / of_base
        )?;
    }
    Ok(table)
}

/// The CPU seconds of a clean `cargo build` in the versions of the workspace's lock file.
fn build(workspace: &Workspace, name: &str, manifest: &str) -> Result<f64> {
    let shell = &workspace.shell;
    let folder = shell.create_temp_dir()?;
    let folder = folder.path();
    shell.write_file(folder.join("Cargo.toml"), manifest)?;
    shell.write_file(folder.join("src/lib.rs"), "")?;
    shell.copy_file("Cargo.lock", folder.join("Cargo.lock"))?;
    let before = children_seconds()?;
    let target = folder.join("target");
    workspace
        .cargo(["build", "--quiet", "--offline", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_INCREMENTAL", "0")
        .run()?;
    let seconds = children_seconds()? - before;
    println!("{name}: {seconds:.0} CPU s");
    Ok(seconds)
}

/// CPU time of all children that have ended, and of theirs, in seconds.
fn children_seconds() -> Result<f64> {
    let stat = Path::new("/proc/self/stat");
    let stat = fs::read_to_string(stat)
        .context("the CPU time of the compilers is read from /proc, as Linux has it")?;
    // The program's name is in parentheses and may hold spaces; after it, cutime and cstime are fields 16 and 17.
    let fields = stat
        .rsplit_once(") ")
        .map(|it| it.1.split(' ').collect::<Vec<_>>());
    let ticks =
        fields.and_then(|it| Some(it.get(13)?.parse::<u32>().ok()? + it.get(14)?.parse::<u32>().ok()?));
    // Linux counts in hundredths for every program, whatever the kernel does.
    Ok(f64::from(ticks.context("/proc/self/stat in another form")?) / 100.0)
}

/// Puts the table between its two marks.
fn insert(page: &str, table: &str) -> Result<String> {
    let (before, rest) = page
        .split_once(BEGIN)
        .with_context(|| format!("{PAGE} has no line {BEGIN}"))?;
    let (_, after) = rest
        .split_once(END)
        .with_context(|| format!("{PAGE} has no {END} after it"))?;
    ensure!(!after.contains(BEGIN), "{PAGE} has two places for the table");
    Ok(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_only_the_table() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let new = insert(&page, "| new |\n").unwrap();
        assert_eq!(new, format!("a\n{BEGIN}\n| new |\n\n{END}\nb\n"));
        assert_eq!(insert(&new, "| new |\n").unwrap(), new);
        assert!(insert("a\n", "").is_err());
    }
}
