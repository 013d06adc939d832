//! The Aparat service panel: accounts with a balance, orders that are charged to it and get done with time.
//!
//! One path, `GET /aparat/api.php`, with everything in the query: `token` alone asks for the account,
//! `token`, `link`, `count` and `type` place an order, `token` and `uniqid` ask for an order's status. Errors come
//! with HTTP status 200 and the document's own texts, looked for in this order: the token, the arguments, the range
//! of the count, the balance. What the document leaves open is a switch of [`AparatShape`].

pub(crate) mod admin;
mod answer;
pub(crate) mod calls;
#[cfg(feature = "cli")]
pub(crate) mod data;
mod order;
mod panel;
mod shape;

use std::ops::{Deref, RangeInclusive};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header, request};

pub use self::order::{OrderState, PlacedOrder};
use self::panel::{Arguments, Panel};
pub use self::shape::{AparatShape, Spacing};
use crate::clock::Clock;
use crate::provider::{Credentials, Endpoint, Provider, ProviderControl};
use crate::providers::bounded::ItemLimits;
use crate::rules::faults::Faults;
use crate::secrets::Secrets;
use serde_json::Value;

const NAME: &str = "aparat";
const PATH: &str = "/aparat/api.php";

/// The handle of the Aparat panel in a running sandbox. Cheap to clone; all clones are the same panel.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences.
#[derive(Clone, Debug)]
pub struct Aparat {
    control: ProviderControl,
    clock: Clock,
    limits: ItemLimits,
    state: Arc<Mutex<AparatState>>,
}

#[derive(Debug)]
struct AparatState {
    panel: Panel,
    shape: AparatShape,
}

impl AparatState {
    fn new(limits: ItemLimits) -> Self {
        let mut panel = Panel::new(limits);
        panel.set_account(Aparat::TOKEN.to_owned(), 100_000);
        panel.set_account(Aparat::POOR_TOKEN.to_owned(), 60);
        Self {
            panel,
            shape: AparatShape::new(),
        }
    }
}

impl Aparat {
    /// The token of a ready-made account with a balance of 100,000.
    pub const TOKEN: &str = "sandbox-aparat-token";

    /// The token of a ready-made account with a balance of 60: one small order, and it is used up.
    pub const POOR_TOKEN: &str = "sandbox-aparat-poor-token";

    pub(crate) fn new(clock: Clock, faults: Arc<Faults>, limits: ItemLimits) -> Self {
        Self {
            control: ProviderControl::new(NAME, faults),
            clock,
            limits,
            state: Arc::new(Mutex::new(AparatState::new(limits))),
        }
    }

    /// Opens an account, or sets the balance of one that exists.
    pub fn add_account(&self, token: impl Into<String>, balance: u64) {
        self.lock().panel.set_account(token.into(), balance);
    }

    /// What is left on an account; `None` if no account has this token.
    pub fn balance(&self, token: &str) -> Option<u64> {
        self.lock().panel.balance(token)
    }

    /// The orders that have taken effect, in their order and as they stand now by the sandbox's clock: the latest ones, up
    /// to the [limit](crate::SandboxBuilder::item_limit).
    pub fn orders(&self) -> Vec<PlacedOrder> {
        let state = self.lock();
        let now = self.clock.now();
        state
            .panel
            .orders()
            .map(|order| PlacedOrder::at(order, now))
            .collect()
    }

    /// How long orders placed from now on take (10 seconds at the start), by the sandbox's clock: a tenth of it they
    /// are pending, the rest in progress.
    pub fn set_order_duration(&self, duration: Duration) {
        self.lock().panel.order_duration = duration;
    }

    /// Which counts an order may have (50 to 7000 at the start). The error's text names these numbers.
    pub fn set_count_range(&self, range: RangeInclusive<u64>) {
        self.lock().panel.count_range = range;
    }

    /// How the answers look from now on.
    pub fn set_shape(&self, shape: AparatShape) {
        self.lock().shape = shape;
    }

    fn lock(&self) -> MutexGuard<'_, AparatState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Aparat {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}

impl Provider for Aparat {
    fn control(&self) -> &ProviderControl {
        &self.control
    }

    fn routes(&self) -> Vec<(&'static str, Endpoint)> {
        let aparat = self.clone();
        vec![(
            PATH,
            Endpoint::function(move |head, _: &Bytes| aparat.answer(head)),
        )]
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["sec-gray.ir"]
    }

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_APARAT_BASE_URL"
    }

    fn accounts(&self, secrets: Secrets) -> Vec<Value> {
        self.list_accounts(secrets)
    }

    fn reset(&self) {
        *self.lock() = AparatState::new(self.limits);
    }

    fn dropped_items(&self) -> u64 {
        self.lock().panel.dropped_items()
    }

    fn credentials(&self) -> &'static [Credentials] {
        &[
            Credentials {
                provider: NAME,
                about: "balance 100000",
                variables: &[("PAYVAND_APARAT_TOKEN", Aparat::TOKEN)],
            },
            Credentials {
                provider: NAME,
                about: "balance 60: one small order, and it is used up",
                variables: &[("PAYVAND_APARAT_TOKEN", Aparat::POOR_TOKEN)],
            },
        ]
    }
}

impl Aparat {
    fn answer(&self, head: &request::Parts) -> Response {
        // An order is a GET that spends money: HEAD is none.
        if head.method != Method::GET {
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response();
        }
        let arguments = Arguments::parse(head.uri.query().unwrap_or_default());
        let mut state = self.lock();
        let ids = state.shape.ids;
        let outcome = state.panel.call(&arguments, ids, self.clock.now());
        let body = answer::body(&outcome, &arguments, &state.shape);
        let mut response = Response::new(Body::from(body));
        if let Ok(content_type) = HeaderValue::try_from(&state.shape.content_type)
            && !content_type.is_empty()
        {
            response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        }
        response
    }
}
