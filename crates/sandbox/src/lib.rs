#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod admin;
mod call_route;
mod calls;
mod clock;
mod events;
mod fault;
mod page;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod program;
mod provider;
mod providers;
mod record;
mod rules;
mod sandbox;
mod seconds;
mod secrets;
mod server;

// The program is written as its users see the library.
#[cfg(feature = "cli")]
extern crate self as payvand_sandbox;

pub use bytes;
pub use http;

pub use fault::Fault;
pub use fault::cut::{Ending, Framing, Point};
pub use fault::fault_error::FaultError;
pub use fault::gateway_pages::Cdn;
pub use provider::{Credentials, ProviderControl};
pub use providers::*;
pub use record::recorded_request::RecordedRequest;
pub use rules::fault_rule::FaultRule;
pub use rules::waiting_fault::WaitingFault;
pub use sandbox::{Sandbox, SandboxBuilder};
pub use secrets::Secrets;
pub use server::in_process::Reply;

/// The workspace's own pages: their programs compile in its tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    struct Readme;

    macro_rules! persian {
        ($($name:ident $handle:ident $about:literal,)*) => {
            $(
                #[doc = include_str!(concat!("../../../docs/fa/", stringify!($name), ".md"))]
                struct $handle;
            )*
        };
    }
    crate::providers::every_provider!(persian);
}
