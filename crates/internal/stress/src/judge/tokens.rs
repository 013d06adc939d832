//! Tokens: one login for each life and refusal, and nobody waits who need not.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Evidence;
use crate::entry::{Ended, Outcome};
use crate::faults::{REFUSED_TOKEN, REFUSED_TOKEN_IN_DOUBT, STALLED_LOGIN};
use crate::groups::Conditions;
use crate::groups::SHORT_LIFE;
use crate::plan::CLIENT_TIMEOUT;
use crate::record::Arrival;
use crate::report::Line;

/// Timers are no finer, and the machine is busy.
const TIMERS: Duration = Duration::from_millis(250);

/// A call is not sent in the moment in which it begins.
const MARGIN: Duration = Duration::from_millis(100);

/// A token is in use a little later than it is made: so it seems to live shorter.
const MADE_BEFORE_USE: Duration = Duration::from_secs(1);

/// An ageing token is replaced in the last tenth of its life.
const LIFE: Duration = Duration::from_millis(4500);

pub(super) fn lines(evidence: &Evidence) -> Vec<Line> {
    let sources = Sources::of(evidence);
    let under = |ended: &Ended, conditions| {
        evidence.group(ended.group).conditions == conditions && ended.outcome != Outcome::Dropped
    };
    let ageing = |it: &Ended| under(it, Conditions::Ageing) && sources.is_beside_a_refresh(it);
    let unpolled = |it: &Ended| under(it, Conditions::Unpolled) && !it.unpolled;
    let on_runtimes = |it: &Ended| under(it, Conditions::Runtimes);
    vec![
        sources.one_login_for_each_life(),
        sources.one_login_at_a_time(),
        done(evidence, "nobody waits for a refresh", 50, ageing),
        done(evidence, "nobody waits for another caller", 10, unpolled),
        done(evidence, "each runtime works by itself", 0, on_runtimes),
    ]
}

/// All calls that this is true of did what they were made for, but for this many of a hundred: on a busy machine some
/// are late.
fn done(evidence: &Evidence, claim: &'static str, but: usize, of: impl Fn(&Ended) -> bool) -> Line {
    let mut claim = Line::new(claim);
    let calls = evidence.ended.values().filter(|ended| of(ended));
    let (done, undone): (Vec<_>, Vec<_>) = calls.partition(|it| matches!(it.outcome, Outcome::Done { .. }));
    let holds = undone.len() * (100 - but) <= done.len() * but;
    claim.check(holds, || format!("{undone:?}"));
    let rest = format!(", and {} that were not done", undone.len());
    claim.counts(done.len(), "calls", &rest)
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

    /// A new token comes into use only when the one before has died at the provider, or ages.
    fn one_login_for_each_life(&self) -> Line {
        let mut claim = Line::new("one login for each token's life and refusal");
        let refusals = [Some(REFUSED_TOKEN), Some(REFUSED_TOKEN_IN_DOUBT)];
        let was_refused = |uses: &&Vec<&Arrival>| uses.iter().any(|it| refusals.contains(&it.fault));
        let mut tokens = 0;
        for (client, Source { logins, tokens: used }) in &self.all {
            tokens += used.len();
            let start = logins.first().map_or(0, |login| login.at);
            for (place, uses) in used.iter().enumerate().skip(1) {
                let at = uses[0].at;
                let deaths = self.evidence.disturbances.deaths.iter();
                let ends = deaths.filter(|death| (start..at).contains(*death)).count()
                    + used[..place].iter().filter(was_refused).count();
                let lived = Duration::from_micros(at - used[place - 1][0].at);
                let is_due = match self.evidence.group(client.0).conditions {
                    Conditions::Faults => ends >= place,
                    Conditions::Ageing => lived + MADE_BEFORE_USE >= LIFE,
                    _ => continue,
                };
                claim.check(is_due, || {
                    format!("{client:?}: {place} in {lived:?}, {ends} ended")
                });
            }
        }
        claim.counts(tokens, "tokens", &format!(" used by {} sources", self.all.len()))
    }

    /// Logins as they were sent: one that stalls is the only one until the client's own time for it is over, however
    /// many callers give up meanwhile, and each of the others begins a life.
    fn one_login_at_a_time(&self) -> Line {
        let mut claim = Line::new("one login at a time, and one for each life");
        let is_stalled = |login: &Arrival| login.fault == Some(STALLED_LOGIN);
        let (mut sent, mut stalled) = (0, 0);
        for (client, Source { logins, .. }) in &self.all {
            let conditions = self.evidence.group(client.0).conditions;
            if matches!(conditions, Conditions::Faults | Conditions::Runtimes) {
                continue;
            }
            sent += logins.len();
            let mut span = Duration::ZERO;
            for pair in logins.windows(2) {
                let between = Duration::from_micros(pair[1].at - pair[0].at);
                span += between;
                let holds = !is_stalled(pair[0]) || between + TIMERS >= CLIENT_TIMEOUT;
                claim.check(holds, || format!("{client:?}: another after {between:?}"));
            }
            let stalls = logins.iter().filter(|login| is_stalled(login)).count();
            stalled += stalls;
            let (brought, lives) = (logins.len() - stalls, span.as_millis() / LIFE.as_millis() + 2);
            claim.check(brought as u128 <= lives, || {
                format!("{client:?}: {brought} logins in {span:?}")
            });
        }
        claim.counts(stalled, "stalled", &format!(" of {sent} logins"))
    }

    /// Whether a call began while a login stalled, and its source had a token that was good for a while.
    fn is_beside_a_refresh(&self, ended: &Ended) -> bool {
        let began = Duration::from_micros(ended.at - ended.millis * 1000);
        let source = self.all.get(&(ended.group, ended.session));
        let logins = || source.into_iter().flat_map(|source| &source.logins);
        let since = |login: &Arrival| began.checked_sub(Duration::from_micros(login.at));
        let stalls = |since: Duration| since > MARGIN && since < CLIENT_TIMEOUT;
        let is_valid = |since: Duration| since + MARGIN < SHORT_LIFE;
        logins().any(|it| it.fault == Some(STALLED_LOGIN) && since(it).is_some_and(stalls))
            && logins().any(|it| it.is_good && since(it).is_some_and(is_valid))
    }
}
