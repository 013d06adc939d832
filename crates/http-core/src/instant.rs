//! The monotonic clock: that of tokio, which tests pause, where tokio is there.

#[cfg(not(feature = "client"))]
pub use std::time::Instant;
#[cfg(feature = "client")]
pub use tokio::time::Instant;
