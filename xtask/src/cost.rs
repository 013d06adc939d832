//! `cargo xtask cost`: what a client costs its user's clean build, beside tokio and reqwest alone.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use xshell::TempDir;

use crate::graph::{Base, Dependencies, client_tree};
use crate::workspace::Workspace;

const PAGE: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- written by `cargo xtask cost --write` -->\n";
const END: &str = "<!-- end -->";

/// Measure what each client adds to a clean build, as a ratio to tokio + reqwest with the same features.
///
/// Builds, each from nothing in a temporary folder, a package that has the client alone and one that has tokio and
/// reqwest with the client's features and `json`, and compares the CPU time; then builds a program with each for
/// release and compares the sizes of the stripped binaries. Takes ten minutes and more. Linux only: the CPU time
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
        "| crate | crates in its graph | of them tokio + reqwest's | CPU time of a clean build, tokio + reqwest = 1 | release binary, stripped, tokio + reqwest = 1 |\n|---|--:|--:|--:|--:|\n",
    );
    let programs = Programs::new(workspace)?;
    let mut bases: Vec<(Base, f64, f64)> = Vec::new();
    for client in workspace.clients() {
        let name = client.name.as_str();
        let base = Base::of(&client_tree(workspace, name)?)?;
        let (of_base, size_of_base) = match bases.iter().find(|(it, ..)| *it == base) {
            Some((_, seconds, size)) => (*seconds, *size),
            None => (
                build(workspace, "tokio + reqwest", &base.manifest())?,
                programs.size("tokio + reqwest", &base.manifest(), BY_HAND)?,
            ),
        };
        bases.push((base, of_base, size_of_base));

        let folder = client
            .manifest_path
            .parent()
            .context("a manifest without a folder")?;
        let manifest = Base::manifest_with(&format!("{name} = {{ path = {:?} }}\n", folder.as_str()));
        let of_client = build(workspace, name, &manifest)?;
        let program = workspace
            .shell
            .read_file(folder.join("examples/first_program.rs"))?;
        let size = programs.size(name, &format!("{manifest}{RUNTIME}"), &program)?;
        let graph = Dependencies::of(workspace, name)?;
        writeln!(
            table,
            "| `{name}` | {} | {} | {:.2} | {:.2} |",
            graph.total(),
            graph.total() - graph.added(),
            of_client / of_base,
            size / size_of_base
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

/// The least that a program with bare reqwest does.
const BY_HAND: &str = r#"
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let fields: std::collections::HashMap<String, String> = runtime.block_on(async {
        let url = std::env::var("URL").unwrap_or_default();
        reqwest::Client::new().get(url).send().await?.json().await
    })?;
    println!("{fields:?}");
    Ok(())
}
"#;

/// What the clients' first programs have beside the client.
const RUNTIME: &str =
    "tokio = { version = \"1\", default-features = false, features = [\"macros\", \"rt\"] }\n";

/// Programs built for release, which share what they are built of.
struct Programs<'a> {
    workspace: &'a Workspace,
    folder: TempDir,
}

impl<'a> Programs<'a> {
    fn new(workspace: &'a Workspace) -> Result<Self> {
        let folder = workspace.shell.create_temp_dir()?;
        Ok(Self { workspace, folder })
    }

    /// The size of the stripped binary in bytes.
    fn size(&self, name: &str, manifest: &str, main: &str) -> Result<f64> {
        let shell = &self.workspace.shell;
        let folder = self.folder.path();
        shell.write_file(folder.join("Cargo.toml"), manifest)?;
        shell.write_file(folder.join("src/main.rs"), main)?;
        shell.copy_file("Cargo.lock", folder.join("Cargo.lock"))?;
        let target = folder.join("target");
        self.workspace
            .cargo(["build", "--quiet", "--offline", "--release", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .args(["--config", "profile.release.strip=true", "--target-dir"])
            .arg(&target)
            .run()?;
        let size = fs::metadata(target.join("release/base"))?.len();
        println!("{name}: a binary of {size} bytes");
        Ok(f64::from(u32::try_from(size)?))
    }
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
