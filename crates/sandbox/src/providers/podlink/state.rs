use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::link::StoredLink;
use super::service::Service;
use super::shape::PodlinkShape;
use crate::clock::Clock;
use crate::provider::ProviderControl;
use crate::providers::bounded::ItemLimits;
use crate::rules::faults::Faults;

pub(super) const NAME: &str = "podlink";

/// The handle of TinyLink in a running sandbox. Cheap to clone; all clones are the same service.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences; both take the public
/// addresses of links along with the gateway.
#[derive(Clone, Debug)]
pub struct Podlink {
    control: ProviderControl,
    pub(super) clock: Clock,
    pub(super) limits: ItemLimits,
    state: Arc<Mutex<PodlinkState>>,
}

#[derive(Debug)]
pub(super) struct PodlinkState {
    pub(super) service: Service,
    pub(super) shape: PodlinkShape,
    /// How many answers the gateway has given: it numbers them.
    pub(super) exchanges: u64,
}

impl PodlinkState {
    pub(super) fn new(limits: ItemLimits) -> Self {
        let mut service = Service::new(limits);
        service.accounts.open(Podlink::TOKEN, Podlink::API_KEY);
        service
            .accounts
            .open(Podlink::OTHER_TOKEN, Podlink::OTHER_API_KEY);
        Self {
            service,
            shape: PodlinkShape::new(),
            exchanges: 0,
        }
    }
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

    pub(crate) fn new(clock: Clock, faults: Arc<Faults>, limits: ItemLimits) -> Self {
        Self {
            control: ProviderControl::new(NAME, faults),
            clock,
            limits,
            state: Arc::new(Mutex::new(PodlinkState::new(limits))),
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

    /// Adds a number of links and texts to an account, Persian ones among them, without a request for each.
    pub fn seed_links(&self, token: &str, count: usize) {
        let now = self.clock.now();
        self.lock().service.seed(token, count, now);
    }

    /// The links of every account, oldest first, as they stand now by the sandbox's clock: the latest ones, up to the
    /// [limit](crate::SandboxBuilder::item_limit).
    pub fn links(&self) -> Vec<StoredLink> {
        self.lock().service.links().map(StoredLink::of).collect()
    }

    /// The link with this hash, of any account.
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

    pub(super) fn lock(&self) -> MutexGuard<'_, PodlinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Podlink {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}
