//! Tokens: one login for each life, and nobody waits for a login that is none.

mod store;

use std::collections::BTreeMap;

use http_core::Kind;
use payvand_harness::{Key, What};

use crate::conditions::Conditions;
use crate::judge::{LATE, SECOND, TICKS, Violations};
use crate::runtimes::{Millis, millis};
use crate::world::{Attempt, Call, End, State};

/// A refresh comes in the last tenth of a life, and in this time at most.
const EARLIEST_REFRESH: Millis = 5 * 60 * SECOND;

/// Longer than a login takes that has no trouble.
const LONG: Millis = 2 * SECOND;

/// Between two attempts of a login.
const LONGEST_PAUSE: Millis = 10 * SECOND;

/// After a failed login, in seconds: those of the source, and those that servers ask for.
const PAUSES: [Millis; 9] = [1, 2, 3, 4, 5, 8, 16, 32, 60];

/// What the token source of a process did, or those of all, as the network saw it.
struct Source<'a> {
    state: &'a State,
    conditions: &'a Conditions,
    process: Option<usize>,
    /// The attempts of each login, by the moment at which its time is over: on one runtime they follow each other.
    logins: BTreeMap<(Millis, Option<usize>), Vec<&'a Attempt>>,
    /// The attempts that brought a token, of all processes: they may share it.
    tokens: Vec<&'a Attempt>,
    /// The calls, each with its requests.
    calls: Vec<(&'a Call, Vec<&'a Attempt>)>,
}

pub(super) fn judge(state: &State, conditions: &Conditions, violations: &mut Violations) {
    let source = Source::new(state, conditions, None);
    if conditions.has_store {
        source.they_share_their_tokens(violations);
    } else {
        source.one_login_for_each_life(violations);
    }
    source.nobody_waits_for_nothing(violations);
    source.failures_have_pauses(violations);
    if conditions.runtimes == 1 || conditions.has_store {
        for process in 0..state.processes.len() {
            let source = Source::new(state, conditions, Some(process));
            source.no_login_in_a_pause(violations);
            source.a_token_is_used_while_it_is_good(violations);
        }
    }
}

impl<'a> Source<'a> {
    fn new(state: &'a State, conditions: &'a Conditions, process: Option<usize>) -> Self {
        let of_all = || state.attempts.iter().filter(|it| it.process.is_some());
        let attempts = || of_all().filter(move |it| process.is_none() || it.process == process);
        let calls = state.calls.iter();
        let calls = calls.filter(|it| process.is_none_or(|process| it.process == process));
        let mut logins: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for attempt in attempts().filter(|it| it.is_login) {
            let login = (attempt.deadline, attempt.process);
            logins.entry(login).or_default().push(attempt);
        }
        let requests = |call| attempts().filter(|it| it.is_of(call)).collect();
        Self {
            state,
            conditions,
            process,
            logins,
            tokens: of_all().filter(|it| it.brought.is_some()).collect(),
            calls: calls.map(|call| (call, requests(call))).collect(),
        }
    }

    /// The requests with the token of a login.
    fn uses(&self, login: &'a Attempt) -> impl Iterator<Item = &'a Attempt> {
        let of_process = move |it: &&Attempt| self.process.is_none() || it.process == self.process;
        let attempts = self.state.attempts.iter().filter(of_process);
        attempts.filter(move |it| it.token == login.brought)
    }

    /// When the login began that this attempt is of.
    fn begun(&self, login: &Attempt) -> Millis {
        let is_of =
            |it: &&Attempt| (it.is_login, it.process, it.deadline) == (true, login.process, login.deadline);
        let first = self.state.attempts.iter().find(is_of);
        first.map_or(login.begun, |it| it.begun)
    }

    /// Each login but the last brings a token that has an end, unless it was struck. Runtimes log in by themselves.
    fn one_login_for_each_life(&self, violations: &mut Violations) {
        // Under a limit an answer comes even while nobody waits for it: then nobody may have taken it.
        let is_taken =
            |it: &&Attempt| self.conditions.most_a_second.is_none() || self.uses(it).next().is_some();
        let good = self.tokens.iter().copied().filter(|it| is_good(it));
        let (ended, others): (Vec<_>, Vec<_>) = good.filter(is_taken).partition(|it| self.has_ended(it));
        let at: Vec<_> = others.iter().map(|login| login.begun).collect();
        let lives = (ended.len(), at, self.conditions.runtimes);
        let what = "lives that ended, logins beside them, runtimes";
        violations.check(what, [lives], |(ended, others, runtimes)| {
            ended + others.len() <= (ended + 1) * runtimes
        });
    }

    /// Whether the token of a login was refused, became old, or seems to have.
    fn has_ended(&self, login: &'a Attempt) -> bool {
        let life = millis(self.conditions.token_life);
        let mut uses = self.uses(login);
        let was_worthless = uses.any(|it| {
            let served = it.served.map(|(at, _)| at).or(it.arrived).unwrap_or(it.begun);
            let mut revocations = self.state.revocations.iter();
            let is_revoked = revocations.any(|at| (login.begun..=served).contains(at));
            it.fate.refuses_token() || is_revoked || served + SECOND >= login.begun + life
        });
        if was_worthless || !self.conditions.knows_token_life {
            return was_worthless;
        }
        let due = life - (life / 10).min(EARLIEST_REFRESH);
        // It counts from the begin of the login, and attempts before this one are a part of that.
        let begun = login.begun.saturating_sub(millis(self.conditions.timeout));
        let attempts = self.state.attempts.iter().map(|it| it.begun);
        let jumps = self.state.jumps.iter().map(|jump| jump.0);
        let mut later = attempts.chain(jumps).filter(|at| *at > begun);
        later.any(|at| self.ages(begun, login, at)[1] + SECOND >= due)
    }

    /// How old the token of a login that began then is at least and at most, by both clocks: one of them can be set.
    fn ages(&self, begun: Millis, login: &Attempt, at: Millis) -> [Millis; 2] {
        let end = login.ended().min(login.deadline);
        let (before, now) = (
            || self.state.ahead_in(begun..=end),
            || self.state.ahead_in(at..=at),
        );
        let gone = [(now().min(), before().max()), (now().max(), before().min())];
        gone.map(|(now, before)| {
            let gone = now.unwrap_or_default() - before.unwrap_or_default();
            at.saturating_sub(begun) + gone.max(0).unsigned_abs() * SECOND
        })
    }

    /// Who gets no token in time waits for a login that has trouble.
    fn nobody_waits_for_nothing(&self, violations: &mut Violations) {
        // Not all requests of the others say whose they are.
        let says_whose = self.conditions.subject.name().ends_with("-auth");
        if self.conditions.most_a_second.is_some() || !says_whose {
            return;
        }
        let waited = self.calls.iter().filter_map(|(call, requests)| {
            let since = requests.last().map_or(call.begun, |it| it.ended());
            let waited = call.end?.saturating_sub(since);
            let is_without_token = call.kind() == Some(Kind::Timeout) && call.attempts() == 0;
            let is_polled = call.is_patient() && !call.may_stand_still(self.conditions);
            let is_one = is_without_token && is_polled && waited >= LONG && !is_direct(call);
            is_one.then_some((since, call))
        });
        violations.check("waited for no login", waited, |(since, call)| {
            let time = since.saturating_sub(LONGEST_PAUSE)..=call.begun + call.time();
            let is_slow = |it: &Attempt| !it.fate.is_clean() || it.ended() - it.begun > LONG / 2;
            let mut logins = self.logins.values().flatten();
            logins.any(|it| time.contains(&it.begun) && is_slow(it))
        });
    }

    /// Who is told at once that a login failed is in the pause after one: it began when the login failed, or when
    /// somebody who waited for it was told so.
    fn failures_have_pauses(&self, violations: &mut Violations) {
        let calls = || self.state.calls.iter().filter(|it| it.kind().is_some());
        let is_at_once = |it: &&Call| it.time() == 0 && it.attempts() == 0;
        // Under a limit it ends by itself, and the next caller finds that out.
        let is_limited = self.conditions.most_a_second.is_some();
        let until = |it: &Attempt| {
            if is_limited {
                it.deadline.max(it.ended())
            } else {
                it.ended()
            }
        };
        let logins = self.logins.values().flatten().filter(|it| !is_good(it));
        let told = calls().filter(|it| !is_at_once(it));
        let told = told.filter_map(|it| Some((it.end?, it.end?)));
        let failed: Vec<_> = logins.map(|it| (it.ended(), until(it))).chain(told).collect();
        let told_again = calls().filter(is_at_once).filter(|it| {
            !matches!(it.kind(), Some(Kind::InvalidInput { .. } | Kind::Withheld)) && !is_direct(it)
        });
        // The runtimes' clocks are a tick or two apart.
        let apart = if self.conditions.runtimes > 1 { TICKS } else { 0 };
        violations.check("no login failed then", told_again, |call| {
            let left = call.failure.as_ref().and_then(|it| it.retry_after);
            let end = call.begun + left.map_or(0, millis);
            let mut begins = PAUSES.iter().filter_map(|pause| end.checked_sub(pause * SECOND));
            let is_one = |at, (from, to): &(_, _)| *from <= at + apart && at <= *to + apart;
            begins.any(|at| failed.iter().any(|it| is_one(at, it)))
        });
    }

    /// After the last attempt of a login that failed there is none for a second, if somebody heard of it in time.
    fn no_login_in_a_pause(&self, violations: &mut Violations) {
        let logins: Vec<_> = self.logins.values().collect();
        let pairs = logins.windows(2).filter_map(|pair| {
            let (last, next) = (pair[0].last()?, pair[1].first()?);
            let (at, end) = last.end?;
            let is_last = pair[0].len() == self.conditions.attempts as usize;
            let has_failed = is_last && end != End::GivenUp && !is_good(last);
            has_failed.then_some((at, last.deadline, next.begun))
        });
        violations.check("failed, over, the next", pairs, |(at, deadline, next)| {
            *next >= *deadline.min(&(at + SECOND))
        });
    }

    /// A token that had worked and was refused is not given out again, nor one that is over. As long as there is one that
    /// is good, nobody waits for the next.
    fn a_token_is_used_while_it_is_good(&self, violations: &mut Violations) {
        let life = millis(self.conditions.token_life);
        for login in &self.tokens {
            let begun = self.begun(login);
            let later = || self.tokens.iter().filter(move |it| self.begun(it) > begun);
            let newer = later().filter(|it| self.has_lock(it));
            let newer = newer.flat_map(|it| self.uses(it)).map(|it| it.begun).min();
            let newer = newer.unwrap_or(Millis::MAX);
            let refused = self.refused(login).unwrap_or(Millis::MAX);
            let is_of = |it: &Attempt| it.token == login.brought;
            let uses = self.calls.iter().filter_map(|(call, all)| {
                let first = all.iter().find(|it| is_of(it))?;
                let age = match self.ages(begun, login, first.begun) {
                    _ if !self.conditions.knows_token_life => 0,
                    [age, _] if login.process == self.process => age.saturating_sub(2 * SECOND),
                    // A store counts by a clock of its own, which nobody sets.
                    _ => first.begun.saturating_sub(begun + LATE),
                };
                Some((age, *call))
            });
            let uses: Vec<_> = uses.collect();
            violations.check("a newer token was in use", &uses, |it| it.1.begun <= newer);
            violations.check("begun with a refused token", &uses, |it| it.1.begun <= refused);
            violations.check("its token is so old", &uses, |it| it.0 < life);
            let is_struck =
                |it: &Attempt| it.fate.refuses_token() || it.served.is_some_and(|(_, it)| it == 401);
            let in_use = self.uses(login).map(|it| it.begun).min();
            let is_revoked = self.state.revocations.iter().any(|at| *at >= login.begun);
            if self.conditions.most_a_second.is_some() || is_revoked || self.uses(login).any(is_struck) {
                continue;
            }
            let waited = self.calls.iter().filter(|(call, all)| {
                let is_polled = !call.may_stand_still(self.conditions);
                let is_newest = !later().any(|it| it.ended() <= call.begun);
                let is_good = self.ages(begun, login, call.begun)[1] + 2 * SECOND < life;
                let is_sent = call.plan.call.key == Some(Key::Marker);
                let is_in_use = in_use.is_some_and(|at| at < call.begun);
                let has_left = all.first().is_some_and(|it| it.begun <= call.begun + TICKS);
                is_polled && is_newest && is_good && is_sent && is_in_use && !has_left
            });
            violations.check("waited beside a good token", waited, |_| false);
        }
    }

    /// When somebody was told of the refusal of a token that had worked.
    fn refused(&self, login: &Attempt) -> Option<Millis> {
        let answered = |it: &&&Attempt| it.token == login.brought && it.is_answered() && it.fate.is_whole();
        let calls = || self.calls.iter().filter(|(call, _)| call.is_patient());
        let worked = calls().filter(|(call, all)| {
            let is_done = matches!(call.what, What::Done(_));
            is_done && all.iter().filter(answered).any(|it| it.fate.is_clean())
        });
        let worked = worked.filter_map(|(call, _)| call.end).min()?;
        // A second refusal of the same call strikes no token.
        let refused = calls().filter(|(_, all)| {
            let is_first = all.first().is_some_and(|it| it.token == login.brought);
            let is_refusal =
                |it: &&Attempt| it.served.is_some_and(|(at, status)| status == 401 && at > worked);
            is_first && all.iter().filter(answered).any(is_refusal)
        });
        refused.filter_map(|(call, _)| call.end).min()
    }
}

/// A login whose answer came with a token.
fn is_good(login: &Attempt) -> bool {
    login.is_answered() && login.fate.is_whole() && login.brought.is_some()
}

/// Whether the token source knows nothing of it.
fn is_direct(call: &Call) -> bool {
    call.plan.call.name == "authenticate"
}
