//! `cargo bench -p payvand-bench [-- PART…]`

use clap::Parser;
use clap::ValueEnum as _;
use payvand_bench::cpu;
use payvand_bench::part::{Context, Part};
use payvand_bench::process::{Programs, Server};

/// Measures our clients beside what they are built on.
#[derive(Debug, Parser)]
struct Arguments {
    /// Run only these parts
    parts: Vec<Part>,

    /// A few rounds of each: shows that it runs, not what it measures
    #[arg(long)]
    quick: bool,

    /// Cargo says it
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if !arguments.bench {
        println!("This takes minutes: run it with `cargo bench -p payvand-bench`.");
        return;
    }
    cpu::allow_many_sockets();
    let programs = Programs {
        server: env!("CARGO_BIN_EXE_payvand-bench-server").into(),
        count: env!("CARGO_BIN_EXE_payvand-bench-count").into(),
    };
    let context = Context {
        server: Server::start(&programs),
        programs,
        quick: arguments.quick,
    };
    let parts = if arguments.parts.is_empty() {
        Part::value_variants()
    } else {
        &arguments.parts
    };
    for part in parts {
        part.run(&context);
    }
}
