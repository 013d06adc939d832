//! The journal against the sandbox.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batches;
mod crashes;
mod files;
mod owners;
mod processes;
mod reconciling;
mod runs;
mod settling;
mod support;
