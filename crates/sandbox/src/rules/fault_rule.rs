use std::fmt;
use std::sync::Arc;

use crate::fault::Fault;
use crate::record::recorded_request::RecordedRequest;

/// Which requests a fault is played on, and how often: without any of its conditions on the next request, once.
///
/// ```
/// # async fn example() -> std::io::Result<()> {
/// use payvand_sandbox::{Fault, FaultRule, Sandbox};
///
/// let sandbox = Sandbox::builder().seed(7).start().await?;
/// // The third order and the one after it are placed, and their answers lost.
/// let lost = Fault::close().after_processing();
/// sandbox.add_fault(FaultRule::new(lost).provider("aparat").call("order").from_nth(3).times(2));
/// // One request in ten finds the gateway down. The seed says which.
/// let gateway = Fault::answer(502, "");
/// let number = sandbox.add_fault(FaultRule::new(gateway).chance(0.1).times(usize::MAX));
/// assert_eq!(sandbox.waiting_faults().len(), 2);
/// sandbox.remove_fault(number);
/// # Ok(())
/// # }
/// ```
///
/// It is read from JSON too, where a fault may be a name of [`Fault::all`], a provider and a call must be known, and
/// `"times": null` is until it is removed: `{"fault": "processed, closed", "provider": "aparat", "call": "order",
/// "from_nth": 3, "chance": 0.5, "times": 2}`.
#[derive(Clone)]
#[must_use = "a rule does nothing until it is given to Sandbox::add_fault"]
pub struct FaultRule {
    pub(crate) fault: Fault,
    pub(crate) provider: Option<String>,
    pub(crate) call: Option<String>,
    pub(crate) condition: Option<Condition>,
    pub(crate) from_nth: u64,
    pub(crate) chance: f64,
    pub(crate) times: usize,
}

type Condition = Arc<dyn Fn(&RecordedRequest) -> bool + Send + Sync>;

impl FaultRule {
    /// This fault, on the next request.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            provider: None,
            call: None,
            condition: None,
            from_nth: 1,
            chance: 1.0,
            times: 1,
        }
    }

    /// Only on requests to this provider, by the name that [`RecordedRequest::provider`] gives it. A rule of a provider
    /// goes before those of all.
    pub fn provider(mut self, name: impl Into<String>) -> Self {
        self.provider = Some(name.into());
        self
    }

    /// Only on this call, by the name that [`RecordedRequest::call`] gives it.
    pub fn call(mut self, name: impl Into<String>) -> Self {
        self.call = Some(name.into());
        self
    }

    /// Only on requests of which this is true. It must not block, and must not ask the sandbox.
    pub fn only_if(mut self, condition: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static) -> Self {
        self.condition = Some(Arc::new(condition));
        self
    }

    /// From the nth request on that meets the other conditions, counted since the rule was added; 0 is 1.
    pub fn from_nth(mut self, nth: u64) -> Self {
        self.from_nth = nth;
        self
    }

    /// Whether it is played on such a request is left to chance: 0 is never, 1 always. The draws of a rule follow from
    /// [`SandboxBuilder::seed`](crate::SandboxBuilder::seed) and its number, one for each request.
    pub fn chance(mut self, chance: f64) -> Self {
        self.chance = chance;
        self
    }

    /// How often it is played; `usize::MAX` means until it is removed. 0 adds nothing.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    pub(crate) fn matches(&self, request: &RecordedRequest) -> bool {
        let is = |wanted: &Option<String>, found| wanted.as_deref().is_none_or(|name| Some(name) == found);
        is(&self.provider, request.provider())
            && is(&self.call, request.call())
            && self.condition.as_ref().is_none_or(|holds| holds(request))
    }
}

impl fmt::Debug for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultRule")
            .field("fault", &self.fault)
            .field("provider", &self.provider)
            .field("call", &self.call)
            .field("has_condition", &self.condition.is_some())
            .field("from_nth", &self.from_nth)
            .field("chance", &self.chance)
            .field("times", &self.times)
            .finish()
    }
}
