//! Our clients, reqwest and hyper side by side, against one server in another process.
//!
//! `cargo bench -p payvand-bench` prints a table for each part; `-- call load` runs only these. What counts are
//! ratios: every round runs all contenders, in an order that turns, and each is compared with its neighbours of the
//! same round. So a machine that is busy or slow moves both sides alike.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::unchecked_time_subtraction,
    reason = "a measurement that went wrong should fail loudly"
)]
#![allow(missing_debug_implementations, reason = "nobody prints these")]

pub mod allocations;
pub mod answers;
pub mod contender;
pub mod cpu;
pub mod part;
pub mod process;
pub mod provider;
pub mod server;
pub mod table;
