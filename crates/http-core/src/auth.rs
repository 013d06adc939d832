//! Tokens: logging in, holding them, and calls that carry them.

pub(crate) mod answer;
pub(crate) mod authorized;
pub mod jwt;
mod shared;
pub(crate) mod token;
pub(crate) mod token_source;
mod unauthorized;
