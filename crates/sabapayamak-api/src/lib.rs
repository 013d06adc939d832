#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "some parts serve what sends calls alone")
)]
// Its programs use the default transport, so without one they cannot be compiled by the doc tests.
#![cfg_attr(any(not(doctest), feature = "rustls", feature = "native-tls"), doc = include_str!("../README.md"))]

mod answer;
#[cfg(feature = "client")]
mod bulk;
mod calls;
mod client;
mod contract;
mod error;
mod items;
mod recipients;
#[cfg(feature = "client")]
mod sender;
mod span;
#[cfg_attr(not(feature = "client"), path = "no_tokens.rs")]
mod tokens;

pub use calls::credit::Credit;
pub use calls::send::{SendCall, Sent};
pub use client::{Client, TokenCall};
pub use contract::{BASE_URL, Code, MOST_NUMBERS};
pub use error::Error;
pub use items::{CreditChange, Delivery, ReceivedMessage, SentMessage};
pub use recipients::{Recipient, RecipientOutcome};

pub use payvand_sms;
pub use payvand_sms::{Listed, Mobile, NumberError, Outcome};
pub use sabapayamak_auth;
pub use sabapayamak_auth::{Credentials, Details, ErrorItem, TokenDays};
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use {
    payvand_sms::{Bulk, Failover},
    sabapayamak_auth::TokenSource,
};

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{Call, CallFuture, Effect, Kind, Language, Operation, Reason, Semantics, bytes, http};
