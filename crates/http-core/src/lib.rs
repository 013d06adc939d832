#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(all(feature = "auth", feature = "client")),
    allow(
        dead_code,
        reason = "parts of the client, `decode` and the errors serve tokens alone, or what sends calls"
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
mod instant;
mod language;
mod operation;
mod rate_limit;
mod retry_after;
mod secret;
mod simulated;
mod timestamp;
#[cfg(feature = "client")]
mod transport;

#[cfg(feature = "file-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "file-store")))]
pub use auth::store::file::FileTokenStore;
#[cfg(feature = "sealed-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "sealed-store")))]
pub use auth::store::sealed::Sealed;
#[cfg(all(feature = "auth", feature = "client"))]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::{
    answer::Answer,
    authorized::{Authorized, AuthorizedCall},
    memory_rate_limit::MemoryRateLimit,
    status::TokenStatus,
    store::memory::MemoryTokenStore,
    store::{LoginLock, StoreError, StoredToken, TokenKey, TokenStore},
    token_source::TokenSource,
};
#[cfg(feature = "auth")]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use auth::{
    login::LoginCall,
    token::{Scheme, Token},
    token_call::TokenCall,
};
pub use call::CallFuture;
#[cfg(feature = "blocking")]
#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
pub use client::blocking::BlockingIter;
pub use client::call::Call;
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use client::retry::RetryPolicy;
#[cfg(all(feature = "auth", feature = "client"))]
#[cfg_attr(docsrs, doc(cfg(feature = "auth")))]
pub use client::shared_rate_limit::{SharedLimitError, SharedPermit, SharedRateLimit};
pub use decode::UnknownWord;
pub use error::Error;
pub use error::code::Code;
pub use error::kind::{Effect, Kind};
pub use error::reason::Reason;
pub use error::transport::TransportError;
pub use instant::Instant;
pub use language::Language;
pub use operation::{Operation, Semantics};
pub use rate_limit::RateLimit;
pub use secret::Secret;
pub use timestamp::Timestamp;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use transport::scripted as testing;
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
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
    token_call::{InvalidArgument, TokenAnswer, TokensOf},
    unauthorized::{judge, judge_call},
};
#[cfg(feature = "client")]
#[doc(hidden)]
pub use transport::{deadline::within, runtime::require_runtime};
#[doc(hidden)]
pub use {
    call::outgoing::Outgoing,
    call::{check, env, path},
    client::HttpClient,
    client::builder::HttpClientBuilder,
    decode::text,
    error::argument::Argument,
    error::cause::Cause,
    error::configuration::ConfigurationError,
    error::error_builder::ErrorBuilder,
    secret::redactor::{REDACTED, Redactor},
};

#[cfg(feature = "client")]
pub use async_trait::async_trait;
pub use bytes;
pub use http;
