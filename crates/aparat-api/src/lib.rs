#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod account;
mod answer;
mod budget;
mod client;
mod contract;
mod message;
mod observer;
mod order;
mod order_status;

pub use account::{Account, AccountCall};
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, COUNT, Code};
pub use observer::{OrderIntent, OrderObserver, OrderOutcome};
pub use order::{Order, OrderCall, OrderKind};
pub use order_status::{OrderState, OrderStatus, OrderStatusCall};

/// Why a call failed; see [`http_core::Error`] for its questions and [`Code`] for the provider's reasons.
pub type Error = http_core::Error<Code>;

pub(crate) type Failure = http_core::Failure<Code>;

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    CallFuture, CallOptions, Effect, Kind, Language, RetryPolicy, Secret, Transport, TransportError,
    async_trait, bytes, http,
};
