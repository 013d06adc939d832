//! As many in a second as the provider takes, and nobody waits for less.

use crate::judge::{Evidence, SECOND, TICKS, Violations};
use crate::plan::Manner;
use crate::subjects::What;
use crate::world::{Attempt, Call, Millis};

/// The head of the queue may leave a place free for so long.
const PATIENCE: Millis = 25;

pub(super) fn judge(evidence: &Evidence<'_>, violations: &mut Violations) {
    let Some(most) = evidence.conditions.most_a_second else {
        return;
    };
    for is_direct in [false, true] {
        never_too_many(evidence, is_direct, most, violations);
    }
    let probes = evidence
        .remains
        .probes
        .iter()
        .map(|index| &evidence.state.calls[*index]);
    for probe in probes {
        let took = probe
            .ended
            .as_ref()
            .map_or(Millis::MAX, |(at, _)| at - probe.begun);
        let turns = if evidence.conditions.runtimes > 1 { 20 } else { 0 };
        let way = evidence.conditions.way * 2 + TICKS + turns;
        check!(
            violations,
            took <= way,
            "something is left in the limiter: {took} ms for {probe:?}"
        );
    }
    if !evidence.conditions.subject.has_tokens() && !evidence.state.was_told_to_pause() {
        nobody_waits_for_nothing(evidence, most, violations);
    }
}

/// What arrived while somebody waited for its answer.
fn never_too_many(evidence: &Evidence<'_>, is_direct: bool, most: usize, violations: &mut Violations) {
    let attempts = evidence
        .state
        .attempts
        .iter()
        .filter(|it| it.is_direct == is_direct);
    let in_time = |it: &&Attempt| {
        it.arrived
            .is_some_and(|at| it.ended.is_none_or(|(end, _)| at <= end))
    };
    let mut arrivals: Vec<_> = attempts.filter(in_time).filter_map(|it| it.arrived).collect();
    arrivals.sort_unstable();
    for window in arrivals.windows(most + 1) {
        let time = window[most] - window[0];
        check!(
            violations,
            time >= SECOND,
            "{} arrivals within {time} ms: {window:?}",
            most + 1
        );
    }
}

/// While a call waits for its turn, a place is free only for as long as those before it may be passed over.
fn nobody_waits_for_nothing(evidence: &Evidence<'_>, most: usize, violations: &mut Violations) {
    let calls = &evidence.state.calls;
    let taken = taken(evidence);
    let ends = evidence.conditions.ends;
    let is_unpolled = |it: &Call| it.manner != Manner::Patient || it.runtime > 0 && ends > 0;
    for call in calls.iter().filter(|call| !is_unpolled(call)) {
        let mut own = evidence
            .state
            .attempts
            .iter()
            .filter(|it| it.marker.as_deref() == Some(call.arguments.marker.as_str()));
        let Some((end, told)) = &call.ended else { continue };
        let until = match own.next() {
            Some(first) => first.begun,
            None if told.attempts == 0 && told.kind == Some(http_core::Kind::Timeout) => *end,
            None => continue,
        };
        let free = longest_free(&taken, most, call.begun, until);
        // It looks again by itself when all who were before it could have been passed over.
        let was_waiting =
            |it: &Call| it.begun <= call.begun && it.ended.as_ref().is_none_or(|(at, _)| *at >= call.begun);
        let before = calls
            .iter()
            .filter(|it| was_waiting(it) || is_unpolled(it) && it.begun <= until);
        let patience = PATIENCE * (before.count() as Millis + 1) + TICKS;
        check!(
            violations,
            free <= patience,
            "a place was free for {free} ms: {call:?}"
        );
    }
}

/// From when to when each request takes a place. An attempt that was dropped before the transport saw it took one as well.
fn taken(evidence: &Evidence<'_>) -> Vec<(Millis, Millis)> {
    let attempts = evidence.state.attempts.iter().map(|it| {
        let over = it.ended.map_or(it.deadline, |(at, _)| at.min(it.deadline));
        (it.begun, over + SECOND)
    });
    let ends = evidence.state.calls.iter().filter_map(|call| call.ended.as_ref());
    let dropped = ends.filter(|(_, told)| told.what == What::Dropped);
    attempts
        .chain(dropped.map(|(at, _)| (*at, at + SECOND)))
        .collect()
}

/// The longest time between the two in which fewer places than that were taken.
fn longest_free(taken: &[(Millis, Millis)], most: usize, begin: Millis, end: Millis) -> Millis {
    let mut changes: Vec<Millis> = taken.iter().flat_map(|(from, to)| [*from, *to]).collect();
    changes.retain(|at| (begin..end).contains(at));
    changes.extend([begin, end]);
    changes.sort_unstable();
    let (mut longest, mut free) = (0, 0);
    for pair in changes.windows(2) {
        let taken = taken
            .iter()
            .filter(|(from, to)| *from <= pair[0] && pair[0] < *to);
        free = if taken.count() < most {
            free + pair[1] - pair[0]
        } else {
            0
        };
        longest = longest.max(free);
    }
    longest
}
