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
#[cfg(feature = "client")]
mod line_sender;
mod number;
mod row_ids;
mod time;
#[cfg_attr(not(feature = "client"), path = "no_tokens.rs")]
mod tokens;

pub use calls::balance::Balance;
pub use calls::cancel::Cancelled;
pub use calls::received::ReceivedMessage;
pub use calls::send::{SendCall, Sent};
pub use calls::send_bulk::SendBulkCall;
pub use calls::send_template::SendTemplateCall;
pub use calls::status::{MessageStatus, StatusCall, StatusQuery};
pub use client::{Client, TokenCall};
pub use contract::{
    BASE_URL, CANCEL_UNTIL, Code, MOST_IDS, MOST_ROWS, RATE_LIMIT, RECEIVED_COUNT, TEMPLATE_VALUE,
};
pub use error::Error;
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use line_sender::LineSender;

pub use payvand_sms;
pub use payvand_sms::{Listed, Mobile, NumberError, Outcome};
pub use smsafzar_auth;
pub use smsafzar_auth::{Credentials, Details, ValidationError};
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use {
    payvand_sms::{Bulk, Failover},
    smsafzar_auth::TokenSource,
};

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    Call, CallFuture, Effect, Kind, Language, Operation, RateLimit, Reason, Semantics, Timestamp, bytes, http,
};
