//! Tokens: one login for each life and refusal, no stale one in use, and nobody waits who need not.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Evidence;
use crate::entry::{Ended, Outcome};
use crate::faults::{REFUSED_TOKEN, REFUSED_TOKEN_IN_DOUBT, STALLED_LOGIN};
use crate::groups::Conditions;
use crate::plan::CLIENT_TIMEOUT;
use crate::record::{Arrival, Plain};
use crate::report::Line;
use crate::run::SHORT_LIFE;

/// Timers are no finer, and the machine is busy.
const TIMERS: Duration = Duration::from_millis(50);

/// A token is in use a little later than it is made: so it seems to live shorter.
const MADE_BEFORE_USE: Duration = Duration::from_secs(1);

pub(super) fn lines(evidence: &Evidence) -> Vec<Line> {
    let sources = Sources::of(evidence);
    let under = |conditions, ended: &Ended| evidence.group(ended.group).conditions == conditions;
    vec![
        sources.one_login_for_each_life(),
        sources.no_stale_token(),
        sources.one_login_at_a_time(),
        all_done(
            evidence,
            "nobody waits for a refresh while there is a valid token",
            |ended| under(Conditions::Ageing, ended) && sources.had_a_token(ended),
        ),
        all_done(
            evidence,
            "nobody is held up by a caller that stopped polling",
            |ended| under(Conditions::Unpolled, ended) && !ended.unpolled,
        ),
        all_done(
            evidence,
            "one client works on one runtime after the other, whichever has ended",
            |ended| under(Conditions::Runtimes, ended) && ended.outcome != Outcome::Dropped,
        ),
    ]
}

/// All calls that this is true of did what they were made for.
fn all_done(evidence: &Evidence, claim: &'static str, of: impl Fn(&Ended) -> bool) -> Line {
    let mut claim = Line::new(claim);
    let mut calls = 0;
    for (call, ended) in evidence.ended.iter().filter(|(_, ended)| of(ended)) {
        calls += 1;
        claim.check(matches!(ended.outcome, Outcome::Done { .. }), || {
            format!("{call:?} {} {:?}, {:?}", ended.call, ended.outcome, ended.kind)
        });
    }
    claim.counts(calls, "calls", "")
}

/// What arrived with the tokens of one account, that is of one token source.
#[derive(Default)]
struct Source<'a> {
    logins: Vec<&'a Arrival>,
    /// What arrived with each token, in the order of their first use.
    tokens: Vec<Vec<&'a Arrival>>,
}

struct Sources<'a> {
    evidence: &'a Evidence,
    all: BTreeMap<(u16, u32), Source<'a>>,
}

fn was_refused_by_a_fault(uses: &[&Arrival]) -> bool {
    let refusals = [Some(REFUSED_TOKEN), Some(REFUSED_TOKEN_IN_DOUBT)];
    uses.iter().any(|arrival| refusals.contains(&arrival.fault))
}

impl<'a> Sources<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        let mut all: BTreeMap<_, Source<'a>> = BTreeMap::new();
        for arrival in &evidence.arrivals {
            if arrival.call == "authenticate" {
                all.entry(arrival.client).or_default().logins.push(arrival);
            } else if arrival.token.is_some() {
                let tokens = &mut all.entry(arrival.client).or_default().tokens;
                match tokens.iter_mut().find(|uses| uses[0].token == arrival.token) {
                    Some(uses) => uses.push(arrival),
                    None => tokens.push(vec![arrival]),
                }
            }
        }
        Self { evidence, all }
    }

    fn under(&self, conditions: Conditions) -> impl Iterator<Item = (&(u16, u32), &Source<'a>)> {
        let fits = move |client: &(u16, u32)| self.evidence.group(client.0).conditions == conditions;
        self.all.iter().filter(move |(client, _)| fits(client))
    }

    /// A new token comes into use only when the one before has died at the provider, or ages.
    fn one_login_for_each_life(&self) -> Line {
        let mut claim = Line::new("one login for each token's life and refusal");
        let (mut tokens, mut logins) = (0, 0);
        for (client, source) in &self.all {
            tokens += source.tokens.len();
            logins += source.logins.len();
            let start = source.logins.first().map_or(0, |login| login.at);
            let deaths = &self.evidence.disturbances.deaths;
            let conditions = self.evidence.group(client.0).conditions;
            for (place, uses) in source.tokens.iter().enumerate().skip(1) {
                let at = uses[0].at;
                let lived = Duration::from_micros(at - source.tokens[place - 1][0].at);
                let died = deaths.iter().filter(|death| (start..at).contains(*death)).count();
                let refused = source.tokens[..place]
                    .iter()
                    .filter(|uses| was_refused_by_a_fault(uses))
                    .count();
                let is_due = match conditions {
                    Conditions::Faults | Conditions::Limited => died + refused >= place,
                    _ => lived + MADE_BEFORE_USE >= SHORT_LIFE * 9 / 10,
                };
                claim.check(is_due, || {
                    format!(
                        "{client:?}: {} tokens used, {died} died and {refused} refused; {lived:?}",
                        place + 1
                    )
                });
            }
        }
        let rest = format!(" used by {} sources; {logins} requests to log in", self.all.len());
        claim.counts(tokens, "tokens", &rest)
    }

    /// A call that was refused does not bring the same token again, and calls that begin afterwards do not bring it
    /// at all.
    fn no_stale_token(&self) -> Line {
        let mut claim = Line::new("no refused token stays in use");
        let (mut refused, mut under_way) = (0, 0);
        for (client, source) in &self.all {
            let workers = self.evidence.group(client.0).workers as usize;
            for uses in &source.tokens {
                let mut told = BTreeMap::new();
                for arrival in uses {
                    if let Some(refused) = told.get(&arrival.marked) {
                        // The answer may have been lost with the provider.
                        let restarts = &self.evidence.disturbances.restarts;
                        let is_lost = restarts.iter().any(|at| (*refused..arrival.at).contains(at));
                        claim.check(is_lost, || {
                            format!(
                                "{client:?}: {:?} brought a token again that was refused",
                                arrival.marked
                            )
                        });
                    }
                    if arrival.answer == Some(Plain::TokenRefused) {
                        told.insert(arrival.marked, arrival.at);
                    }
                }
                let Some(first) = uses.iter().position(|it| self.was_told(it)) else {
                    continue;
                };
                refused += 1;
                // Where a token is refused that has never worked, the source waits with the next login.
                let has_worked = uses.iter().any(|it| matches!(it.answer, Some(Plain::Good(_))));
                let later = uses.len() - first - 1;
                under_way += later;
                // Every worker may have one call under way, with three attempts.
                claim.check(!has_worked || later <= 3 * workers, || {
                    format!(
                        "{client:?}: {later} arrivals with a token after it was refused, of {workers} workers"
                    )
                });
            }
        }
        let rest = format!(", {under_way} arrivals with them that were under way");
        claim.counts(refused, "refused tokens", &rest)
    }

    /// Whether this is a refusal that reached somebody.
    fn was_told(&self, arrival: &Arrival) -> bool {
        let ended = arrival.marked.and_then(|call| self.evidence.ended.get(&call));
        arrival.answer == Some(Plain::TokenRefused) && ended.is_some_and(|ended| !ended.was_given_up())
    }

    /// Logins as they were sent: one that stalls is the only one until the client's own time for it is over, however
    /// many callers give up meanwhile, and each of the others begins a life.
    fn one_login_at_a_time(&self) -> Line {
        let mut claim = Line::new("one login at a time, and one for each life");
        let (mut sent, mut stalled) = (0, 0);
        for (client, source) in self.under(Conditions::Ageing) {
            sent += source.logins.len();
            let (Some(first), Some(last)) = (source.logins.first(), source.logins.last()) else {
                continue;
            };
            for pair in source.logins.windows(2) {
                let between = Duration::from_micros(pair[1].at - pair[0].at);
                let is_stalled = pair[0].fault == Some(STALLED_LOGIN);
                claim.check(!is_stalled || between + TIMERS >= CLIENT_TIMEOUT, || {
                    format!("{client:?}: another login {between:?} after one that stalled")
                });
            }
            let stalls = source
                .logins
                .iter()
                .filter(|it| it.fault == Some(STALLED_LOGIN))
                .count();
            stalled += stalls;
            let span = Duration::from_micros(last.at - first.at);
            let lives = span.as_millis() / (SHORT_LIFE * 9 / 10).as_millis() + 2;
            let brought = source.logins.len() - stalls;
            claim.check(brought as u128 <= lives, || {
                format!("{client:?}: {brought} logins in {span:?}")
            });
        }
        claim.check(stalled > 0, || "no login stalled".to_owned());
        claim.counts(sent, "logins were sent", &format!(", {stalled} of them stalled"))
    }

    /// Whether a call began while its source had a token that was good for a while.
    fn had_a_token(&self, ended: &Ended) -> bool {
        let life = u64::try_from(SHORT_LIFE.as_micros()).unwrap_or(u64::MAX);
        let source = self.all.get(&(ended.group, ended.session));
        source.into_iter().flat_map(|source| &source.logins).any(|login| {
            let brought = matches!(&login.answer, Some(Plain::Good(Some(_))));
            // The token is there a little after its login arrived.
            brought && login.at + 20_000 <= ended.began() && ended.began() + 150_000 < login.at + life
        })
    }
}
