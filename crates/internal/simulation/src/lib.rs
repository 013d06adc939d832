//! The simulation: clients and sandbox in one process, on tokio's paused clock, with a network between them that comes
//! from a seed. Test equipment, not published.
//!
//! A run is many [`Case`]s. Each has a client, its callers and a sandbox, conditions of its own, and a judge, who reads
//! what the sandbox has at the end. A case plays in one thread, and the same seed plays the same case, byte for byte: so a
//! failure is one command, and with fewer calls it is the beginning of the same case.
//!
//! - `conditions`, `plan`, `fate`: what the seed says, of the case, of each call and of each request;
//! - `runtimes`: the clocks; `world`: what happened, and its hash;
//! - `client`: the harness's, and who calls; `network`: the transport;
//! - `judge`: what must hold; `run`: many cases, and the shortest one that fails.

// All of it is test equipment.
#![allow(clippy::expect_used, clippy::missing_panics_doc, clippy::print_stdout)]

mod case;
mod client;
mod conditions;
mod counts;
mod fate;
mod judge;
mod network;
mod plan;
mod random;
mod run;
mod runtimes;
mod world;

pub use case::{Case, Verdict};
pub use counts::Counts;
pub use run::{Report, run, shortest};
