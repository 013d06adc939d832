//! Money.

use std::collections::{BTreeMap, BTreeSet};

use payvand_sandbox::aparat::PlacedOrder;

use super::book::Call;
use super::{Evidence, counted};
use crate::lanes::{LaneKind, marked};
use crate::ledger::{Ended, Outcome, What};
use crate::plan::{Plan, purse};
use crate::report::Line;

/// What a client knows of its orders, the observer's word added to that of calls whose future is gone.
struct Known<'a> {
    evidence: &'a Evidence<'a>,
    placed: BTreeMap<Call, Option<&'a str>>,
    not_placed: BTreeSet<Call>,
    unknown: BTreeSet<Call>,
    exist: BTreeMap<Call, Vec<&'a PlacedOrder>>,
}

pub(super) fn lines(evidence: &Evidence<'_>) -> Vec<Line> {
    let known = Known::of(evidence);
    vec![
        known.reported_exist(),
        known.none_twice(),
        known.no_effect(),
        known.unknown_were_recorded(),
        known.observer_agrees(),
        known.balances(),
        known.budgets(),
        known.settled(),
        known.quiet_balances(),
    ]
}

impl<'a> Known<'a> {
    fn of(evidence: &'a Evidence<'a>) -> Self {
        let mut known = Self {
            evidence,
            placed: BTreeMap::new(),
            not_placed: BTreeSet::new(),
            unknown: BTreeSet::new(),
            exist: BTreeMap::new(),
        };
        for order in &evidence.orders {
            let call = marked(order.link()).unwrap_or((u16::MAX, u32::MAX));
            known.exist.entry(call).or_default().push(order);
        }
        for (call, ended) in evidence.book.of(What::Order) {
            match known.outcome(call, ended) {
                Outcome::Done { id } => drop(known.placed.insert(call, id.as_deref())),
                Outcome::NoEffect => drop(known.not_placed.insert(call)),
                _ => drop(known.unknown.insert(call)),
            }
        }
        known
    }

    /// Of a dropped future only the observer can tell; one that it was never told of was never sent.
    fn outcome(&self, call: Call, ended: &'a Ended) -> &'a Outcome {
        match ended.outcome {
            Outcome::Dropped | Outcome::Hung => {
                let told = self.evidence.book.told.get(&call).and_then(|told| told.first());
                told.unwrap_or(&Outcome::NoEffect)
            }
            _ => &ended.outcome,
        }
    }

    fn count(&self, call: Call) -> u64 {
        let lane = self.evidence.lanes.get(usize::from(call.0));
        lane.map_or(0, |lane| {
            Plan::of(&self.evidence.settings, lane, call.1)
                .order()
                .count
                .into()
        })
    }

    fn sum<'c>(&self, lane: u16, calls: impl Iterator<Item = &'c Call>) -> u64 {
        calls
            .filter(|call| call.0 == lane)
            .map(|call| self.count(*call))
            .sum()
    }

    fn exists(&self, call: Call) -> bool {
        self.exist.contains_key(&call)
    }

    fn reported_exist(&self) -> Line {
        let mut claim = Line::new("every order that was reported as placed exists, as it was ordered");
        for (&call, &id) in &self.placed {
            let order = self.exist.get(&call).and_then(|orders| orders.first());
            let Some(order) = order else {
                claim.violated(format!("{call:?} was reported as placed and does not exist"));
                continue;
            };
            let lane = &self.evidence.lanes[usize::from(call.0)];
            let is_as_ordered = order.count() == self.count(call)
                && id == Some(order.id())
                && order.token() == lane.aparat_token(&self.evidence.settings);
            claim.check(is_as_ordered, || {
                let (there, count) = (order.id(), order.count());
                format!("{call:?} was reported as {id:?}, and {there} of {count} is there")
            });
        }
        claim.counts(self.placed.len(), "reported and found", "")
    }

    fn none_twice(&self) -> Line {
        let mut claim = Line::new("no order exists twice or arrived twice");
        for (call, orders) in &self.exist {
            claim.check(orders.len() == 1, || {
                format!("{call:?} exists {} times", orders.len())
            });
            claim.check(self.evidence.book.ended.contains_key(call), || {
                format!("{call:?} is nobody's")
            });
        }
        let orders = self
            .evidence
            .arrivals
            .iter()
            .filter(|arrival| arrival.what == What::Order);
        let arrived = counted(orders.filter_map(|arrival| Some((arrival.lane, arrival.call?))));
        for (call, times) in &arrived {
            claim.check(*times == 1, || format!("{call:?} arrived {times} times"));
        }
        claim.counts(
            self.exist.len(),
            "exist",
            &format!(" of {} that arrived", arrived.len()),
        )
    }

    fn no_effect(&self) -> Line {
        let mut claim = Line::new("no order with effect none exists");
        for &call in &self.not_placed {
            claim.check(!self.exists(call), || {
                let ended = self.evidence.book.ended.get(&call);
                format!("{call:?} exists, and was told to have no effect: {ended:?}")
            });
        }
        claim.counts(self.not_placed.len(), "with effect none", "")
    }

    fn unknown_were_recorded(&self) -> Line {
        let mut claim = Line::new("every order that exists or is in doubt was recorded before it was sent");
        let arrived: BTreeMap<Call, u64> = self
            .evidence
            .arrivals
            .iter()
            .filter(|arrival| arrival.what == What::Order)
            .filter_map(|arrival| Some(((arrival.lane, arrival.call?), arrival.at)))
            .collect();
        let intents = &self.evidence.book.intents;
        for call in self.unknown.iter().chain(arrived.keys()) {
            let Some((_, recorded)) = intents.get(call) else {
                claim.violated(format!("{call:?} was never recorded"));
                continue;
            };
            if let Some(arrived) = arrived.get(call) {
                claim.check(recorded <= arrived, || {
                    format!(
                        "{call:?} arrived {} µs before it was recorded",
                        recorded - arrived
                    )
                });
            }
        }
        let mut sequences = BTreeSet::new();
        for (call, (sequence, _)) in intents {
            let is_new = sequences.insert((call.0, *sequence));
            claim.check(is_new, || {
                format!("{call:?} has the number {sequence} of another order")
            });
        }
        let exist = self.unknown.iter().filter(|call| self.exists(**call)).count();
        let rest = format!(
            ", of which {exist} exist; {} recorded, {} arrived",
            intents.len(),
            arrived.len()
        );
        claim.counts(self.unknown.len(), "in doubt", &rest)
    }

    fn observer_agrees(&self) -> Line {
        let mut claim = Line::new("the observer is told once, and what the caller is told");
        let mut agreed = 0;
        for (call, ended) in self.evidence.book.of(What::Order) {
            let told = self.evidence.book.told.get(&call).map_or(&[][..], Vec::as_slice);
            claim.check(told.len() <= 1, || format!("{call:?}: told {} times", told.len()));
            claim.check(
                !self.evidence.book.intents.contains_key(&call) || told.len() == 1,
                || format!("{call:?}: recorded, and never told what became of it"),
            );
            let caller_knows = !matches!(ended.outcome, Outcome::Dropped | Outcome::Hung);
            if let (true, Some(told)) = (caller_knows, told.first()) {
                agreed += 1;
                claim.check(*told == ended.outcome, || {
                    format!(
                        "{call:?}: the observer heard {told:?}, the caller {:?}",
                        ended.outcome
                    )
                });
            }
        }
        claim.counts(agreed, "told alike", "")
    }

    fn balances(&self) -> Line {
        let mut claim = Line::new("balances add up to the coin");
        let (mut accounts, mut spent_in_all) = (0, 0);
        for lane in &self.evidence.lanes {
            let token = lane.aparat_token(&self.evidence.settings);
            let Some(left) = self.evidence.provider.sandbox.aparat().balance(&token) else {
                continue;
            };
            accounts += 1;
            let spent = purse(lane).balance - left;
            spent_in_all += spent;
            let in_doubt = self.unknown.iter().filter(|call| self.exists(**call));
            let known = self.sum(lane.number, self.placed.keys()) + self.sum(lane.number, in_doubt);
            claim.check(spent == known, || {
                format!(
                    "account {}: {spent} spent, {known} by the client's own reckoning",
                    lane.number
                )
            });
        }
        claim.counts(accounts, "accounts", &format!(", {spent_in_all} spent"))
    }

    fn budgets(&self) -> Line {
        let mut claim = Line::new("no budget was passed, and what is left of it is right");
        let (mut budgets, mut used_up) = (0, 0);
        for (lane, left) in &self.evidence.book.budgets {
            let budget = purse(&self.evidence.lanes[usize::from(*lane)]).budget;
            let (Some(left), Some(budget)) = (*left, budget) else {
                continue;
            };
            budgets += 1;
            let ordered = self.sum(*lane, self.exist.keys());
            claim.check(ordered <= budget, || {
                format!("account {lane}: {ordered} ordered of {budget}")
            });
            let spent = self.sum(*lane, self.placed.keys().chain(&self.unknown));
            claim.check(spent + left == budget, || {
                format!("account {lane}: {left} left of {budget}, but {spent} were placed or in doubt")
            });
            // At the very end something may have come back.
            used_up += usize::from(left < budget / 10);
        }
        claim.check(used_up > 0, || "none was used up: nothing was tried".to_owned());
        claim.counts(budgets, "budgets", &format!(", {used_up} used up"))
    }

    fn settled(&self) -> Line {
        let mut claim = Line::new("with one order in flight the balance settles every order in doubt");
        let is_alone = |call: &&Call| self.evidence.lanes[usize::from(call.0)].kind == LaneKind::OrdersAlone;
        let (mut settled, mut placed) = (0, 0);
        for &call in self.unknown.iter().filter(is_alone) {
            let Some((difference, verdict)) = self.evidence.book.settled.get(&call) else {
                claim.violated(format!("{call:?} was never settled"));
                continue;
            };
            settled += 1;
            placed += usize::from(*verdict == Some(true));
            claim.check(*verdict == Some(self.exists(call)), || {
                let count = self.count(call);
                format!("{call:?}: a difference of {difference} for {count} was read as {verdict:?}")
            });
        }
        claim.counts(settled, "settled", &format!(", {placed} as placed"))
    }

    fn quiet_balances(&self) -> Line {
        let mut claim = Line::new("every balance that was read without an order in flight is the account's");
        for (lane, read, expected) in &self.evidence.book.balances {
            claim.check(*read == Some(*expected), || {
                format!("account {lane}: {read:?} read, {expected} there")
            });
        }
        claim.counts(self.evidence.book.balances.len(), "read", "")
    }
}
