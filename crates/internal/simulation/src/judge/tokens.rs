//! Tokens: one login for each life, and nobody waits for a login that is none.

use http_core::Kind;

use crate::judge::{Evidence, SECOND, TICKS, Violations};
use crate::plan::Manner;
use crate::subject::Subject;
use crate::subjects::What;
use crate::world::{Attempt, Call, End, Millis, millis};

/// A refresh comes in the last tenth of a life, and in this time at most.
const EARLIEST_REFRESH: Millis = 5 * 60 * SECOND;

/// Longer than a login takes that has no trouble.
const LONG: Millis = 2 * SECOND;

/// Between two attempts of a login.
const LONGEST_PAUSE: Millis = 10 * SECOND;

pub(super) fn judge(evidence: &Evidence<'_>, violations: &mut Violations) {
    logins(evidence, violations);
    never_an_older_one(evidence, violations);
    nobody_waits_for_nothing(evidence, violations);
    nobody_is_told_what_nobody_saw(evidence, violations);
}

fn of_source<'a>(evidence: &'a Evidence<'_>) -> impl Iterator<Item = &'a Attempt> {
    evidence.state.attempts.iter().filter(|it| !it.is_direct)
}

/// What begins when a newer token is in use has that one, and not one of a login that was begun before.
fn never_an_older_one(evidence: &Evidence<'_>, violations: &mut Violations) {
    if evidence.conditions.runtimes > 1 {
        return;
    }
    let logins: Vec<_> = of_source(evidence)
        .filter_map(|it| it.brought.as_deref())
        .collect();
    let newest_by = |at: Millis| {
        let uses = of_source(evidence).filter(move |it| it.begun < at);
        uses.filter_map(|it| place(&logins, it)).max()
    };
    for call in &evidence.state.calls {
        let of_call = |it: &&Attempt| it.marker.as_ref() == Some(&call.arguments.marker);
        let Some(first) = of_source(evidence).find(of_call) else {
            continue;
        };
        let (used, newest) = (place(&logins, first), newest_by(call.begun));
        check!(
            violations,
            used >= newest,
            "login {used:?} after {newest:?}: {call:?}"
        );
    }
}

/// Which login brought the token of a request.
fn place(logins: &[&str], attempt: &Attempt) -> Option<usize> {
    let token = attempt.token.as_deref()?;
    logins.iter().position(|it| token.ends_with(it))
}

/// Who gets no token in time waits for a login that has trouble.
fn nobody_waits_for_nothing(evidence: &Evidence<'_>, violations: &mut Violations) {
    let conditions = evidence.conditions;
    if conditions.most_a_second.is_some() {
        return;
    }
    for call in &evidence.state.calls {
        let Some((end, told)) = &call.ended else { continue };
        let is_without_token =
            told.kind == Some(Kind::Timeout) && told.attempts == 0 && call.of.name != "authenticate";
        let stands_still = call.runtime > 0 && conditions.ends > 0;
        if !is_without_token || stands_still || call.manner != Manner::Patient || end - call.begun < LONG {
            continue;
        }
        let since = call.begun.saturating_sub(LONGEST_PAUSE);
        let is_slow =
            |it: &Attempt| !it.fate.is_clean() || it.ended.is_none_or(|(at, _)| at - it.begun > LONG / 2);
        let mut logins = of_source(evidence).filter(|it| it.is_login && (since..=*end).contains(&it.begun));
        check!(violations, logins.any(is_slow), "waited for no login: {call:?}");
    }
}

/// Who is told at once that the login failed is not the first to hear of it.
fn nobody_is_told_what_nobody_saw(evidence: &Evidence<'_>, violations: &mut Violations) {
    let failed = |it: &&Call| {
        it.ended
            .as_ref()
            .is_some_and(|(_, told)| told.what == What::NoEffect && told.attempts == 0)
    };
    let lasted = |it: &Call| it.ended.as_ref().map_or(0, |(at, _)| at - it.begun);
    let attempts = |it: &Call| it.ended.as_ref().map_or(0, |(_, told)| told.attempts);
    let kind = |it: &Call| it.ended.as_ref().and_then(|(_, told)| told.kind);
    for call in evidence
        .state
        .calls
        .iter()
        .filter(failed)
        .filter(|it| lasted(it) == 0)
    {
        if matches!(
            kind(call),
            Some(Kind::InvalidInput { .. } | Kind::Configuration | Kind::Withheld)
        ) {
            continue;
        }
        let calls = evidence.state.calls.iter();
        // The runtimes' clocks are a tick or two apart.
        let by_then = |at: Millis| at <= call.begun + TICKS;
        let mut before = calls.filter(|it| it.ended.as_ref().is_some_and(|(at, _)| by_then(*at)));
        let was_seen = before.any(|it| (lasted(it) > 0 || attempts(it) > 0) && kind(it) == kind(call));
        // A call beside which the token was to be replaced says nothing of that.
        let has_failed = |it: &Attempt| match it.ended {
            Some((at, End::Failed)) => by_then(at),
            Some((at, End::Answered)) => by_then(at) && !is_good(it),
            _ => false,
        };
        let was_seen = was_seen || of_source(evidence).any(|it| it.is_login && has_failed(it));
        check!(
            violations,
            was_seen,
            "nobody heard of that failure before: {call:?}"
        );
    }
}

/// Each login but the last brings a token that has an end, unless it was struck. Runtimes log in by themselves.
fn logins(evidence: &Evidence<'_>, violations: &mut Violations) {
    let runtimes = evidence.conditions.runtimes;
    // Under a limit an answer comes even while nobody waits for it: then nobody may have taken it.
    let is_limited = evidence.conditions.most_a_second.is_some();
    let is_taken = |login: &&Attempt| !is_limited || uses(evidence, login).next().is_some();
    let good = evidence
        .state
        .attempts
        .iter()
        .filter(|it| is_good(it))
        .filter(is_taken);
    let good: Vec<_> = good.collect();
    let (ended, others): (Vec<&Attempt>, Vec<_>) = good.iter().partition(|login| has_ended(evidence, login));
    let at: Vec<_> = others.iter().map(|login| login.begun).collect();
    check!(
        violations,
        good.len() <= (ended.len() + 1) * runtimes,
        "{} logins for {} lives that ended; others at {at:?}",
        good.len(),
        ended.len()
    );
}

/// A login of the token source whose answer came.
fn is_good(attempt: &Attempt) -> bool {
    let is_answered = matches!(attempt.ended, Some((_, End::Answered)));
    attempt.is_login
        && !attempt.is_direct
        && is_answered
        && attempt.fate.is_whole()
        && attempt.brought.is_some()
}

/// The requests with the token of a login.
fn uses<'a>(evidence: &'a Evidence<'_>, login: &'a Attempt) -> impl Iterator<Item = &'a Attempt> {
    let is_it = |token: &str| login.brought.as_deref().is_some_and(|it| token.ends_with(it));
    evidence
        .state
        .attempts
        .iter()
        .filter(move |it| it.token.as_deref().is_some_and(is_it))
}

/// Whether the token of a login was refused, became old, or seems to have.
fn has_ended(evidence: &Evidence<'_>, login: &Attempt) -> bool {
    let state = evidence.state;
    let was_worthless = |attempt: &Attempt| {
        let served = attempt.served.or(attempt.arrived).unwrap_or(attempt.begun);
        let is_old = served + SECOND >= login.begun + server_life(evidence);
        is_old
            || state
                .revocations
                .iter()
                .any(|at| (login.begun..=served).contains(at))
    };
    if uses(evidence, login).any(|attempt| attempt.fate.refuses_token() || was_worthless(attempt)) {
        return true;
    }
    let Some(life) = life(evidence) else { return false };
    let due = life - (life / 10).min(EARLIEST_REFRESH);
    // It counts from the begin of the login, and attempts before this one are a part of that.
    let begun = login.begun.saturating_sub(millis(evidence.conditions.timeout));
    let jumps = || state.jumps.iter().filter(|(at, _)| *at > begun);
    let end = login.ended.map_or(login.begun, |(at, _)| at);
    let begins = jumps().filter(|(at, _)| *at <= end).map(|(_, ahead)| *ahead);
    let ahead = begins.chain([state.ahead_at(begun)]).min().unwrap_or_default();
    let later = state.attempts.iter().map(|it| it.begun).filter(|at| *at > begun);
    let mut moments = jumps().map(|(at, _)| *at).chain(later);
    moments.any(|at| {
        let seconds = u64::try_from(state.ahead_at(at) - ahead).unwrap_or_default();
        at - begun + seconds * SECOND + SECOND >= due
    })
}

/// How long a token lives, if the client can know it.
fn life(evidence: &Evidence<'_>) -> Option<Millis> {
    let is_told =
        evidence.conditions.subject == Subject::Sabapayamak || !evidence.conditions.has_opaque_tokens;
    is_told.then(|| server_life(evidence))
}

fn server_life(evidence: &Evidence<'_>) -> Millis {
    match evidence.conditions.subject {
        Subject::Sabapayamak => 15 * 24 * 60 * 60 * SECOND,
        _ => millis(evidence.conditions.token_life),
    }
}
