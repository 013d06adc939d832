//! The stress run: what only sockets can show. Real TLS, kept connections, two processes, file descriptors, and all calls
//! of all clients at once while three of ten requests meet a fault, futures are dropped and the server restarts.
//!
//! At the end the sandboxes say whether the clients told the truth. A seed repeats the plan, not the order in which
//! sockets react: what can be shown without sockets is in `payvand-simulation`. Test equipment, not published.
//!
//! - `settings`: who calls; `plan`: what, for how long, and when it is dropped;
//! - `clients`: a process of their own, that reports what the clients say, `entry` by entry;
//! - `record`: what arrived, and its fault; `judge`: both compared; `report`: what a person reads.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "all of it is test equipment"
)]

pub mod clients;
mod entry;
mod judge;
mod plan;
mod record;
mod report;
mod run;
mod settings;

pub use report::Report;
pub use run::run;
pub use settings::Settings;
