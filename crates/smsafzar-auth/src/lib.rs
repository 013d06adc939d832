#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
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

pub use authenticate::AuthenticateCall;
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, Code, DOMAIN, RATE_LIMIT};
pub use credentials::{Credentials, CredentialsBuilder};
pub use details::{Details, ValidationError};
pub use error::Error;
pub use password_login::{Answer, Authorized, AuthorizedCall, PasswordLogin, TokenSource, TokenStatus};
pub use session::Session;

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
    Call, CallFuture, CallOptions, Effect, Instant, Kind, Language, LoginLock, MemoryRateLimit,
    MemoryTokenStore, Operation, RateLimit, Reason, RetryPolicy, Scheme, Secret, Semantics, SharedLimitError,
    SharedPermit, SharedRateLimit, StoreError, StoredToken, Timestamp, Token, TokenKey, TokenStore,
    Transport, TransportError, UnknownWord, async_trait, bytes, http,
};
