//! Tokens: one login for each life and refusal, no stale one in use, and nobody waits who has one.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Evidence;
use crate::faults::{REFUSED_TOKEN, REFUSED_TOKEN_IN_DOUBT, STALLED_LOGIN};
use crate::lanes::{Lane, LaneKind};
use crate::ledger::{Ended, Outcome};
use crate::plan::{CLIENT_TIMEOUT, SHORTEST_OF_AGEING};
use crate::provider::SHORT_LIFE;
use crate::record::{Arrival, Plain};
use crate::report::Line;

/// Timers are no finer, and the machine is busy.
const TIMERS: Duration = Duration::from_millis(50);

/// A token is in use a little later than it is made: so it seems to live shorter.
const MADE_BEFORE_USE: Duration = Duration::from_secs(1);

pub(super) fn lines(evidence: &Evidence<'_>) -> Vec<Line> {
    let sessions = Sessions::of(evidence);
    vec![
        sessions.one_login_for_each_life(),
        sessions.no_stale_token(),
        sessions.nobody_waits_for_a_refresh(),
        sessions.one_login_at_a_time(),
        all_done(
            evidence,
            "who calls one after the other goes on while a refresh stalls",
            |lane, ended| lane.kind == LaneKind::OneByOne && sessions.had_a_token(lane, ended),
        ),
        all_done(
            evidence,
            "nobody is held up by a caller that stopped polling",
            |lane, ended| lane.kind == LaneKind::Unpolled && !ended.unpolled,
        ),
        all_done(
            evidence,
            "one client works on one runtime after the other",
            |lane, _| lane.kind == LaneKind::Runtimes,
        ),
    ]
}

/// All calls that this is true of did what they were made for.
fn all_done(evidence: &Evidence<'_>, claim: &'static str, of: impl Fn(&Lane, &Ended) -> bool) -> Line {
    let mut claim = Line::new(claim);
    let mut calls = 0;
    for (call, ended) in &evidence.book.ended {
        if !of(&evidence.lanes[usize::from(ended.lane)], ended) {
            continue;
        }
        calls += 1;
        claim.check(matches!(ended.outcome, Outcome::Done { .. }), || {
            format!("{call:?} {:?} {:?}, {:?}", ended.what, ended.outcome, ended.kind)
        });
    }
    claim.check(calls > 0, || "nobody called".to_owned());
    claim.counts(calls, "calls", "")
}

/// What arrived with the tokens of one account, that is of one token source.
#[derive(Default)]
struct Session<'a> {
    logins: Vec<&'a Arrival>,
    /// In the order of their first use.
    tokens: Vec<Uses<'a>>,
}

impl<'a> Session<'a> {
    /// What arrived with the token that a login brought.
    fn uses(&self, login: &Arrival) -> impl Iterator<Item = &'a Arrival> {
        let token = match &login.answer {
            Some(Plain::Good(token)) => token.as_deref(),
            _ => None,
        };
        let uses = self.tokens.iter().find(move |uses| Some(uses.token) == token);
        uses.into_iter().flat_map(|uses| uses.arrivals.iter().copied())
    }
}

struct Uses<'a> {
    token: &'a str,
    arrivals: Vec<&'a Arrival>,
}

impl Uses<'_> {
    fn was_refused_by_a_fault(&self) -> bool {
        let faults = self.arrivals.iter().filter_map(|arrival| arrival.fault);
        faults
            .into_iter()
            .any(|fault| [REFUSED_TOKEN, REFUSED_TOKEN_IN_DOUBT].contains(&fault))
    }
}

struct Sessions<'a> {
    evidence: &'a Evidence<'a>,
    all: BTreeMap<(u16, &'a str), Session<'a>>,
}

impl<'a> Sessions<'a> {
    fn of(evidence: &'a Evidence<'a>) -> Self {
        let mut all: BTreeMap<_, Session<'a>> = BTreeMap::new();
        for arrival in &evidence.arrivals {
            let Some(name) = arrival.session.as_deref() else {
                continue;
            };
            if name.ends_with("direct") {
                continue;
            }
            let session = all.entry((arrival.lane, name)).or_default();
            let Some(token) = arrival.token.as_deref() else {
                session.logins.push(arrival);
                continue;
            };
            match session.tokens.iter_mut().find(|uses| uses.token == token) {
                Some(uses) => uses.arrivals.push(arrival),
                None => session.tokens.push(Uses {
                    token,
                    arrivals: vec![arrival],
                }),
            }
        }
        Self { evidence, all }
    }

    fn kind(&self, lane: u16) -> LaneKind {
        self.evidence.lanes[usize::from(lane)].kind
    }

    /// A new token comes into use only when the one before has died at the provider, or ages.
    fn one_login_for_each_life(&self) -> Line {
        let mut claim = Line::new("one login for each token life and refusal");
        let (mut tokens, mut logins, mut faulty, mut deaths_met) = (0, 0, 0, 0);
        for ((lane, name), session) in &self.all {
            tokens += session.tokens.len();
            logins += session.logins.len();
            faulty += session
                .logins
                .iter()
                .filter(|login| login.fault.is_some())
                .count();
            let Some(start) = session.logins.first().map(|login| login.at) else {
                continue;
            };
            for (place, uses) in session.tokens.iter().enumerate().skip(1) {
                let at = uses.arrivals[0].at;
                if self.kind(*lane).is_sheltered() {
                    let before = session.tokens[place - 1].arrivals[0].at;
                    let lived = Duration::from_micros(at - before);
                    claim.check(lived + MADE_BEFORE_USE >= SHORT_LIFE * 9 / 10, || {
                        format!("{name}: another token after {lived:?}")
                    });
                    continue;
                }
                let deaths = self.evidence.weather.deaths.iter();
                let deaths = deaths.filter(|death| (start..at).contains(*death)).count();
                let refused = session.tokens[..place]
                    .iter()
                    .filter(|uses| uses.was_refused_by_a_fault());
                let deaths = deaths + refused.count();
                claim.check(deaths >= place, || {
                    format!(
                        "{name}: {} tokens used, and only {deaths} lives ended before that",
                        place + 1
                    )
                });
                deaths_met += 1;
            }
        }
        let rest = format!(
            " used by {} sources, {deaths_met} of them in place of one that had died; {logins} requests to log in, \
             {faulty} of them with a fault",
            self.all.len()
        );
        claim.counts(tokens, "tokens", &rest)
    }

    /// A call that was refused does not bring the same token again, and calls that begin afterwards do not bring it
    /// at all.
    fn no_stale_token(&self) -> Line {
        let mut claim = Line::new("no refused token stays in use");
        let (mut refused, mut under_way) = (0, 0);
        for ((lane, name), session) in &self.all {
            let hands = self.evidence.lanes[usize::from(*lane)].hands as usize;
            for uses in &session.tokens {
                let mut told = BTreeMap::new();
                for arrival in &uses.arrivals {
                    let call = (arrival.lane, arrival.call);
                    if let Some(refused) = told.get(&call) {
                        // The answer may have been lost with the provider.
                        let restarts = &self.evidence.weather.restarts;
                        let is_lost = restarts.iter().any(|at| (*refused..arrival.at).contains(at));
                        claim.check(is_lost, || {
                            format!("{name}: {call:?} brought a token again that had been refused to it")
                        });
                    }
                    if arrival.answer == Some(Plain::TokenRefused) {
                        told.insert(call, arrival.at);
                    }
                }
                let Some(first) = uses.arrivals.iter().position(|it| self.was_told(it)) else {
                    continue;
                };
                refused += 1;
                // Where a token is refused that has never worked, the source waits with the next login.
                let has_worked = uses
                    .arrivals
                    .iter()
                    .any(|it| matches!(it.answer, Some(Plain::Good(_))));
                let later = uses.arrivals.len() - first - 1;
                under_way += later;
                // Every hand may have one call under way, with three attempts.
                claim.check(!has_worked || later <= 3 * hands, || {
                    format!("{name}: {later} arrivals with a token after it was refused, of {hands} hands")
                });
            }
        }
        claim.counts(
            refused,
            "refused tokens",
            &format!(", {under_way} arrivals with them that were under way"),
        )
    }

    /// Whether this is a refusal that reached somebody.
    fn was_told(&self, arrival: &Arrival) -> bool {
        let ended = arrival
            .call
            .and_then(|call| self.evidence.book.ended.get(&(arrival.lane, call)));
        arrival.answer == Some(Plain::TokenRefused)
            && ended.is_some_and(|ended| {
                !matches!(ended.outcome, Outcome::Dropped | Outcome::Hung)
                    && ended.kind.as_deref() != Some("Timeout")
            })
    }

    /// Logins as they were sent: one that stalls is the only one until the client's own time for it is over, however
    /// many callers give up meanwhile, and each of the others begins a life.
    fn one_login_at_a_time(&self) -> Line {
        let mut claim = Line::new("one login at a time, and one for each life");
        let (mut sent, mut stalled) = (0, 0);
        for ((lane, name), session) in &self.all {
            if !self.kind(*lane).is_sheltered() {
                continue;
            }
            let (Some(first), Some(last)) = (session.logins.first(), session.logins.last()) else {
                continue;
            };
            sent += session.logins.len();
            for pair in session.logins.windows(2) {
                let between = Duration::from_micros(pair[1].at - pair[0].at);
                let is_stalled = pair[0].fault == Some(STALLED_LOGIN);
                claim.check(!is_stalled || between + TIMERS >= CLIENT_TIMEOUT, || {
                    format!("{name}: another login {between:?} after one that stalled")
                });
            }
            let stalls = session
                .logins
                .iter()
                .filter(|it| it.fault == Some(STALLED_LOGIN))
                .count();
            stalled += stalls;
            let span = Duration::from_micros(last.at - first.at);
            let lives = span.as_secs_f64() / (SHORT_LIFE * 9 / 10).as_secs_f64() + 2.0;
            let brought = session.logins.len() - stalls;
            claim.check(
                f64::from(u32::try_from(brought).unwrap_or(u32::MAX)) <= lives,
                || format!("{name}: {brought} logins in {span:?}"),
            );
        }
        claim.check(stalled > 0, || "no login stalled".to_owned());
        claim.counts(sent, "logins were sent", &format!(", {stalled} of them stalled"))
    }

    /// Whether a call began while its source had a token that was good for a while.
    fn had_a_token(&self, lane: &Lane, ended: &Ended) -> bool {
        let life = u64::try_from(SHORT_LIFE.as_micros()).unwrap_or(u64::MAX);
        let began = ended.at - ended.millis * 1000;
        let sessions = self.all.range((lane.number, "")..(lane.number + 1, ""));
        sessions.flat_map(|(_, session)| &session.logins).any(|login| {
            let brought = matches!(&login.answer, Some(Plain::Good(Some(_))));
            // The token is there a little after its login arrived.
            brought && login.at + 20_000 <= began && began + 150_000 < login.at + life
        })
    }

    /// While a login stalls that is to replace an ageing token, calls go on with the old one.
    fn nobody_waits_for_a_refresh(&self) -> Line {
        /// The login stalls longer.
        const STALLED: u64 = (SHORTEST_OF_AGEING - 50) * 1000;
        /// A call that begins now has the token.
        const MARGIN: u64 = 5_000;
        const BEFORE_ITS_END: u64 = 60_000;

        let mut claim = Line::new("nobody waits for a refresh while there is a valid token");
        let (mut stalls, mut went_on) = (0, 0);
        let life_time = u64::try_from(SHORT_LIFE.as_micros()).unwrap_or(u64::MAX);
        for ((lane, name), session) in &self.all {
            let arrived: BTreeMap<_, _> = session
                .tokens
                .iter()
                .flat_map(|uses| &uses.arrivals)
                .rev()
                .map(|arrival| (arrival.call, arrival.at))
                .collect();
            for (place, stalled) in session.logins.iter().enumerate() {
                if stalled.fault != Some(STALLED_LOGIN) {
                    continue;
                }
                // The login that brought the token that ages. Others may have been given up by whoever made them.
                let is_used = |login: &&&Arrival| session.uses(login).any(|it| it.at < stalled.at);
                let made = session.logins[..place].iter().rfind(is_used);
                let Some(made) = made else { continue };
                let valid = stalled.at + MARGIN..made.at + life_time - BEFORE_ITS_END;
                let calls = self.evidence.book.ended.range((*lane, 0)..=(*lane, u32::MAX));
                let begun: Vec<_> = calls
                    .filter(|(_, ended)| valid.contains(&(ended.at - ended.millis * 1000)))
                    .collect();
                // One alone may be a call that was held up until its token was over.
                if begun.len() < 2 {
                    continue;
                }
                let in_time = begun.iter().filter(|((_, call), _)| {
                    let at = arrived.get(&Some(*call));
                    at.is_some_and(|at| *at < stalled.at + STALLED)
                });
                let in_time = in_time.count();
                stalls += 1;
                went_on += in_time;
                claim.check(in_time > 0, || {
                    let begun = begun.len();
                    format!("{name}: {begun} calls began while a login stalled, and none went on meanwhile")
                });
            }
        }
        claim.counts(
            stalls,
            "refreshes that stalled",
            &format!(", {went_on} calls went on meanwhile"),
        )
    }
}
