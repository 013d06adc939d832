//! Tokens: logging in, holding them, and calls that carry them.

#[cfg(feature = "client")]
pub(crate) mod answer;
#[cfg(feature = "client")]
pub(crate) mod attempts;
#[cfg(feature = "client")]
pub(crate) mod authorized;
mod credentials;
pub mod jwt;
pub(crate) mod login;
#[cfg(feature = "client")]
pub(crate) mod memory_rate_limit;
#[cfg(feature = "client")]
mod obtain;
#[cfg(feature = "client")]
mod shared;
#[cfg(feature = "client")]
mod state;
#[cfg(feature = "client")]
pub(crate) mod status;
#[cfg(feature = "client")]
pub(crate) mod store;
pub(crate) mod token;
pub(crate) mod token_call;
#[cfg(feature = "client")]
pub(crate) mod token_source;
pub(crate) mod unauthorized;
