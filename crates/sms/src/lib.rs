#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "some parts serve what sends calls alone")
)]
#![doc = include_str!("../README.md")]

#[cfg(feature = "client")]
mod bulk;
#[cfg(feature = "client")]
mod chunk_sender;
mod codes;
mod error;
#[cfg(feature = "client")]
mod failover;
mod listed;
mod message;
mod numbers;
mod outcome;
#[doc(hidden)]
pub mod provider;
mod row;
#[cfg(feature = "client")]
mod sender;

pub use error::Error;
pub use listed::Listed;
pub use message::Message;
pub use outcome::{Cause, Outcome, Receipt};
pub use row::Row;
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use {
    bulk::Bulk,
    bulk::outcomes::{Outcomes, RowOutcome},
    chunk_sender::{ChunkLimits, ChunkSender, Scope},
    failover::{Failover, FailoverCall, FailoverError, Taken, Tried},
    http_core::async_trait,
    sender::Sender,
};

#[cfg(feature = "blocking")]
#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
pub use http_core::BlockingIter;
pub use http_core::{Effect, Kind, Language};
pub use payvand_persian::{Mobile, NumberError};
