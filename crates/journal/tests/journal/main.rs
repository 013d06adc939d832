//! The journal against the sandbox.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod owners;
mod runs;
mod settling;
mod support;
