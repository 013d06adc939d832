//! Every provider of the family, end to end: against the sandbox, which this program starts by itself, or against
//! the live service of each provider whose credentials are in the environment.

#![allow(clippy::print_stdout, reason = "a demonstration that a person reads")]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

mod aparat;
mod podlink;
mod sabapayamak;
mod show;
mod smsafzar;

use std::process::ExitCode;

use clap::Parser;
use payvand_sandbox::Sandbox;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Shows every call of every Payvand client.
///
/// Without credentials it talks to a sandbox of its own and changes nothing in the world. With a provider's
/// credentials in the environment (such as `PAYVAND_APARAT_TOKEN`) it talks to that live service, and only reads there.
#[derive(Debug, Parser)]
struct Arguments {
    /// Also makes the calls that change something at a live service. They spend money.
    #[arg(long)]
    live_write: bool,

    /// The video that a live Aparat order of 50 views is for.
    #[arg(long, value_name = "URL", requires = "live_write")]
    aparat_link: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nThe quickstart ends here: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Outcome {
    let sandbox = Sandbox::start().await?;
    aparat::run(&sandbox, arguments).await?;
    podlink::run(&sandbox, arguments).await?;
    sabapayamak::run(&sandbox).await?;
    smsafzar::run(&sandbox).await?;
    println!(
        "\nDone. The sandbox answered {} requests and stops with this program.",
        sandbox.request_count()
    );
    Ok(())
}
