#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod answer;
mod authorized;
mod body;
mod builder;
mod call;
mod cause;
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
mod certificate;
pub mod check;
mod client;
#[cfg(feature = "reqwest")]
mod connecting;
mod encodings;
mod endpoint;
pub mod env;
mod error;
mod failure;
pub mod fields;
pub mod jwt;
mod language;
mod limiter;
mod operation;
mod outgoing;
pub mod path;
#[cfg(feature = "reqwest")]
mod proxy;
mod redact;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod retry;
mod runtime;
mod secret;
mod shared;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;
pub mod text;
mod timestamp;
mod token;
mod token_source;
mod transport;
mod unauthorized;

pub use answer::Answer;
pub use authorized::{Authorized, AuthorizedCall};
pub use builder::HttpClientBuilder;
pub use call::CallFuture;
pub use cause::Cause;
pub use client::{HttpClient, within};
pub use error::{Code, Effect, Error, Kind};
pub use failure::{ConfigurationError, Failure};
pub use language::Language;
pub use limiter::RateLimit;
pub use operation::{Operation, Semantics};
pub use outgoing::Outgoing;
pub use redact::{REDACTED, Redactor};
pub use retry::RetryPolicy;
pub use runtime::require_runtime;
pub use secret::Secret;
pub use timestamp::Timestamp;
pub use token::{Scheme, Token};
pub use token_source::{Login, TokenSource};
pub use transport::{CallOptions, Transport, TransportError};

pub use async_trait::async_trait;
pub use bytes;
pub use http;
pub use tokio::time::Instant;
