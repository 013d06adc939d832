//! Tokens: logging in, holding them, and calls that carry them.

pub(crate) mod answer;
pub(crate) mod attempts;
pub(crate) mod authorized;
mod credentials;
pub mod jwt;
pub(crate) mod login;
pub(crate) mod memory_rate_limit;
mod obtain;
mod shared;
mod state;
pub(crate) mod status;
pub(crate) mod store;
pub(crate) mod token;
pub(crate) mod token_source;
mod unauthorized;
