//! `cargo xtask graph`: what a client brings into its user's build.
//!
//! `cargo metadata` unifies features over the whole workspace; `cargo tree -p` resolves what a user of that one
//! crate gets, so the tree is what is counted. The base, *tokio + reqwest with the same features*, is in the same
//! tree: everything at and below these two.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::{CORE, Workspace};

/// External crates that a client may add to tokio + reqwest.
const BUDGET: usize = 10;

const BASE: [&str; 2] = ["reqwest", "tokio"];

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
/// of them tokio + reqwest bring anyway, and which ones it adds. Fails when a client adds more than ten, or when
/// its graph holds another client, the sandbox, a server's crates or a second TLS stack.
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
    let own: BTreeSet<&str> = workspace.packages.iter().map(|it| it.name.as_str()).collect();
    let mut problems = Vec::new();
    let mut largest = 0;

    println!("{:<18} {:>5} {:>5} {:>5}", "crate", "total", "base", "added");
    for client in workspace.clients() {
        let name = client.name.as_str();
        let tree = workspace
            .cargo([
                "tree",
                "-p",
                name,
                "-e",
                "normal,build",
                "--no-dedupe",
                "--prefix",
                "depth",
                "-f",
                " {p}",
            ])
            .quiet()
            .read()?;
        let graph = Dependencies::parse(&tree, &own).with_context(|| format!("the tree of {name}"))?;
        let names: Vec<_> = graph.added.iter().map(|it| it.name).collect();
        let total = graph.base.len() + graph.added.len();
        println!(
            "{name:<18} {total:>5} {:>5} {:>5}  {}",
            graph.base.len(),
            graph.added.len(),
            names.join(", ")
        );
        largest = largest.max(graph.added.len());
        problems.extend(graph.problems(name));
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(format!("at most {largest} added, the budget is {BUDGET}"))
}

/// One crate of a graph; two versions of a crate are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Crate<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Debug)]
struct Dependencies<'a> {
    /// External crates that tokio + reqwest bring.
    base: BTreeSet<Crate<'a>>,
    /// The other external crates.
    added: BTreeSet<Crate<'a>>,
    /// Crates of this workspace, the client itself included.
    own: BTreeSet<&'a str>,
}

impl<'a> Dependencies<'a> {
    /// Reads lines like `2 syn v3.0.9` or `1 thiserror-impl v2.0.17 (proc-macro)`.
    fn parse(tree: &'a str, workspace: &BTreeSet<&str>) -> Result<Self> {
        let (mut base, mut others, mut own) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        // The depth of the base crate in whose subtree we are.
        let mut inside: Option<usize> = None;
        for line in tree.lines().filter(|line| !line.trim().is_empty()) {
            let mut words = line.split_whitespace();
            let (Some(depth), Some(name), Some(version)) = (words.next(), words.next(), words.next()) else {
                bail!("not a line of `cargo tree`: {line:?}");
            };
            let depth = depth.parse().with_context(|| format!("no depth in {line:?}"))?;
            if inside.is_some_and(|top| depth <= top) {
                inside = None;
            }
            if inside.is_none() && BASE.contains(&name) {
                inside = Some(depth);
            }
            if workspace.contains(name) {
                own.insert(name);
            } else if inside.is_some() {
                base.insert(Crate { name, version });
            } else {
                others.insert(Crate { name, version });
            }
        }
        ensure!(
            base.iter().any(|it| it.name == "reqwest"),
            "no reqwest in it: with the default features there should be, and without it nothing can be counted"
        );
        let added = others.difference(&base).copied().collect();
        Ok(Self { base, added, own })
    }

    /// Every rule that the graph of `client` breaks, one sentence each.
    fn problems(&self, client: &str) -> Vec<String> {
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
        self.base.iter().chain(&self.added).any(|it| it.name == name)
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

    /// `syn` 3 is in the base through tokio-macros, although async-trait names it first; `syn` 2 is not.
    const TREE: &str = "\
0 aparat-api v0.1.0 (/somewhere/crates/aparat-api)
1 async-trait v0.1.92 (proc-macro)
2 syn v3.0.9
3 unicode-ident v1.0.27
2 syn v2.0.119
1 payvand-http-core v0.1.0 (/somewhere/crates/http-core)
2 bytes v1.12.1
2 reqwest v0.13.5
3 bytes v1.12.1
3 hyper v1.12.0
4 tokio v1.54.1
5 mio v1.2.4
3 rustls v0.23.40
2 httpdate v1.0.3
2 tokio v1.54.1
3 tokio-macros v2.7.2 (proc-macro)
4 syn v3.0.9
5 unicode-ident v1.0.27
1 zeroize v1.9.0
";

    fn read(tree: &str) -> Dependencies<'_> {
        Dependencies::parse(tree, &OWN.into()).unwrap()
    }

    fn names<'a>(crates: &BTreeSet<Crate<'a>>) -> Vec<&'a str> {
        crates.iter().map(|it| it.name).collect()
    }

    #[test]
    fn counts_what_is_not_under_tokio_or_reqwest() {
        let graph = read(TREE);
        assert_eq!(
            names(&graph.base),
            [
                "bytes",
                "hyper",
                "mio",
                "reqwest",
                "rustls",
                "syn",
                "tokio",
                "tokio-macros",
                "unicode-ident"
            ]
        );
        assert_eq!(names(&graph.added), ["async-trait", "httpdate", "syn", "zeroize"]);
        assert_eq!(graph.own, ["aparat-api", "payvand-http-core"].into());
        assert_eq!(graph.problems("aparat-api"), [""; 0]);
    }

    #[test]
    fn names_the_crates_when_the_budget_is_broken() {
        let extra: Vec<_> = (0..7)
            .map(|number| {
                format!(
                    "1 extra-{number} v1.0.0
"
                )
            })
            .collect();
        let tree = TREE.to_owned() + &extra.concat();
        assert_eq!(
            read(&tree).problems("aparat-api"),
            [
                "aparat-api adds 11 crates to tokio + reqwest, the budget is 10: async-trait v0.1.92, extra-0 v1.0.0, \
              extra-1 v1.0.0, extra-2 v1.0.0, extra-3 v1.0.0, extra-4 v1.0.0, extra-5 v1.0.0, extra-6 v1.0.0, \
              httpdate v1.0.3, syn v2.0.119, zeroize v1.9.0"
            ]
        );
    }

    #[test]
    fn refuses_other_clients_servers_and_a_second_tls_stack() {
        let tree = format!(
            "{TREE}1 podlink-api v0.1.0 (/x)\n1 payvand-sandbox v0.1.0 (/y)\n2 axum v0.8.6\n1 native-tls v0.2.14\n"
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

    #[test]
    fn a_tree_without_a_base_is_not_counted() {
        let error = Dependencies::parse("0 aparat-api v0.1.0\n1 serde v1.0.0\n", &OWN.into()).unwrap_err();
        assert!(error.to_string().contains("no reqwest"), "{error}");
        assert!(Dependencies::parse("├── serde v1.0.0", &OWN.into()).is_err());
    }
}
