//! Somebody's program: one client, tokio, and nothing of ours beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Stage;
use super::sandbox::Sandbox;
use crate::graph::{self, Dependencies, Tree};
use crate::workspace::Workspace;

/// The example of each client that is built and run: it reads the environment and has nothing but the client and tokio.
const EXAMPLE: &str = "examples/first_program.rs";

/// The program of each client.
pub(crate) fn sources(workspace: &Workspace) -> Result<BTreeMap<String, PathBuf>> {
    let all: BTreeMap<_, _> = workspace
        .clients()
        .map(|client| {
            let folder = client.manifest_path.parent().map(|it| it.join(EXAMPLE));
            (
                client.name.to_string(),
                folder.unwrap_or_default().into_std_path_buf(),
            )
        })
        .collect();
    let missing: Vec<_> = all
        .iter()
        .filter(|it| !it.1.is_file())
        .map(|it| it.0.as_str())
        .collect();
    ensure!(
        missing.is_empty(),
        "without {EXAMPLE}, which the rehearsal builds and runs against the sandbox: {}",
        missing.join(", ")
    );
    ensure!(!all.is_empty(), "there is no client to rehearse with");
    Ok(all)
}

/// Writes, builds and runs it, and looks at its graph.
pub(super) fn run(stage: &Stage, sandbox: &Sandbox, client: &str, source: &Path) -> Result<()> {
    let shell = &stage.workspace.shell;
    let folder = stage.folder.join("programs").join(client);
    let _inside = shell.push_dir(shell.create_dir(&folder)?);

    stage
        .cargo(&["init", "--quiet", "--vcs", "none", "--name", "somebodys-program"])
        .run()?;
    stage.cargo(&["add", "--quiet", client]).run()?;
    stage
        .cargo(&["add", "--quiet", "tokio", "--features", "macros,rt"])
        .run()?;
    shell.copy_file(source, "src/main.rs")?;
    stage.cargo(&["build", "--quiet"]).run()?;

    let tree = stage
        .cargo(&["tree", "-p", client])
        .args(graph::ARGUMENTS)
        .quiet()
        .read()?;
    let tree = Tree::parse(&tree)?;
    // The budget is checked in the workspace, whose lock file says which versions are compared.
    let graph = Dependencies::new(stage.workspace, &tree, &tree);
    let problems = graph.problems(client);
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    let (version, _) = tree
        .get(client)
        .with_context(|| format!("{client} is not in its own tree"))?;
    println!(
        "   {client} {version} and {} crates of others, none of them unwanted",
        graph.total()
    );

    let program = stage.cargo(&["run", "--quiet"]).envs(sandbox.environment());
    let before = sandbox.request_count();
    program.run().context("the program failed")?;
    let requests = sandbox.requests_after(before);
    ensure!(!requests.is_empty(), "the program ended well, but called nothing");
    println!("   the sandbox saw: {}", requests.join("; "));
    Ok(())
}
