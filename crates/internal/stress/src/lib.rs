//! The stress run: all calls of all clients at once, from many workers, while everything fails.
//!
//! Three of ten requests meet a fault, futures are dropped, the server restarts, tokens are revoked, the provider's
//! clock jumps. At the end the sandbox's own record says whether the clients told the truth. Test equipment, not
//! published.
//!
//! - `groups`: who calls; `plan`: what, for how long, and when it is dropped; `faults`: what goes wrong with it;
//!   `disturbances`: what happens to the provider as a whole. All of it comes from the seed.
//! - `clients`: a process of their own, that reports what the clients say, `entry` by entry.
//! - `record`: what arrived; `judge`: both compared; `report`: what a person reads.
//!
//! A seed repeats every call's kind, arguments, deadline and drop, and each request's fault. The interleaving of real
//! sockets it does not repeat: a failure's plan repeats, its moment may take some runs.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "all of it is test equipment"
)]

pub mod clients;
mod delay;
mod disturbances;
mod entry;
mod faults;
mod groups;
mod judge;
mod plan;
mod random;
mod record;
mod report;
mod run;

pub use groups::Settings;
pub use report::Report;
pub use run::run;
