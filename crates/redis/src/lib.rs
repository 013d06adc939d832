#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod connection;
mod error;
mod id;
mod rate_limit;
mod token_store;

pub use connection::Redis;
pub use error::RedisError;
pub use rate_limit::{Outage, RedisRateLimit};
pub use token_store::RedisTokenStore;
