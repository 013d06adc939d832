#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![doc = include_str!("../README.md")]

mod add_link;
mod answer;
mod click_stats;
mod client;
mod contract;
mod details;
mod envelope;
mod evidence;
mod interval;
mod link_stream;
mod list_links;
mod other;
mod parameters;
mod refusal;
mod set_status;
mod short_domain;
mod tags;
mod visit;
mod wire;

pub use add_link::{AddLinkCall, AddedLink, Content};
pub use click_stats::{ClickStats, ClickStatsCall, Clicks, Country, Share};
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, Code, SHORT_DOMAIN, Service};
pub use details::{Details, Level, Reference};
pub use interval::Interval;
pub use link_stream::LinkStream;
pub use list_links::{HashMethod, Link, LinkKind, LinkPage, ListLinksCall, OrderBy};
pub use parameters::ParameterStyle;
pub use set_status::SetStatusCall;
pub use visit::{Visit, VisitCall};

/// Why a call failed; see [`http_core::Error`] for its questions, [`Code`] for the provider's reasons and
/// [`Details`] for what its support will ask for.
pub type Error = http_core::Error<Code>;

pub(crate) type Failure = http_core::Failure<Code>;

#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    CallFuture, CallOptions, Effect, Kind, Language, RetryPolicy, Secret, Timestamp, Transport,
    TransportError, async_trait, bytes, http,
};
