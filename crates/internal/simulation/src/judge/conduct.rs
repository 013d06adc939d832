//! How the client behaves: in time, and without leaving anything behind.

use crate::judge::{Evidence, Violations};
use crate::plan::Manner;
use crate::world::Call;

/// A timer may fire late, and the core waits a little for what has begun; side by side runtimes take turns.
const LATE: u64 = 20;

pub(super) fn judge(evidence: &Evidence<'_>, violations: &mut Violations) {
    let conditions = evidence.conditions;
    for call in &evidence.state.calls {
        let Some((at, told)) = &call.ended else {
            let is_gone = call.runtime > 0 && conditions.ends > 0;
            check!(violations, is_gone, "never ended: {call:?}");
            continue;
        };
        let stands_still = call.runtime > 0 && conditions.ends > 0;
        let late = if stands_still {
            0
        } else {
            at.saturating_sub(latest(evidence, call))
        };
        check!(violations, late == 0, "{late} ms late: {call:?} {told:?}");
    }
    let remains = evidence.remains;
    let (open, logins) = remains.parked;
    let at_most = conditions.runtimes;
    check!(
        violations,
        open == logins,
        "{open} requests left, {logins} of them logins"
    );
    check!(
        violations,
        logins <= at_most,
        "{logins} logins parked on {at_most} runtimes"
    );
    check!(violations, remains.tasks == 0, "{} tasks left", remains.tasks);
    check!(
        violations,
        remains.held == 0,
        "the transport is held {} times",
        remains.held
    );
    check!(violations, remains.panics == 0, "{} panics", remains.panics);
}

/// When the call has to be over.
fn latest(evidence: &Evidence<'_>, call: &Call) -> u64 {
    let timeout = call.arguments.timeout.unwrap_or(evidence.conditions.timeout);
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let timeout = match call.of.name {
        // It is the client's, and that of each page.
        "authorization" => millis(evidence.conditions.timeout),
        "stream" => millis(timeout) * 100,
        _ => millis(timeout),
    };
    let deadline = call.begun + timeout;
    let polled_again = match call.manner {
        Manner::Starved(after, time) => call.begun + millis(after) + millis(time),
        _ => 0,
    };
    deadline.max(polled_again) + LATE
}
