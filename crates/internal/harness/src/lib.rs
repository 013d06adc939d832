//! Every provider in one place: its accounts, its calls, and the effects that a sandbox saw of them. The leak tests, the
//! stress run, the fuzz targets and the benchmarks go through [`PROVIDERS`]. Test equipment, not published.
//!
//! A new provider is one file beside the others, and one line in that list.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of it is test equipment"
)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

mod answered;
mod aparat;
pub mod example;
#[cfg(feature = "transport")]
mod from_env;
mod journal;
mod message;
mod outcome;
mod plain_json;
mod podlink;
#[cfg(feature = "transport")]
mod probe;
mod sabapayamak;
#[cfg(feature = "sandbox")]
mod sandbox;
pub mod secret_parts;
mod sms;
mod smsafzar;
mod token;
#[cfg(feature = "sandbox")]
mod what;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use example::MadeFuture;
use http_core::{RateLimit, RetryPolicy, Semantics, TokenStore, Transport};
use serde_json::Value;

pub use answered::Answered;
#[cfg(feature = "transport")]
pub use from_env::FromEnv;
pub use journal::{Heard, Journal};
pub use outcome::{Failure, Outcome, Success, Texts, debug_texts, error_texts};
#[cfg(feature = "transport")]
pub use probe::{Asked, Input, Probe};
#[cfg(feature = "sandbox")]
pub use sandbox::{Effect, SandboxSide, Seen, Shape};
#[cfg(feature = "sandbox")]
pub use what::{Comparison, Comparisons, What};

/// Every client. A provider whose messages have a crate of their own has two.
pub const PROVIDERS: [&dyn ProviderHarness; 6] = [
    &aparat::Aparat,
    &podlink::Podlink,
    &sabapayamak::Sabapayamak::Login,
    &smsafzar::Smsafzar::Login,
    &sabapayamak::Sabapayamak::Messages,
    &smsafzar::Smsafzar::Messages,
];

/// What the test equipment needs to know of a provider and its client.
pub trait ProviderHarness: fmt::Debug + Sync {
    /// The client's package.
    fn name(&self) -> &'static str;

    /// Every call, in an order in which a later one can use what an earlier one made.
    fn calls(&self) -> &'static [Call];

    /// Other ways of making them, which a provider cannot tell apart from the first ones.
    fn more_calls(&self) -> &'static [Call] {
        &[]
    }

    /// Makes a call with the arguments of its contract's example.
    ///
    /// # Panics
    /// If the provider has no such call, or the example not what it needs.
    fn make<'a>(&self, call: &'a str, arguments: &'a Value, transport: Arc<dyn Transport>) -> MadeFuture<'a>;

    /// An account with secrets that are awkward to escape. All of them are made up.
    fn account(&self) -> Account;

    /// A client for an account, and its token source, if it needs one.
    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls>;

    /// The provider's answer to a login, where there is one: it gives out this token.
    fn login(&self, _token: &str) -> Option<String> {
        None
    }

    /// Judges what the client made of an answer: what holds of every answer, and what the provider's own says.
    ///
    /// # Panics
    /// If the client broke a promise.
    fn judge(&self, answered: &Answered<'_>);

    /// How its client is made of the environment, unless another client of the provider is.
    #[cfg(feature = "transport")]
    fn client_of_env(&self) -> Option<FromEnv> {
        None
    }

    /// What the probe asks, unless another client of the provider is asked for it.
    #[cfg(feature = "transport")]
    fn probe(&self) -> Option<Probe>;

    /// The sandbox's side.
    #[cfg(feature = "sandbox")]
    fn sandbox_side(&self) -> &'static dyn SandboxSide;
}

/// Someone's account at a provider.
#[derive(Debug, Clone)]
pub struct Account {
    /// The name to log in with. Some providers have none.
    pub user: String,
    /// The secrets that the client is given, in the harness's order.
    pub secrets: Vec<Secret>,
    /// A secret that the provider gives out, or how all of them begin. A sandbox can be told to give out this token.
    pub issued: Issued,
}

/// What reports call it, and the secret.
pub type Issued = Option<(&'static str, &'static str)>;

/// A secret, and what reports call it.
#[derive(Debug, Clone)]
pub struct Secret {
    pub name: &'static str,
    pub value: String,
}

impl Account {
    fn new(user: &str, secrets: &[(&'static str, &str)], issued: Issued) -> Self {
        let secret = |&(name, value): &(&'static str, &str)| {
            let value = value.to_owned();
            Secret { name, value }
        };
        let (user, secrets) = (user.to_owned(), secrets.iter().map(secret).collect());
        Self {
            user,
            secrets,
            issued,
        }
    }

    pub(crate) fn secret(&self, index: usize) -> &str {
        &self.secrets[index].value
    }
}

/// How a client is built.
#[derive(Clone, Default)]
#[allow(missing_debug_implementations, reason = "a transport has none")]
pub struct ClientOptions {
    pub base_url: String,
    pub retry: RetryPolicy,
    /// `None`: the client's own. So for all that are `None` below.
    pub timeout: Option<Duration>,
    pub user_agent: Option<String>,
    pub max_body: Option<usize>,
    pub rate_limit: RateLimit,
    /// Where the client can have one it has an observer as well, which keeps a [`Journal`].
    pub budget: Option<u64>,
    pub transport: Option<Arc<dyn Transport>>,
    /// Of the token source, if the client has one.
    pub token_store: Option<Arc<dyn TokenStore>>,
    /// These three need the default transport, and do nothing without it.
    pub root_certificate: Option<String>,
    pub proxy: Option<String>,
    pub proxy_from_env: bool,
}

impl ClientOptions {
    /// Without a limit, everything else as the client has it.
    pub fn new(base_url: impl Into<String>) -> Self {
        let base_url = base_url.into();
        Self {
            base_url,
            ..Self::default()
        }
    }
}

/// Gives a builder what there is.
macro_rules! with_some {
    ($builder:ident, $method:ident, $value:expr) => {
        let $builder = match $value {
            Some(value) => $builder.$method(value),
            None => $builder,
        };
    };
}
pub(crate) use with_some;

/// A client's builder with these options.
macro_rules! with_options {
    ($builder:expr, $options:expr) => {{
        let options: &crate::ClientOptions = $options;
        let builder = $builder
            .base_url(options.base_url.as_str())
            .retry(options.retry)
            .rate_limit(options.rate_limit);
        crate::with_some!(builder, timeout, options.timeout);
        crate::with_some!(builder, user_agent, options.user_agent.clone());
        crate::with_some!(builder, max_body_size, options.max_body);
        crate::with_some!(builder, transport, options.transport.clone());
        http_core::with_default_transport! {
            crate::with_some!(builder, root_certificate, options.root_certificate.clone());
            crate::with_some!(builder, proxy, options.proxy.clone());
            let builder = if options.proxy_from_env { builder.proxy_from_env() } else { builder };
        }
        builder
    }};
}
pub(crate) use with_options;

/// A call of a provider.
#[derive(Debug)]
pub struct Call {
    pub name: &'static str,
    pub semantics: Semantics,
    /// How a sandbox's effects of the call are told apart; `None` where it shows none.
    pub key: Option<Key>,
    /// Whether it uses the id that another call's success had.
    pub uses_id: bool,
}

/// How an effect is found that a call had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// By [`Arguments::marker`].
    Marker,
    /// By [`Arguments::id`]: all calls with the same id have the same key.
    Id,
}

const fn call(name: &'static str, semantics: Semantics, key: Option<Key>, uses_id: bool) -> Call {
    Call {
        name,
        semantics,
        key,
        uses_id,
    }
}

/// What a call is given.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// Arrives at the provider with the call: ASCII letters, digits and hyphens. One of its own for each call.
    pub marker: String,
    /// What an earlier call made: an order, a link.
    pub id: Option<String>,
    /// `None`: the client's own.
    pub timeout: Option<Duration>,
    /// `None`: the system's time.
    pub now: Option<SystemTime>,
}

/// A call under way.
pub type CallFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// The calls of one client.
pub trait Calls: Send + Sync {
    /// Makes a call by its name.
    ///
    /// # Panics
    /// If the provider has no such call.
    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture;

    /// How everything prints that a program holds beside answers: the builder, the client, calls, credentials.
    fn texts(&self) -> Texts;

    /// What the observer and the budget say, if the client has them.
    fn journal(&self) -> Option<Journal> {
        None
    }
}

/// Gives a call its time, sends it, and reads its answer.
macro_rules! send {
    ($call:expr, $arguments:expr, $read:expr) => {{
        let mut call = $call;
        if let Some(timeout) = $arguments.timeout {
            call = call.timeout(timeout);
        }
        let call = call.send();
        Box::pin(async move { call.await.map($read).map_err(|error| crate::Failure::of(&error)) })
            as crate::CallFuture
    }};
}
pub(crate) use send;
