//! `cargo xtask graph`: what a client adds to its user's build.
//!
//! `cargo metadata` unifies features over the whole workspace; `cargo tree -p` resolves what a user of that one crate
//! gets, so the tree is counted. It is compared with a package that has *tokio + reqwest with the same features and with
//! `json`*, in the same versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use xshell::{Cmd, Shell};

use crate::workspace::{CORE, Workspace};

/// External crates that a client may add to tokio + reqwest.
const BUDGET: usize = 10;

/// External crates that a client may add to the client of its login.
const BUDGET_ON_LOGIN: usize = 2;

/// External crates of a client without features, which sends nothing: two of the graph's 45 are our own.
const BUDGET_BARE: usize = 43;

/// Crates that only a server, a command line or a test needs.
const NOT_IN_A_CLIENT: [&str; 4] = ["axum", "clap", "httpmock", "tracing-subscriber"];

const NOT_BESIDE_RUSTLS: [&str; 4] = ["boring", "native-tls", "openssl", "schannel"];

/// Count what each client adds to its user's dependency graph.
///
/// For each published client with its default features: the crates in its normal and build dependencies, how many
/// of them a user who writes the calls by hand has anyway (tokio and reqwest with the same features, and reqwest's
/// `json`), and which ones the client adds; with no feature at all, all of them. Fails when a client adds more than ten,
/// or 43 with no feature, or when its graph contains another client, the sandbox, a server's crates or a second TLS stack.
#[derive(Debug, clap::Args)]
pub(crate) struct Graph {}

/// `syn v3.0.9` and the features that it is built with; two versions of a crate are two.
type Tree = BTreeMap<String, BTreeSet<String>>;

/// Prints the table, and fails with all broken rules at once.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let own = workspace.names();
    let mut problems = Vec::new();
    println!("crate              total  added");
    for client in workspace.clients().map(|it| it.name.as_str()) {
        let tree = |of: &str, more: &[&str]| tree(workspace.cargo(&["tree", "-p", of]).args(more));
        let (full, bare) = (tree(client, &[])?, tree(client, &["--no-default-features"])?);
        let by_hand = base(workspace, &full).with_context(|| format!("the base of {client}"))?;
        let mut budgets = vec![("tokio + reqwest", BUDGET, &full, by_hand)];
        budgets.push(("std alone", BUDGET_BARE, &bare, Tree::new()));
        let login = login_of(client, &own);
        if let Some(login) = &login {
            budgets.push((login, BUDGET_ON_LOGIN, &full, tree(login, &[])?));
        }
        for (what, budget, tree, base) in budgets {
            let external: Vec<_> = tree.keys().filter(|it| !own.contains(&name(it))).collect();
            let added = external.iter().filter(|it| !base.contains_key(**it));
            let added: Vec<&str> = added.map(|it| it.as_str()).collect();
            let (total, count, names) = (external.len(), added.len(), added.join(", "));
            println!("{client:<18} {total:>5}  {count:>5} to {what}: {names:.100}");
            let problem = format!("{client} adds {count} crates to {what}, the budget is {budget}: {names}");
            problems.extend((count > budget).then_some(problem));
        }
        problems.extend(unwanted(client, &full, &own));
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("the budget is {BUDGET}"))
}

/// The client of a provider's login, where the calls have a crate of their own.
fn login_of(client: &str, own: &[&str]) -> Option<String> {
    let login = format!("{}-auth", client.strip_suffix("-api")?);
    own.contains(&login.as_str()).then_some(login)
}

/// What a client's graph must not contain, one sentence each.
pub(crate) fn unwanted(client: &str, tree: &Tree, own: &[&str]) -> Vec<String> {
    let names: BTreeSet<_> = tree.keys().map(|it| name(it)).collect();
    let login = login_of(client, own);
    let reason = |it: &str| {
        let is_shared = login.is_some() && ["payvand-sms", "payvand-persian"].contains(&it);
        let is_its_own = it == client || it == CORE || login.as_deref() == Some(it) || is_shared;
        let is_second = names.contains("rustls") && NOT_BESIDE_RUSTLS.contains(&it);
        match (own.contains(&it) && !is_its_own, is_second) {
            (true, _) => Some("a client depends on payvand-http-core and nothing else of ours"),
            (_, true) => Some("beside rustls it is a second TLS stack"),
            _ if NOT_IN_A_CLIENT.contains(&it) => Some("it belongs to servers, tools and tests"),
            _ => None,
        }
    };
    let sentence = |it: &&str| Some(format!("{client} depends on {it}: {}", reason(it)?));
    names.iter().filter_map(sentence).collect()
}

/// Runs this `cargo tree` and reads what it prints.
pub(crate) fn tree(cargo: Cmd<'_>) -> Result<Tree> {
    let lines = ["--no-dedupe", "--prefix", "none", "-f", "{p}|{f}"];
    parse(&cargo.args(["-e", "normal,build"]).args(lines).quiet().read()?)
}

/// Reads lines like `syn v3.0.9|full,parsing` or `thiserror-impl v2.0.17 (proc-macro)|`.
fn parse(printed: &str) -> Result<Tree> {
    let mut tree = Tree::new();
    for line in printed.lines().filter(|line| !line.trim().is_empty()) {
        let parts = line.rsplit_once('|').filter(|it| it.0.contains(" v"));
        let (package, features) = parts.with_context(|| format!("not a line of `cargo tree`: {line:?}"))?;
        let key: Vec<_> = package.split(' ').take(2).collect();
        let features = features.split(',').filter(|it| !it.is_empty());
        let entry = tree.entry(key.join(" ")).or_default();
        entry.extend(features.map(str::to_owned));
    }
    Ok(tree)
}

fn name(key: &str) -> &str {
    key.split(' ').next().unwrap_or_default()
}

/// The crates of a user who writes the calls by hand, in the versions of the workspace's lock file.
fn base(workspace: &Workspace, client: &Tree) -> Result<Tree> {
    let shell = &workspace.shell;
    let folder = shell.create_temp_dir()?;
    write_package(shell, folder.path(), &base_dependencies(client)?)?;
    shell.copy_file("Cargo.lock", folder.path())?;
    let _inside = shell.push_dir(folder.path());
    // Offline: whatever is not in the lock file would not be the same version.
    tree(workspace.cargo(&["tree", "--quiet", "--offline"]))
}

/// tokio and reqwest with the features that a client enables, and `json`.
fn base_dependencies(client: &Tree) -> Result<String> {
    let mut dependencies = String::new();
    for (wanted, extra) in [("reqwest", Some("json")), ("tokio", None)] {
        let found = client.iter().find(|it| name(it.0) == wanted);
        let (key, features) = found.with_context(|| format!("no {wanted}: nothing to compare with"))?;
        let version = key.rsplit('v').next().unwrap_or_default();
        // reqwest's own features that nobody should name start with two underscores.
        let features = features.iter().filter(|it| !it.starts_with("__"));
        let features: BTreeSet<_> = features.map(String::as_str).chain(extra).collect();
        let features = features.into_iter().collect::<Vec<_>>();
        let rest = format!("default-features = false, features = {features:?}");
        writeln!(dependencies, "{wanted} = {{ version = \"={version}\", {rest} }}")?;
    }
    Ok(dependencies)
}

/// A package outside every workspace that has these dependencies and no code.
pub(crate) fn write_package(shell: &Shell, folder: &Path, dependencies: &str) -> Result<()> {
    let toml = format!("package={{name='base',edition='2024'}}\n[workspace]\n[dependencies]\n{dependencies}");
    shell.write_file(folder.join("Cargo.toml"), toml)?;
    Ok(shell.write_file(folder.join("src/lib.rs"), "")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [&str; 7] = [
        "aparat-api",
        "podlink-api",
        "payvand-http-core",
        "payvand-sandbox",
        "payvand-sms",
        "smsafzar-api",
        "smsafzar-auth",
    ];

    const TREE: &str = "\
aparat-api v0.1.0 (/some where/crates/aparat-api)|default,rustls
async-trait v0.1.92 (proc-macro)|
payvand-http-core v0.1.0 (/somewhere/crates/http-core)|rustls
reqwest v0.13.5|__rustls,rustls
reqwest v0.13.5|gzip
rustls v0.23.40|
syn v2.0.119|
syn v3.0.9+x|full
tokio v1.54.1|default,time
";

    #[test]
    fn the_base_has_the_clients_features_and_json() {
        let tree = parse(TREE).unwrap();
        assert!(tree.contains_key("syn v2.0.119") && tree.contains_key("syn v3.0.9+x"));
        assert_eq!(
            base_dependencies(&tree).unwrap(),
            "reqwest = { version = \"=0.13.5\", default-features = false, features = [\"gzip\", \"json\", \"rustls\"] }\n\
             tokio = { version = \"=1.54.1\", default-features = false, features = [\"default\", \"time\"] }\n"
        );
        let error = base_dependencies(&parse("tokio v1.54.1|\n").unwrap()).unwrap_err();
        assert!(error.to_string().contains("no reqwest"), "{error}");
        assert!(parse("├── serde v1.0.0").is_err());
    }

    #[test]
    fn calls_may_stand_on_their_own_login() {
        let tree =
            "smsafzar-api v0.1.0|\nsmsafzar-auth v0.1.0|\npayvand-sms v0.1.0|\npayvand-http-core v0.1.0|\n";
        assert_eq!(unwanted("smsafzar-api", &parse(tree).unwrap(), &OWN), [""; 0]);
        let other = tree.replacen("smsafzar-api", "aparat-api", 1);
        let found = unwanted("aparat-api", &parse(&other).unwrap(), &OWN);
        let why = "a client depends on payvand-http-core and nothing else of ours";
        let expected =
            ["payvand-sms", "smsafzar-auth"].map(|it| format!("aparat-api depends on {it}: {why}"));
        assert_eq!(found, expected);
    }

    #[test]
    fn other_clients_servers_and_a_second_tls_stack_are_unwanted() {
        assert_eq!(unwanted("aparat-api", &parse(TREE).unwrap(), &OWN), [""; 0]);
        let more =
            "podlink-api v0.1.0 (/x)|\npayvand-sandbox v0.1.0 (/y)|\naxum v0.8.6|\nnative-tls v0.2.14|\n";
        let tree = parse(&format!("{TREE}{more}")).unwrap();
        assert_eq!(
            unwanted("aparat-api", &tree, &OWN),
            [
                "aparat-api depends on axum: it belongs to servers, tools and tests",
                "aparat-api depends on native-tls: beside rustls it is a second TLS stack",
                "aparat-api depends on payvand-sandbox: a client depends on payvand-http-core and nothing else of ours",
                "aparat-api depends on podlink-api: a client depends on payvand-http-core and nothing else of ours",
            ]
        );
    }
}
