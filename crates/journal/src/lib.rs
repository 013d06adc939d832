#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod begin;
mod budget;
mod call;
mod calls;
mod entries;
mod entry;
mod error;
mod filter;
mod hex;
mod journal;
mod key;
mod millis;
mod reconcile;
mod record;
mod request;
mod run;
mod settle;
mod sqlite;
mod state;
mod store;

pub use call::{Intent, IntentRow, JournalCall, Outcome};
#[cfg(feature = "aparat")]
#[cfg_attr(docsrs, doc(cfg(feature = "aparat")))]
pub use calls::aparat::PlacedOrder;
#[cfg(feature = "authorized")]
#[cfg_attr(docsrs, doc(cfg(feature = "authorized")))]
pub use calls::authorized::{Answered, DescribedCall};
#[cfg(feature = "podlink")]
#[cfg_attr(docsrs, doc(cfg(feature = "podlink")))]
pub use calls::podlink::StoredLink;
#[cfg(any(feature = "smsafzar", feature = "sabapayamak"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "smsafzar", feature = "sabapayamak"))))]
pub use calls::sms::SentMessage;
pub use entry::{Doubt, Entry};
pub use error::{JournalError, StorageError};
pub use filter::Filter;
pub use journal::Journal;
pub use reconcile::{Reconcile, Verdict};
pub use record::{Record, Unrecorded};
pub use settle::Settled;
pub use state::State;

pub use http_core::{Effect, Instant, async_trait, bytes, http};
