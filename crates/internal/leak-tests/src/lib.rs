//! Looks for secrets where they must not be: in log lines, in whatever a client prints, and in what reaches a host
//! that is not the provider. Test equipment, not published.
//!
//! A new client joins with one test in `tests/clients.rs`: its secrets, the sandbox's accounts for them, and each of
//! its calls once. [`Expedition::run`] makes these calls through success, through every fault there is, through a
//! proxy and past one, and then searches everything that was seen.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "all of it is test equipment"
)]

mod expedition;
mod faults;
mod hunt;
mod listener;
mod log_search;
mod logs;
mod needles;
pub mod tls;

pub use expedition::{Expedition, Scene, sent_by_url};
pub use hunt::Hunt;
pub use listener::{Listener, Reply};
pub use log_search::LogSearch;
pub use needles::Leak;
