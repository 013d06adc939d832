//! Tokens: one login for all callers, whatever fails, under a paused clock; and a few tests on real threads.

#![allow(clippy::unwrap_used, clippy::panic)]

mod calls;
#[cfg(unix)]
mod file_store;
mod logins;
mod planned;
mod refresh;
mod refused_tokens;
mod runtimes;
mod stalled_logins;
mod status;
mod stores;
