#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![allow(deprecated, reason = "what is deprecated works as it did")]
#![cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "some parts serve what sends calls alone")
)]
#![doc = include_str!("../README.md")]

#[cfg(feature = "client")]
mod budget;
mod calls;
mod client;
mod contract;
mod error;
mod message;
#[cfg(feature = "client")]
mod observer;
mod order_kind;
#[cfg(feature = "client")]
mod ordering;
mod response;
#[cfg_attr(not(feature = "client"), path = "no_spending.rs")]
mod spending;

pub use calls::account::{Account, AccountCall};
pub use calls::order::{Order, OrderCall};
pub use calls::order_status::{OrderState, OrderStatus, OrderStatusCall};
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, COUNT, Code};
pub use error::Error;
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use observer::{OrderIntent, OrderObserver, OrderOutcome};
pub use order_kind::OrderKind;

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    Call, CallFuture, Effect, Instant, Kind, Language, Operation, RateLimit, Reason, Secret, Semantics,
    TransportError, UnknownWord, bytes, http,
};
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use http_core::{CallOptions, RetryPolicy, Transport, async_trait};
