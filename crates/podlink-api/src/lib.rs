#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "some parts serve what sends calls alone")
)]
#![doc = include_str!("../README.md")]

mod api_error;
mod calls;
mod client;
mod contract;
mod details;
mod envelope;
mod error;
mod excerpt;
mod interval;
mod json_path;
mod lenient;
mod parameters;
mod response;
mod short_domain;
mod tags;

pub use calls::add_link::{AddLinkCall, AddedLink, Content};
pub use calls::click_stats::{ClickStats, ClickStatsCall, Clicks, Country, Share};
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use calls::link_stream::LinkStream;
pub use calls::list_links::{HashMethod, Link, LinkKind, LinkPage, ListLinksCall, OrderBy};
pub use calls::set_status::SetStatusCall;
pub use calls::visit::{Visit, VisitCall};
pub use client::{Client, ClientBuilder};
pub use contract::{BASE_URL, Code, SHORT_DOMAIN, Service};
pub use details::{Details, Level, SupportReference};
pub use error::Error;
pub use interval::Interval;
pub use parameters::ParameterStyle;

#[cfg(feature = "blocking")]
#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
pub use http_core::BlockingIter;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub use http_core::testing;
pub use http_core::{
    Call, CallFuture, Effect, Instant, Kind, Language, Operation, RateLimit, Reason, Secret, Semantics,
    Timestamp, TransportError, UnknownWord, bytes, http,
};
#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use http_core::{CallOptions, RetryPolicy, Transport, async_trait};
