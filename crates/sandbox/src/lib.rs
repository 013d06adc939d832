#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod aparat;
mod catalogue;
mod cdn;
mod clock;
mod delivery;
mod exchange;
mod fault;
mod gzip;
pub mod podlink;
mod provider;
mod record;
mod rude;
pub mod sabapayamak;
mod sandbox;
mod server;
pub mod smsafzar;
mod token;
mod wire;

pub use bytes;
pub use http;

pub use crate::cdn::Cdn;
pub use crate::delivery::{Ending, Framing, Point};
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

    #[doc = include_str!("../../../docs/fa/podlink.md")]
    struct PersianPodlink;

    #[doc = include_str!("../../../docs/fa/sabapayamak.md")]
    struct PersianSabapayamak;

    #[doc = include_str!("../../../docs/fa/smsafzar.md")]
    struct PersianSmsafzar;
}
