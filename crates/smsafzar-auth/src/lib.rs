#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "some parts serve what sends calls alone")
)]
// Its programs use the default transport, so without one they cannot be compiled by the doc tests.
#![cfg_attr(any(not(doctest), feature = "rustls", feature = "native-tls"), doc = include_str!("../README.md"))]

mod authenticate;
mod client;
mod contract;
mod credentials;
mod details;
mod error;
mod password_login;
mod response;
mod session;
#[cfg(feature = "client")]
mod token_source;

pub use authenticate::AuthenticateCall;
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, Code, DOMAIN, RATE_LIMIT};
pub use credentials::{Credentials, CredentialsBuilder};
pub use details::{Details, ValidationError};
pub use error::Error;
pub use password_login::PasswordLogin;
pub use session::Session;
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use token_source::{Answer, Authorized, AuthorizedCall, TokenSource, TokenStatus};

#[cfg(feature = "file-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "file-store")))]
pub use http_core::FileTokenStore;
#[cfg(feature = "sealed-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "sealed-store")))]
pub use http_core::Sealed;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    Call, CallFuture, Effect, Instant, Kind, Language, Operation, RateLimit, Reason, Scheme, Secret,
    Semantics, Timestamp, Token, TransportError, UnknownWord, bytes, http,
};
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use http_core::{
    CallOptions, LoginLock, MemoryRateLimit, MemoryTokenStore, RetryPolicy, SharedLimitError, SharedPermit,
    SharedRateLimit, StoreError, StoredToken, TokenKey, TokenStore, Transport, async_trait,
};
