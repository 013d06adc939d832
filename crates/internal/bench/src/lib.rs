//! Our clients beside reqwest, against one server in another process.
//!
//! `cargo bench -p payvand-bench` measures everything, `-- load` what has this word in its name, `-- --quick` a few
//! rounds of each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::unchecked_time_subtraction,
    reason = "a measurement that went wrong should fail loudly"
)]
#![allow(missing_debug_implementations, reason = "nobody prints these")]

pub mod answers;
#[cfg(unix)]
pub mod bulk;
mod by_hand;
pub mod campaign;
#[cfg(unix)]
pub mod compare;
pub mod contender;
#[cfg(unix)]
pub mod cores;
pub mod decode;
pub mod journal;
pub mod links;
pub mod providers;
#[cfg(target_os = "linux")]
pub mod sandbox;
pub mod server;
