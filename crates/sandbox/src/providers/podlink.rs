//! POD TinyLink: short links that collide, expire, are switched off, and count their clicks.
//!
//! The gateway's path, `POST /srv/sc/nzh/doServiceCall` (or `core` or `basic-platform` for `sc`), with the five products in the field `scProductId`; and the
//! links' public address, `GET /{hash}`, which redirects or shows the text and counts a click. A refusal of the service
//! comes with HTTP status 200, in the envelope, with the number and name of the document's tables. What the document
//! leaves open is a switch of [`PodlinkShape`].
//!
//! Where it is silent, this is how it works here: a link lives 730 days; a hash may have 32 characters; deactivating
//! sets `isDeleted`; a link that is off, has expired or was never added is not found; a deactivated or expired link's
//! hash stays taken; the same link or text cannot be added twice by one account.

mod account;
pub(crate) mod admin;
mod answer;
mod calendar;
pub(crate) mod calls;
mod click;
#[cfg(feature = "cli")]
pub(crate) mod data;
mod gateway;
mod link;
mod list;
mod public;
mod refusal;
mod service;
mod shape;
mod state;
mod stats;

use axum::routing::any;

pub use self::click::Click;
pub use self::link::StoredLink;
pub use self::shape::{PodlinkShape, RefusedBy};
pub use self::state::Podlink;
use self::state::{NAME, PodlinkState};
use crate::provider::{Credentials, Endpoint, Provider, ProviderControl};
use crate::secrets::Secrets;
use serde_json::Value;

impl Provider for Podlink {
    fn control(&self) -> &ProviderControl {
        self
    }

    fn routes(&self) -> Vec<(&'static str, Endpoint)> {
        let open = Endpoint::methods(any(public::open).with_state(self.clone()));
        let gateway = gateway::PATHS.map(|path| {
            let podlink = self.clone();
            let call = move |head: &_, body: &_| gateway::call(&podlink, head, body);
            (path, Endpoint::function(call))
        });
        gateway.into_iter().chain([(public::PATH, open)]).collect()
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["api.pod.ir", "sandbox.pod.ir", "tilin.ir"]
    }

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_POD_BASE_URL"
    }

    fn accounts(&self, secrets: Secrets) -> Vec<Value> {
        self.list_accounts(secrets)
    }

    fn reset(&self) {
        *self.lock() = PodlinkState::new(self.limits);
    }

    fn dropped_items(&self) -> u64 {
        self.lock().service.dropped_items()
    }

    fn credentials(&self) -> &'static [Credentials] {
        &[
            Credentials {
                provider: NAME,
                about: "no link yet",
                variables: &[
                    ("PAYVAND_POD_TOKEN", Podlink::TOKEN),
                    ("PAYVAND_POD_API_KEY", Podlink::API_KEY),
                ],
            },
            Credentials {
                provider: NAME,
                about: "another account, with links of its own",
                variables: &[
                    ("PAYVAND_POD_TOKEN", Podlink::OTHER_TOKEN),
                    ("PAYVAND_POD_API_KEY", Podlink::OTHER_API_KEY),
                ],
            },
        ]
    }
}
