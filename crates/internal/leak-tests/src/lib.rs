//! Looks for secrets where they must not be: in log lines, in whatever a client prints, and in what reaches a host
//! that is not the provider. Test equipment, not published.
//!
//! `tests/clients` makes the calls of every client through success, through every fault there is, through a proxy and
//! past one, and searches everything that was seen. No client is needed here: the core's own tests use the listeners
//! and certificates too.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "all of it is test equipment"
)]

mod leak_search;
mod listener;
mod secret_patterns;
pub mod tls;

use http_core::path::ends_with;
use payvand_sandbox::Sandbox;

pub use leak_search::LeakSearch;
pub use listener::{Listener, Reply};
pub use secret_patterns::{ENCODERS, Encoder, Leak};

/// Whether a GET arrived that sends a message at the live Sabapayamak, with the credentials in its address.
pub fn sent_by_url(sandbox: &Sandbox) -> bool {
    sandbox.requests().iter().any(|request| {
        matches!(request.method().as_str(), "GET" | "HEAD")
            && ends_with(request.path(), &["api", "v1", "message"])
    })
}
