#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod aparat;
mod clock;
mod exchange;
mod fault;
pub mod podlink;
mod provider;
mod record;
mod sandbox;
mod server;

pub use bytes;
pub use http;

pub use crate::fault::Fault;
pub use crate::provider::{Credentials, ProviderControl};
pub use crate::record::RecordedRequest;
pub use crate::sandbox::{Sandbox, SandboxBuilder};

/// The workspace's own pages: their programs compile in its tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    struct Readme;

    #[doc = include_str!("../../../docs/fa/aparat.md")]
    struct PersianAparat;
}
