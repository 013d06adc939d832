#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod bulk;
mod chunk_sender;
mod error;
mod failover;
mod message;
mod outcome;
#[doc(hidden)]
pub mod provider;
mod row;
mod sender;

pub use bulk::Bulk;
pub use bulk::outcomes::{Outcomes, RowOutcome};
pub use chunk_sender::{ChunkLimits, ChunkSender, Scope};
pub use error::Error;
pub use failover::{Failover, FailoverCall, FailoverError, Taken, Tried};
pub use message::Message;
pub use outcome::{Cause, Outcome, Receipt};
pub use row::Row;
pub use sender::Sender;

pub use http_core::{Effect, Kind, Language, async_trait};
pub use payvand_persian::{Mobile, NumberError};
