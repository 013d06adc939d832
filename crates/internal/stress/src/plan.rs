//! What is decided beforehand about each call: nothing but the seed, the group and the call's number goes into it.

use std::collections::VecDeque;
use std::time::Duration;

use http_core::Semantics;
use payvand_harness::{Arguments, Call, Key};

use crate::groups::{Conditions, Group, Settings, marker};
use crate::random::Random;

/// Longer than any call may take where callers stop polling.
pub(crate) const UNPOLLED_FOR: Duration = Duration::from_secs(8);

/// Of calls without a time of their own, and of logins.
pub(crate) const CLIENT_TIMEOUT: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) number: u32,
    pub(crate) call: &'static Call,
    pub(crate) arguments: Arguments,
    pub(crate) timeout: Duration,
    /// When its future is dropped.
    pub(crate) drop_after: Option<Duration>,
    /// After how long nobody polls it for [`UNPOLLED_FOR`].
    pub(crate) unpolled_after: Option<Duration>,
}

impl Plan {
    /// The plan of a call that may use one of these ids.
    pub(crate) fn of(settings: &Settings, group: &Group, number: u32, ids: &VecDeque<String>) -> Self {
        let mut random = Random::of(settings.seed, "call", &[group.number.into(), number.into()]);
        let call = choose(group, &mut random);
        let timeout = match group.conditions {
            _ if call.name == "authorization" => CLIENT_TIMEOUT,
            Conditions::Faults => random.millis(300, 2000),
            // Workers wait for each other's turns.
            Conditions::Limited => Duration::from_secs(10),
            // While the patient wait for a login, the others' time is long up.
            Conditions::Ageing if group.workers > 1 && random.percent(50) => Duration::from_millis(3900),
            Conditions::Unpolled => Duration::from_secs(6),
            Conditions::Ageing | Conditions::Runtimes => Duration::from_secs(2),
        };
        let is_dropped = match group.conditions {
            // The first of each client.
            Conditions::Runtimes => number.is_multiple_of(group.calls_per_session()),
            Conditions::Faults => random.percent(10),
            Conditions::Unpolled => random.percent(8),
            _ => false,
        };
        let drop_after = match group.conditions {
            Conditions::Unpolled => random.millis(0, 1400),
            Conditions::Runtimes => random.millis(0, 12),
            // From the first poll on, and more often early than late.
            _ => Duration::from_micros(20 << random.below(15)),
        };
        let is_unpolled = group.conditions == Conditions::Unpolled && random.percent(8);
        let unpolled_after = is_unpolled.then(|| random.millis(0, 1400));
        let place = random.below(ids.len() as u64);
        let id = ids.get(usize::try_from(place).unwrap_or_default());
        let arguments = Arguments {
            marker: marker((group.number, number)),
            id: id.filter(|_| call.uses_id).cloned(),
            timeout: Some(timeout),
            now: None,
        };
        let drop_after = is_dropped.then_some(drop_after);
        Self {
            number,
            call,
            arguments,
            timeout,
            drop_after,
            unpolled_after,
        }
    }
}

/// Half of the calls change something. A login that the token source knows nothing of is left out: the sandbox could not
/// tell it from the others.
fn choose(group: &Group, random: &mut Random) -> &'static Call {
    let changes_something = random.percent(50);
    let fits = |call: &&'static Call| {
        let is_plain = !call.uses_id && (call.semantics == Semantics::Safe || is_own(call));
        let changes = call.semantics == Semantics::NonIdempotent;
        call.name != "authenticate"
            && changes == changes_something
            && (is_plain || group.conditions == Conditions::Faults)
    };
    let calls: Vec<_> = group.provider.calls().iter().filter(fits).collect();
    random
        .pick(&calls)
        .copied()
        .expect("each provider has both sorts")
}

/// Whether it has an effect of its own that nothing else has.
pub(crate) fn is_own(call: &Call) -> bool {
    call.key == Some(Key::Marker) && call.semantics == Semantics::NonIdempotent
}
