#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod budget;
mod calls;
mod client;
mod contract;
mod error;
mod message;
mod observer;
mod order_kind;
mod response;

pub use calls::account::{Account, AccountCall};
pub use calls::order::{Order, OrderCall};
pub use calls::order_status::{OrderState, OrderStatus, OrderStatusCall};
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, COUNT, Code};
pub use error::Error;
pub use observer::{OrderIntent, OrderObserver, OrderOutcome};
pub use order_kind::OrderKind;

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    Call, CallFuture, CallOptions, Effect, Instant, Kind, Language, Operation, RateLimit, Reason,
    RetryPolicy, Secret, Semantics, Transport, TransportError, UnknownWord, async_trait, bytes, http,
};
