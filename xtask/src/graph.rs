//! `cargo xtask graph`: what a client brings into its user's build.
//!
//! `cargo metadata` unifies features over the whole workspace; `cargo tree -p` resolves what a user of that one
//! crate gets, so the tree is what is counted. The base, *tokio + reqwest with the same features and with `json`*,
//! is a package of its own with the same versions (`base.rs`), so it is what its user gets, too.

mod base;
mod tree;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use crate::workspace::{CORE, Workspace};
pub(crate) use base::Base;
use tree::Crate;
pub(crate) use tree::{ARGUMENTS, Tree};

/// External crates that a client may add to tokio + reqwest.
const BUDGET: usize = 10;

/// Crates that only a server, a command line or a test needs.
const NOT_IN_A_CLIENT: [&str; 6] = [
    "axum",
    "axum-core",
    "clap",
    "clap_builder",
    "httpmock",
    "tracing-subscriber",
];

const NOT_BESIDE_RUSTLS: [&str; 4] = ["boring", "native-tls", "openssl", "schannel"];

/// Count what each client adds to its user's dependency graph.
///
/// For each published client with its default features: the crates in its normal and build dependencies, how many
/// of them a user who writes the calls by hand has anyway (tokio and reqwest with the same features, and reqwest's
/// `json`), and which ones the client adds. Fails when a client adds more than ten, or when its graph holds
/// another client, the sandbox, a server's crates or a second TLS stack.
#[derive(Debug, clap::Args)]
pub(crate) struct Graph {}

impl Graph {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(&self) -> Result<()> {
        check(&Workspace::load()?).map(|_| ())
    }
}

/// Prints the table and fails with every broken rule at once.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let mut problems = Vec::new();
    let mut largest = 0;

    println!(
        "base: tokio + reqwest with the client's own features and `json`, as who writes the calls by hand has them"
    );
    println!("{:<18} {:>5} {:>5} {:>5}", "crate", "total", "base", "added");
    for client in workspace.clients() {
        let graph = Dependencies::of(workspace, client.name.as_str())?;
        let names: Vec<_> = graph.added.iter().map(|it| it.name.as_str()).collect();
        println!(
            "{:<18} {:>5} {:>5} {:>5}  {}",
            client.name,
            graph.total(),
            graph.total() - graph.added(),
            graph.added(),
            names.join(", ")
        );
        largest = largest.max(graph.added());
        problems.extend(graph.problems(client.name.as_str()));
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("at most {largest} added, the budget is {BUDGET}"))
}

/// What a user of this client gets with its default features, by the workspace's lock file.
pub(crate) fn client_tree(workspace: &Workspace, client: &str) -> Result<Tree> {
    let tree = workspace.cargo(["tree", "-p", client]).args(ARGUMENTS);
    Tree::parse(&tree.quiet().read()?).with_context(|| format!("the tree of {client}"))
}

#[derive(Debug)]
pub(crate) struct Dependencies {
    /// External crates, those of the base among them.
    external: BTreeSet<Crate>,
    /// External crates that are not in the base.
    added: BTreeSet<Crate>,
    /// Crates of this workspace, the client itself included.
    own: BTreeSet<String>,
}

impl Dependencies {
    /// Counts a client's tree against its base.
    pub(crate) fn of(workspace: &Workspace, client: &str) -> Result<Self> {
        let tree = client_tree(workspace, client)?;
        let base = Base::of(&tree)?.tree(workspace)?;
        Ok(Self::new(workspace, &tree, &base))
    }

    pub(crate) fn new(workspace: &Workspace, tree: &Tree, base: &Tree) -> Self {
        let own: BTreeSet<_> = workspace.packages.iter().map(|it| it.name.as_str()).collect();
        Self::sort(tree, base, &own)
    }

    fn sort(tree: &Tree, base: &Tree, workspace: &BTreeSet<&str>) -> Self {
        let (own, external): (BTreeSet<_>, BTreeSet<_>) = tree
            .crates()
            .cloned()
            .partition(|it| workspace.contains(it.name.as_str()));
        let base: BTreeSet<_> = base.crates().cloned().collect();
        Self {
            added: external.difference(&base).cloned().collect(),
            external,
            own: own.into_iter().map(|it| it.name).collect(),
        }
    }

    /// How many external crates there are; two versions of a crate are two.
    pub(crate) fn total(&self) -> usize {
        self.external.len()
    }

    /// How many of them are not in the base.
    pub(crate) fn added(&self) -> usize {
        self.added.len()
    }

    /// Every rule that the graph of `client` breaks, one sentence each.
    pub(crate) fn problems(&self, client: &str) -> Vec<String> {
        let mut problems = Vec::new();
        if self.added.len() > BUDGET {
            let names: Vec<_> = self
                .added
                .iter()
                .map(|it| format!("{} {}", it.name, it.version))
                .collect();
            problems.push(format!(
                "{client} adds {} crates to tokio + reqwest, the budget is {BUDGET}: {}",
                names.len(),
                names.join(", ")
            ));
        }
        for stranger in self.own.iter().filter(|it| **it != client && **it != CORE) {
            problems.push(format!(
                "{client} depends on {stranger}: a client stands on {CORE} alone"
            ));
        }
        for unwanted in NOT_IN_A_CLIENT.iter().filter(|it| self.holds(it)) {
            problems.push(format!(
                "{client} depends on {unwanted}, which belongs to servers, tools and tests"
            ));
        }
        let other_tls: Vec<_> = NOT_BESIDE_RUSTLS
            .into_iter()
            .filter(|it| self.holds(it))
            .collect();
        if self.holds("rustls") && !other_tls.is_empty() {
            problems.push(format!(
                "{client} has two TLS stacks: rustls and {}",
                other_tls.join(", ")
            ));
        }
        problems
    }

    fn holds(&self, name: &str) -> bool {
        self.external.iter().any(|it| it.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [&str; 4] = [
        "aparat-api",
        "podlink-api",
        "payvand-http-core",
        "payvand-sandbox",
    ];

    const BASE: &str = "base v0.0.0|\nreqwest v0.13.5|json\nrustls v0.23.40|\ntokio v1.54.1|\nsyn v3.0.9|\n";

    /// `syn` 3 is in the base; `syn` 2 is not.
    const TREE: &str = "\
aparat-api v0.1.0 (/somewhere/crates/aparat-api)|default,rustls
async-trait v0.1.92 (proc-macro)|
syn v3.0.9|full
syn v2.0.119|
payvand-http-core v0.1.0 (/somewhere/crates/http-core)|rustls
reqwest v0.13.5|
rustls v0.23.40|
httpdate v1.0.3|
tokio v1.54.1|
";

    fn read(tree: &str) -> Dependencies {
        Dependencies::sort(
            &Tree::parse(tree).unwrap(),
            &Tree::parse(BASE).unwrap(),
            &OWN.into(),
        )
    }

    #[test]
    fn counts_what_the_base_has_not() {
        let graph = read(TREE);
        let added: Vec<_> = graph.added.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(added, ["async-trait", "httpdate", "syn"]);
        assert_eq!(graph.total(), 7);
        assert_eq!(
            graph.own,
            ["aparat-api".to_owned(), "payvand-http-core".to_owned()].into()
        );
        assert_eq!(graph.problems("aparat-api"), [""; 0]);
    }

    #[test]
    fn names_the_crates_when_the_budget_is_broken() {
        let extra: Vec<_> = (0..8).map(|number| format!("extra-{number} v1.0.0|\n")).collect();
        let tree = TREE.to_owned() + &extra.concat();
        assert_eq!(
            read(&tree).problems("aparat-api"),
            [
                "aparat-api adds 11 crates to tokio + reqwest, the budget is 10: async-trait 0.1.92, extra-0 1.0.0, \
              extra-1 1.0.0, extra-2 1.0.0, extra-3 1.0.0, extra-4 1.0.0, extra-5 1.0.0, extra-6 1.0.0, \
              extra-7 1.0.0, httpdate 1.0.3, syn 2.0.119"
            ]
        );
    }

    #[test]
    fn refuses_other_clients_servers_and_a_second_tls_stack() {
        let tree = format!(
            "{TREE}podlink-api v0.1.0 (/x)|\npayvand-sandbox v0.1.0 (/y)|\naxum v0.8.6|\nnative-tls v0.2.14|\n"
        );
        assert_eq!(
            read(&tree).problems("aparat-api"),
            [
                "aparat-api depends on payvand-sandbox: a client stands on payvand-http-core alone",
                "aparat-api depends on podlink-api: a client stands on payvand-http-core alone",
                "aparat-api depends on axum, which belongs to servers, tools and tests",
                "aparat-api has two TLS stacks: rustls and native-tls",
            ]
        );
    }
}
