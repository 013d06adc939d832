//! What a provider is to the sandbox.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::response::Response;
use axum::routing::MethodRouter;
use bytes::Bytes;
use http::request;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::calls;
use crate::fault::Fault;
use crate::providers::sms::SmsService;
use crate::record::recorded_request::RecordedRequest;
use crate::rules::fault_rule::FaultRule;
use crate::rules::faults::Faults;
use crate::secrets::Secrets;

pub(crate) trait Provider: fmt::Debug + Send + Sync + 'static {
    /// Its name, faults and counters.
    fn control(&self) -> &ProviderControl;

    /// Its real paths. Recording and faults are laid around them by the sandbox.
    fn routes(&self) -> Vec<(&'static str, Endpoint)>;

    /// The names of its real hosts.
    fn hosts(&self) -> &'static [&'static str];

    /// The environment variable from which the client takes its base address.
    fn base_url_variable(&self) -> &'static str;

    /// The accounts that every sandbox has from the start; the first is the one to begin with.
    fn credentials(&self) -> &'static [Credentials];

    /// Every account as it stands now, in the order in which they were opened.
    fn accounts(&self, secrets: Secrets) -> Vec<Value>;

    /// Forgets everything that happened and was set since the start.
    fn reset(&self);

    /// The service that it is, if it sends messages.
    fn sms(&self) -> Option<&dyn SmsService> {
        None
    }

    /// How much of what it had it no longer has, because of the limits.
    fn dropped_items(&self) -> u64;

    /// What the account with this token or user name is for, if it was there from the start.
    fn about(&self, id: &str) -> Option<&'static str> {
        let mut known = self.credentials().iter();
        let known = known.find(|it| it.variables.first().is_some_and(|(_, value)| *value == id));
        known.map(Credentials::about)
    }

    /// A secret; one that every sandbox has is none.
    fn readable<'a>(&self, secret: &'a str, secrets: Secrets) -> &'a str {
        let mut known = self.credentials().iter().flat_map(|it| it.variables);
        if known.any(|(_, value)| *value == secret) {
            secret
        } else {
            secrets.secret(secret)
        }
    }
}

/// What answers on a path.
pub(crate) enum Endpoint {
    /// One function for whatever comes. It is called as it is: an extractor and a route for each request would cost more
    /// than its answer.
    Function(Function),
    /// A handler for each method.
    Methods(Box<MethodRouter>),
}

type AnyFunction = dyn Fn(&request::Parts, &Bytes) -> Response + Send + Sync;

#[derive(Clone)]
pub(crate) struct Function(Arc<AnyFunction>);

impl Function {
    pub(crate) fn call(&self, head: &request::Parts, body: &Bytes) -> Response {
        (self.0)(head, body)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Function")
    }
}

impl Endpoint {
    pub(crate) fn function(
        call: impl Fn(&request::Parts, &Bytes) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::Function(Function(Arc::new(call)))
    }

    pub(crate) fn methods(methods: MethodRouter) -> Self {
        Self::Methods(Box::new(methods))
    }
}

/// A ready-made account that every sandbox has. Its values are plainly fake.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Credentials {
    pub(crate) provider: &'static str,
    pub(crate) about: &'static str,
    #[serde(serialize_with = "as_object")]
    pub(crate) variables: &'static [(&'static str, &'static str)],
}

fn as_object<S: Serializer>(variables: &&[(&str, &str)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(variables.iter().copied())
}

impl Credentials {
    /// The provider that knows this account.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// What it is for, in a few words.
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// The environment variables of the client, with this account's values.
    pub fn variables(&self) -> &'static [(&'static str, &'static str)] {
        self.variables
    }
}

/// What the handle of every provider can do: its own faults and its own count. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ProviderControl {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: &'static str,
    faults: Arc<Faults>,
    requests: AtomicU64,
}

impl ProviderControl {
    pub(crate) fn new(name: &'static str, faults: Arc<Faults>) -> Self {
        Self {
            inner: Arc::new(Inner {
                name,
                faults,
                requests: AtomicU64::new(0),
            }),
        }
    }

    /// The provider's name, as [`RecordedRequest::provider`](crate::RecordedRequest::provider) gives it.
    pub fn name(&self) -> &'static str {
        self.inner.name
    }

    /// The names of its calls, as [`RecordedRequest::call`](crate::RecordedRequest::call) gives them.
    pub fn calls(&self) -> Vec<&'static str> {
        calls::names(self.name())
    }

    /// Plays this fault on the provider's next request. Faults that wait are played in their order, those of the
    /// provider before those of [`Sandbox::fail_next`](crate::Sandbox::fail_next).
    pub fn fail_next(&self, fault: Fault) {
        self.fail_next_n(1, fault);
    }

    /// Plays this fault on the provider's next request of which this is true. It must not block, and must not ask the
    /// sandbox. More conditions are in [`FaultRule`].
    ///
    /// ```
    /// # async fn example() -> std::io::Result<()> {
    /// use payvand_sandbox::{Fault, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// // The next order is placed and its answer lost; questions for the balance are answered.
    /// let lost = Fault::close().after_processing();
    /// sandbox.aparat().fail_next_where(|request| request.query_value("count").is_some(), lost);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fail_next_where(
        &self,
        condition: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static,
        fault: Fault,
    ) {
        let rule = FaultRule::new(fault).provider(self.name()).only_if(condition);
        self.inner.faults.add(rule);
    }

    /// Plays this fault on the provider's next `times` requests; `usize::MAX` means until
    /// [`clear_faults`](Self::clear_faults).
    pub fn fail_next_n(&self, times: usize, fault: Fault) {
        let rule = FaultRule::new(fault).provider(self.name()).times(times);
        self.inner.faults.add(rule);
    }

    /// Forgets the provider's faults that still wait.
    pub fn clear_faults(&self) {
        let name = Some(self.name());
        self.inner
            .faults
            .retain(|waiting| waiting.rule.provider.as_deref() != name);
    }

    /// How many requests the provider has received in full, kept in the record or not.
    pub fn request_count(&self) -> u64 {
        self.inner.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn count_request(&self) {
        self.inner.requests.fetch_add(1, Ordering::SeqCst);
    }
}
