//! Money and messages: what was done is what the callers were told.

use payvand_harness::{Comparison, Heard, Journal};

use crate::conditions::Conditions;
use crate::judge::Violations;
use crate::world::State;

/// What the harness orders each time.
const COUNT: u64 = 100;

pub(super) fn judge(state: &State, conditions: &Conditions, violations: &mut Violations) {
    let calls = state.calls.iter().map(|call| {
        let (arguments, told) = (call.arguments.clone(), &call.what);
        (call.plan.call, arguments.marker, arguments.id, told)
    });
    let all = Comparison::all(calls, &state.remains.effects);
    violations.check("otherwise than it was said", all, |(_, it)| it.holds());
    let spent = state.remains.spent;
    violations.check("spent, price", spent, |(spent, price)| spent == price);
    if let Some(journal) = &state.remains.journal {
        heard(state, journal, conditions.budget, violations);
    }
}

/// The observer heard of every order before it was sent, and of its outcome; the budget holds.
fn heard(state: &State, journal: &Journal, budget: u64, violations: &mut Violations) {
    let effects = &state.remains.effects;
    let there = |marker: &String| effects.iter().filter(|effect| effect.key == *marker).count();
    let orders = journal.heard.iter();
    let orders = orders.map(|(marker, heard)| (marker, heard, there(marker)));
    let what = "what the observer heard, and how many there are";
    violations.check(what, orders, |(_, heard, there)| match heard {
        Heard::Intent => false,
        Heard::Placed => *there == 1,
        Heard::NotPlaced => *there == 0,
        Heard::Unknown => *there <= 1,
    });
    violations.check("unheard", effects, |it| journal.heard.contains_key(&it.key));
    let spent = journal.heard.values().filter(|it| **it != Heard::NotPlaced);
    let budget = (budget, spent.count() as u64 * COUNT, journal.budget_left);
    violations.check("the budget", [budget], |(all, spent, left)| *all == spent + left);
    violations.check("outcomes too many", [journal.contradictions], |it| *it == 0);
}
