//! `cargo xtask check`: everything that a change must pass.

mod contracts;
pub(crate) mod features;
mod fuzzing;
mod readme;
mod storm;
mod strangers;
mod test_run;
mod tidy;

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use crate::codegen;
use crate::graph;
use crate::steps::{self, Step};
use crate::workspace::Workspace;
use features::Depth;

/// Check the whole workspace: format, manifests, contracts, lints, tests, quickstart, docs, features.
///
/// Stops at the first failure and says what to run. The test and quickstart commands are read from README.md.
/// Variables that start with PAYVAND_ are kept from all of it: no check talks to a live service.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Run only these steps, in this order (see --list)
    #[arg(value_name = "STEP", value_parser = PossibleValuesParser::new(STEPS.iter().map(|step| step.name)))]
    #[arg(hide_possible_values = true)]
    steps: Vec<String>,

    /// Run the slow steps too: a long storm, tests per feature set, all pairs of features, docs as docs.rs builds them
    #[arg(long, conflicts_with = "steps")]
    long: bool,

    /// Print the steps and run none
    #[arg(long)]
    list: bool,
}

/// Fast ones first; the order also spares cargo from building the same thing twice.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "the code is formatted",
        remedy: "`cargo fmt --all`",
        long: false,
        run: |workspace| cargo(workspace, "fmt --all --check -- -l"),
    },
    Step {
        name: "tidy",
        about: "manifests, licence files, and who may depend on whom",
        remedy: "`cargo xtask check tidy`, after mending what is named above",
        long: false,
        run: tidy::check,
    },
    Step {
        name: "codegen",
        about: "generated files are what the contracts give",
        remedy: "`cargo xtask codegen`",
        long: false,
        run: codegen::check,
    },
    Step {
        name: "contracts",
        about: "a linter accepts the contracts",
        remedy: "the last command above, after mending docs/openapi",
        long: false,
        run: contracts::lint,
    },
    Step {
        name: "graph",
        about: "what each client adds to its user's dependencies",
        remedy: "`cargo xtask graph`; `cargo tree -p <crate> -e normal,build -i <name>` says where a name comes from",
        long: false,
        run: graph::check,
    },
    Step {
        name: "clippy",
        about: "lints, warnings denied",
        remedy: "`cargo clippy --workspace --all-targets`, which shows all of them",
        long: false,
        run: |workspace| cargo(workspace, "clippy --workspace --all-targets -- -D warnings"),
    },
    Step {
        name: "test",
        about: "README's test command",
        remedy: "the command above; `cargo xtask check test` runs it as it was run here",
        long: false,
        run: |workspace| test_run::run(workspace, &readme::command(workspace, "cargo test")?),
    },
    Step {
        name: "quickstart",
        about: "README's main command",
        remedy: "the command above; `cargo xtask check quickstart` runs it without your credentials",
        long: false,
        run: |workspace| {
            let arguments = readme::command(workspace, "cargo run --example quickstart")?;
            workspace.cargo(arguments).run()?;
            Ok(String::new())
        },
    },
    Step {
        name: "docs",
        about: "documentation, warnings denied",
        remedy: "`RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps`",
        long: false,
        run: |workspace| {
            let doc = workspace.cargo(["doc", "--workspace", "--no-deps"]);
            doc.env("RUSTDOCFLAGS", "-D warnings").run()?;
            Ok(String::new())
        },
    },
    Step {
        name: "features",
        about: "the core and each client with no feature and with each TLS feature alone",
        remedy: "the last command above",
        long: false,
        run: |workspace| features::lint(workspace, Depth::Tls),
    },
    Step {
        name: "storm",
        about: "100,000 calls of all clients while everything fails, judged by the sandbox's record",
        remedy: "the command that the report ends with: the seed repeats the plan",
        long: true,
        run: storm::run,
    },
    Step {
        name: "mock",
        about: "a mock server made from each contract takes our clients' calls",
        remedy: "the last command above, after mending the contract or the client",
        long: true,
        run: strangers::mock,
    },
    Step {
        name: "schema-fuzz",
        about: "a property-based tester finds the sandbox to keep to the contracts",
        remedy: "the last command above, after mending the contract or the sandbox",
        long: true,
        run: strangers::fuzz,
    },
    Step {
        name: "fuzzing",
        about: "what reads others' bytes keeps its promises, whatever they are",
        remedy: "`cargo run -p payvand-fuzz --bin <target> -- <the file named above>`; CONTRIBUTING says what then",
        long: true,
        run: fuzzing::run,
    },
    Step {
        name: "feature-pairs",
        about: "each published crate with each feature alone, every pair, and all",
        remedy: "the last command above",
        long: true,
        run: |workspace| features::lint(workspace, Depth::Pairs),
    },
    Step {
        name: "feature-tests",
        about: "tests of the core and each client with no feature, each TLS feature alone, and all",
        remedy: "the last command above",
        long: true,
        run: features::test,
    },
    Step {
        name: "docs-rs",
        about: "documentation as docs.rs builds it",
        remedy: "the last command above, with RUSTC_BOOTSTRAP=1 RUSTDOCFLAGS=\"--cfg docsrs -D warnings\"",
        long: true,
        run: features::docsrs,
    },
];

impl Check {
    pub(crate) fn run(&self) -> Result<()> {
        let steps: Vec<&Step> = if self.steps.is_empty() {
            STEPS
                .iter()
                .filter(|step| self.long || self.list || !step.long)
                .collect()
        } else {
            self.steps.iter().filter_map(|name| step(name)).collect()
        };
        if self.list {
            steps::list(&steps);
            return Ok(());
        }
        steps::run(&Workspace::load()?, &steps)
    }
}

/// The step of this name, for another command that has it as a step of its own.
pub(crate) fn step(name: &str) -> Option<&'static Step> {
    STEPS.iter().find(|step| step.name == name)
}

fn cargo(workspace: &Workspace, arguments: &str) -> Result<String> {
    workspace.cargo(arguments.split(' ')).run()?;
    Ok(String::new())
}
