//! Processes that share a store: one login for all of them, and what one of them learned holds for the next.

use payvand_harness::Key;

use super::{Source, is_good};
use crate::judge::{LATE, TICKS, Violations};
use crate::runtimes::{Millis, millis};
use crate::world::{Attempt, Call};

impl Source<'_> {
    pub(super) fn they_share_their_tokens(&self, violations: &mut Violations) {
        let saved: Vec<_> = self.tokens.iter().filter(|it| self.is_saved(it)).collect();
        let others = saved.iter().filter(|it| !self.has_ended(it)).count();
        violations.check("tokens in the store that never ended", [others], |it| *it <= 1);
        let begin = self.logins.values().map(|attempts| attempts[0]);
        let beside = begin.filter_map(|it| Some((it, self.holder(it)?)));
        let what = "a login, and the one that holds the lock";
        violations.check(what, beside, |(login, _)| self.has_waited(login));

        // A process that begins when a newer token is in the store never uses one of before.
        let calls = self.calls.iter();
        let uses = calls.flat_map(|(call, all)| all.iter().map(|it| (call.process, it)));
        let uses = uses.filter_map(|(process, it)| {
            let login = self.tokens.iter().find(|login| login.brought == it.token)?;
            Some((self.state.processes[process], self.begun(login), it))
        });
        violations.check("a process, its token, used", uses, |(began, of, _)| {
            let mut newer = saved.iter().filter(|it| self.begun(it) > *of);
            !newer.any(|it| it.ended() + TICKS < *began)
        });
    }

    /// Whether it is certain that the store took the token of a login: in time, and no other login had begun since.
    fn is_saved(&self, login: &Attempt) -> bool {
        let time = self.begun(login)..=login.ended();
        let is_in_time = login.ended() + LATE < login.deadline;
        let mut others = self.logins_of_others(login);
        is_good(login)
            && self.has_lock(login)
            && is_in_time
            && !others.any(|it| time.contains(&self.begun(it)))
    }

    /// The login of another process that is under way when this one begins, and that somebody has waited for all the time.
    fn holder(&self, login: &Attempt) -> Option<&Attempt> {
        // The clocks of two processes are some ticks apart.
        let at = login.begun + TICKS;
        let waits = |of: &Attempt, (call, all): &(&Call, Vec<&Attempt>)| {
            let is_sent = call.plan.call.key == Some(Key::Marker) && Some(call.process) == of.process;
            let is_there = call.begun <= self.begun(of) && call.end.is_some_and(|it| it > at);
            is_sent && is_there && all.iter().all(|it| it.begun > at)
        };
        self.logins_of_others(login).find(|it| {
            let is_under_way = it.begun < login.begun && at < it.ended();
            let is_locked = at < self.begun(it) + self.patience() && !self.has_waited(it);
            is_under_way && is_locked && self.calls.iter().any(|call| waits(it, call))
        })
    }

    fn logins_of_others(&self, login: &Attempt) -> impl Iterator<Item = &Attempt> {
        let all = self.logins.values().flatten().copied();
        all.filter(move |it| it.process != login.process)
    }

    /// Whether it is certain that it had the lock: who waits for that for longer than it lives, and an eighth of all time
    /// more, logs in without it.
    pub(super) fn has_lock(&self, login: &Attempt) -> bool {
        !self.conditions.has_store || self.begun(login) + self.patience() * 3 / 4 + TICKS < login.deadline
    }

    /// Whether it may have begun without the lock.
    fn has_waited(&self, login: &Attempt) -> bool {
        self.begun(login) + self.patience() + TICKS >= login.deadline
    }

    /// A lock lives for half of the time that a login has, and a process waits for as long.
    fn patience(&self) -> Millis {
        millis(self.conditions.timeout) / 2
    }
}
