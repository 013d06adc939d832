//! Tokens: one login for each life, and nobody waits for a login that is none.

use crate::judge::{Evidence, Violations};
use crate::subjects::Subject;
use crate::world::{Attempt, End, Millis, millis};

/// A refresh comes in the last tenth of a life, and in this time at most.
const EARLIEST_REFRESH: Millis = 5 * 60 * SECOND;

/// Tokens know whole seconds alone.
const SECOND: Millis = 1000;

pub(super) fn judge(evidence: &Evidence<'_>, violations: &mut Violations) {
    logins(evidence, violations);
}

/// Each login but the last brings a token that has an end, unless it was struck. Runtimes log in by themselves.
fn logins(evidence: &Evidence<'_>, violations: &mut Violations) {
    let runtimes = evidence.conditions.runtimes;
    let good: Vec<_> = evidence.state.attempts.iter().filter(is_good).collect();
    let ended = good.iter().filter(|login| has_ended(evidence, login)).count();
    let most = (ended + 1) * runtimes;
    violations.check(
        good.len() <= most,
        format_args!(
            "{} logins for {ended} lives that ended, on {runtimes} runtimes",
            good.len()
        ),
    );
}

/// A login of the token source whose answer came.
fn is_good(attempt: &&Attempt) -> bool {
    let is_answered = matches!(attempt.ended, Some((_, End::Answered)));
    attempt.is_login
        && !attempt.is_direct
        && is_answered
        && attempt.fate.is_clean()
        && attempt.brought.is_some()
}

/// Whether the token of a login was refused, became old, or seems to have.
fn has_ended(evidence: &Evidence<'_>, login: &Attempt) -> bool {
    let state = evidence.state;
    let Some(token) = &login.brought else { return false };
    let carries = |it: &&Attempt| it.token.as_ref().is_some_and(|it| it.ends_with(token.as_str()));
    let was_worthless = |attempt: &Attempt| {
        let arrived = attempt.arrived.unwrap_or(attempt.begun);
        let is_old = arrived + SECOND >= login.begun + server_life(evidence);
        is_old
            || state
                .revocations
                .iter()
                .any(|at| (login.begun..=arrived).contains(at))
    };
    let mut uses = state.attempts.iter().filter(carries);
    if uses.any(|attempt| attempt.fate.refuses_token() || was_worthless(attempt)) {
        return true;
    }
    let Some(life) = life(evidence) else { return false };
    let due = life - (life / 10).min(EARLIEST_REFRESH);
    // It counts from the begin of the login, and attempts before this one are a part of that.
    let begun = login.begun.saturating_sub(millis(evidence.conditions.timeout));
    let jumps = || state.jumps.iter().filter(|(at, _)| *at > begun);
    let begins = jumps()
        .filter(|(at, _)| *at <= login.begun)
        .map(|(_, ahead)| *ahead);
    let ahead = begins.chain([state.ahead_at(begun)]).min().unwrap_or_default();
    let last = state.attempts.last().map_or(0, |it| it.begun);
    let mut moments = jumps().map(|(at, _)| *at).chain([last.max(begun)]);
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
