//! POD TinyLink: short links that collide, expire, are switched off, and count their clicks.
//!
//! The gateway's one path, `POST /srv/sc/nzh/doServiceCall`, with the five products in the field `scProductId`; and the
//! links' public address, `GET /{hash}`, which redirects or shows the text and counts a click. A refusal of the service
//! comes with HTTP status 200, in the envelope, with the number and name of the document's tables. What the document
//! leaves open is a switch of [`PodlinkShape`].
//!
//! Where it is silent, this is how it works here: a link lives 730 days; a hash may have 32 characters; deactivating
//! sets `isDeleted`; a link that is off, has expired or was never added is not found; a deactivated or expired link's
//! hash stays taken; the same link or text cannot be added twice by one account.

mod account;
mod answer;
mod calendar;
mod click;
mod gateway;
mod link;
mod list;
mod public;
mod refusal;
mod service;
mod shape;
mod stats;

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::any;

pub use self::click::Click;
pub use self::link::StoredLink;
use self::service::Service;
pub use self::shape::{PodlinkShape, RefusedBy};
use crate::clock::Clock;
use crate::provider::{Credentials, Provider, ProviderControl};

const NAME: &str = "podlink";

/// The handle of TinyLink in a running sandbox. Cheap to clone; all clones are the same service.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences; both take the public
/// addresses of links along with the gateway.
#[derive(Clone, Debug)]
pub struct Podlink {
    control: ProviderControl,
    clock: Clock,
    state: Arc<Mutex<PodlinkState>>,
}

#[derive(Debug)]
struct PodlinkState {
    service: Service,
    shape: PodlinkShape,
    /// How many answers the gateway has given: it numbers them.
    exchanges: u64,
}

impl Podlink {
    /// The API token of a ready-made account without a link.
    pub const TOKEN: &str = "sandbox-pod-token";

    /// That account's API key, good for every product.
    pub const API_KEY: &str = "sandbox-pod-api-key";

    /// The API token of a second account: what it adds is not the first one's.
    pub const OTHER_TOKEN: &str = "sandbox-pod-other-token";

    /// The second account's API key.
    pub const OTHER_API_KEY: &str = "sandbox-pod-other-api-key";

    pub(crate) fn new(clock: Clock) -> Self {
        let mut service = Service::new();
        service.accounts.open(Self::TOKEN, Self::API_KEY);
        service.accounts.open(Self::OTHER_TOKEN, Self::OTHER_API_KEY);
        Self {
            control: ProviderControl::new(NAME),
            clock,
            state: Arc::new(Mutex::new(PodlinkState {
                service,
                shape: PodlinkShape::new(),
                exchanges: 0,
            })),
        }
    }

    /// Opens an account with one API key for every product, or gives one that exists another key.
    pub fn add_account(&self, token: &str, api_key: &str) {
        self.lock().service.accounts.open(token, api_key);
    }

    /// Gives an account a key of its own for one product (46410 to 46414); the one for all products is then refused
    /// there.
    pub fn set_api_key(&self, token: &str, product: u64, api_key: &str) {
        self.lock().service.accounts.set_key(token, product, api_key);
    }

    /// Adds so many links and texts to an account, Persian ones among them, without a request for each.
    pub fn seed_links(&self, token: &str, count: usize) {
        let now = self.clock.now();
        self.lock().service.seed(token, count, now);
    }

    /// Every link of every account, oldest first, as it stands now by the sandbox's clock.
    pub fn links(&self) -> Vec<StoredLink> {
        self.lock().service.links.iter().map(StoredLink::of).collect()
    }

    /// The link with this hash, whosever it is.
    pub fn link(&self, hash: &str) -> Option<StoredLink> {
        self.lock().service.find(hash).map(StoredLink::of)
    }

    /// Takes a link away, which the provider's calls cannot.
    pub fn remove_link(&self, hash: &str) {
        self.lock().service.remove(hash);
    }

    /// How long links added from now on live (730 days at the start), by the sandbox's clock.
    pub fn set_lifetime(&self, lifetime: Duration) {
        self.lock().service.lifetime = lifetime;
    }

    /// How many characters a hash may have (32 at the start).
    pub fn set_longest_hash(&self, characters: usize) {
        self.lock().service.longest_hash = characters;
    }

    /// How many links a page may have at most, whatever is asked for (10,000 at the start).
    pub fn set_largest_page(&self, links: usize) {
        self.lock().service.largest_page = links;
    }

    /// How the answers look from now on.
    pub fn set_shape(&self, shape: PodlinkShape) {
        self.lock().shape = shape;
    }

    fn lock(&self) -> MutexGuard<'_, PodlinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Podlink {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}

impl Provider for Podlink {
    fn control(&self) -> &ProviderControl {
        &self.control
    }

    fn routes(&self) -> Router {
        Router::new()
            .route(gateway::PATH, any(gateway::call))
            .route(public::PATH, any(public::open))
            .with_state(self.clone())
    }

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_POD_BASE_URL"
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
