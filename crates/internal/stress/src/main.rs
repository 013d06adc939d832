//! `payvand-stress`: a stress run of any size and seed.

use std::env;
use std::io;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use payvand_stress::{Settings, clients, run};

/// All calls of all four clients at once, while everything fails; then the sandbox's own record is compared with what
/// the clients said. Nothing leaves this machine.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many calls to make, or a few more
    #[arg(long, default_value_t = 20_000)]
    calls: u32,

    /// What everything that is left to chance comes from [default: the time]
    #[arg(long)]
    seed: Option<u64>,

    /// Be the clients of a run whose sandbox is in another process
    #[arg(long, hide = true)]
    clients: Option<String>,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(parameters) = arguments.clients {
        let (settings, addresses) = serde_json::from_str(&parameters)?;
        clients::run(settings, &addresses).await;
        return Ok(ExitCode::SUCCESS);
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed = arguments.seed.unwrap_or(since.as_secs());
    println!("seed {seed}");
    let calls = arguments.calls;
    let report = run(Settings { calls, seed }, &env::current_exe()?).await?;
    println!("{report}");
    Ok(ExitCode::from(u8::from(!report.is_good())))
}
