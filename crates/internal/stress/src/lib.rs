//! The storm: all calls of all four clients at once, from many hands, while everything fails.
//!
//! Three of ten requests meet a fault, futures are dropped, the server restarts, tokens are revoked, the provider's
//! clock jumps. At the end the sandbox's own record says whether the clients told the truth: about every order, link
//! and message, about their tokens, their limits and their deadlines. Test equipment, not published.
//!
//! - `lanes`: who calls; `plan`: what, for how long, and when it is dropped; `faults`: what goes wrong with it;
//!   `weather`: what happens to the provider as a whole. All of it comes from the seed.
//! - `clients`: a process of their own, that writes a `ledger` of what the clients say.
//! - `record`: what arrived; `judge`: both compared; `report`: what a person reads.
//!
//! # What a seed repeats, and what not
//!
//! Every call's kind, arguments, deadline and the moment of its drop, the fault of each of its requests, and the order
//! and length of the weather's pauses come from the seed. The interleaving of real sockets does not: which of two
//! hands is first, how far a request has got when its future is dropped or the server restarts, and so also which link
//! is visited and how often something is tried again. A failure's plan repeats; its moment may take some runs.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "all of it is test equipment"
)]

pub mod clients;
mod dice;
mod faults;
mod judge;
mod lanes;
mod ledger;
mod plan;
mod provider;
mod record;
mod report;
mod road;
mod storm;
mod weather;

pub use lanes::Settings;
pub use report::Report;
pub use storm::Storm;
