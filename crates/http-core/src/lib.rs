#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(feature = "auth"),
    expect(
        dead_code,
        reason = "parts of the client, `decode` and the errors serve tokens alone"
    )
)]
#![doc = include_str!("../README.md")]

#[cfg(feature = "auth")]
mod auth;
mod call;
mod client;
#[doc(hidden)]
pub mod decode;
mod error;
mod language;
mod operation;
mod retry_after;
mod secret;
mod simulated;
mod timestamp;
mod transport;

#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::answer::Answer;
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::authorized::{Authorized, AuthorizedCall};
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::login::LoginCall;
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::memory_rate_limit::MemoryRateLimit;
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::status::TokenStatus;
#[cfg(feature = "file-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "file-store")))]
pub use auth::store::file::FileTokenStore;
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::store::memory::MemoryTokenStore;
#[cfg(feature = "sealed-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "sealed-store")))]
pub use auth::store::sealed::Sealed;
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::store::{LoginLock, StoreError, StoredToken, TokenKey, TokenStore};
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::token::{Scheme, Token};
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::token_source::TokenSource;
pub use call::CallFuture;
pub use client::call::Call;
pub use client::rate_limit::RateLimit;
pub use client::retry::RetryPolicy;
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use client::shared_rate_limit::{SharedLimitError, SharedPermit, SharedRateLimit};
pub use decode::UnknownWord;
pub use error::Error;
pub use error::code::Code;
pub use error::kind::{Effect, Kind};
pub use error::reason::Reason;
pub use error::transport::TransportError;
pub use language::Language;
pub use operation::{Operation, Semantics};
pub use secret::Secret;
pub use timestamp::Timestamp;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use transport::scripted as testing;
pub use transport::{CallOptions, Transport};

#[cfg(feature = "testing")]
#[doc(hidden)]
pub use simulated::Simulated;

// What only our own crates need, and `decode` with it.
#[cfg(feature = "auth")]
#[doc(hidden)]
pub use auth::{
    jwt,
    login::{Login, LoginAnswer, expiry},
};
#[doc(hidden)]
pub use {
    call::outgoing::Outgoing,
    call::{check, path},
    client::HttpClient,
    client::builder::HttpClientBuilder,
    decode::text,
    error::argument::Argument,
    error::cause::Cause,
    error::configuration::ConfigurationError,
    error::error_builder::ErrorBuilder,
    secret::redactor::{REDACTED, Redactor},
    transport::deadline::within,
    transport::env,
    transport::runtime::require_runtime,
};

pub use async_trait::async_trait;
pub use bytes;
pub use http;
pub use tokio::time::Instant;
