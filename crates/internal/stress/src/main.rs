//! `payvand-stress`: a stress run of any size and seed.

use std::env;
use std::io;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use payvand_stress::{Settings, clients, run};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// All calls of all four clients at once, while everything fails; then the sandbox's own record is compared with what
/// the clients said. Nothing leaves this machine.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many calls to make, or a few more
    #[arg(long, default_value_t = 100_000)]
    calls: u32,

    /// What everything that is left to chance comes from [default: the time]
    #[arg(long)]
    seed: Option<u64>,

    /// Be the clients of a run whose sandbox is in another process
    #[arg(long, hide = true)]
    clients: Option<String>,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if let Some(parameters) = arguments.clients {
        let (settings, addresses) = serde_json::from_str(&parameters)?;
        runtime.block_on(clients::run(settings, &addresses, || HEAP.peak_usage()));
        return Ok(ExitCode::SUCCESS);
    }
    let settings = Settings {
        calls: arguments.calls,
        seed: arguments.seed.unwrap_or_else(any_seed),
    };
    println!("seed {}", settings.seed);
    let report = runtime.block_on(run(settings, &env::current_exe()?))?;
    println!("{report}");
    Ok(ExitCode::from(u8::from(!report.is_good())))
}

fn any_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
