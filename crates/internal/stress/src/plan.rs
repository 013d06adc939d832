//! What is decided beforehand about each call: nothing but the seed, the group and the call's number goes into it.

use std::time::Duration;

use http_core::Semantics;
use payvand_harness::{Arguments, Call};

use crate::settings::{Group, Settings, marker};

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) number: u32,
    pub(crate) call: &'static Call,
    pub(crate) arguments: Arguments,
    /// When its future is dropped.
    pub(crate) drop_after: Option<Duration>,
}

impl Plan {
    /// The plan of a call that may use one of these ids.
    pub(crate) fn of(settings: &Settings, group: &Group, number: u32, ids: &[String]) -> Self {
        let mut random = settings.random([1, group.number.into(), number.into()]);
        let changes_something = random.bool();
        let fits = |call: &&Call| {
            let is_own = call.name != "authenticate" && !(group.on_runtimes && call.uses_id);
            is_own && (call.semantics == Semantics::NonIdempotent) == changes_something
        };
        let calls: Vec<_> = group.provider.calls().iter().filter(fits).collect();
        let call = random.choice(calls).expect("each provider has both sorts");
        let timeout = Duration::from_millis(random.u64(500..3000));
        let drop_after = if group.on_runtimes {
            number
                .is_multiple_of(7)
                .then(|| Duration::from_millis(random.u64(0..12)))
        } else {
            random
                .u8(..10)
                .eq(&0)
                .then(|| Duration::from_micros(20 << random.u32(..15)))
        };
        let arguments = Arguments {
            marker: marker((group.number, number)),
            id: random.choice(ids).filter(|_| call.uses_id).cloned(),
            timeout: Some(timeout),
            now: None,
        };
        Self {
            number,
            call,
            arguments,
            drop_after,
        }
    }
}
