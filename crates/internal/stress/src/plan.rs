//! What is decided beforehand about each call: nothing but the seed, the lane and the call's number goes into it, so
//! both sides know it.

use std::time::Duration;

use aparat_api::OrderKind;

use crate::dice::Dice;
use crate::lanes::{Lane, LaneKind, Settings, mark};
use crate::ledger::What;

/// How long a call may take, and when its future is dropped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) timeout: Duration,
    pub(crate) drop_after: Option<Duration>,
    /// After how long nobody polls it for [`UNPOLLED_FOR`].
    pub(crate) unpolled_after: Option<Duration>,
}

/// Longer than any call may take where callers stop polling.
pub(crate) const UNPOLLED_FOR: Duration = Duration::from_secs(4);

/// Of calls without a time of their own.
pub(crate) const CLIENT_TIMEOUT: Duration = Duration::from_secs(4);

/// A login that stalls takes as long as the call that it is for, at least this many milliseconds.
pub(crate) const SHORTEST_OF_AGEING: u64 = 900;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) what: What,
    pub(crate) timing: Timing,
    pub(crate) mark: String,
    /// For all else that is left to chance about the call.
    pub(crate) dice: Dice,
}

#[derive(Debug)]
pub(crate) struct OrderPlan {
    pub(crate) kind: OrderKind,
    pub(crate) link: String,
    pub(crate) count: u32,
    pub(crate) observer: ObserverPlan,
}

/// What the observer does with the intent.
#[derive(Debug, PartialEq)]
pub(crate) enum ObserverPlan {
    Records,
    TakesItsTime(Duration),
    Refuses,
}

impl Plan {
    pub(crate) fn of(settings: &Settings, lane: &Lane, call: u32) -> Self {
        let mut dice = Dice::of(settings.seed, "call", &[lane.number.into(), call.into()]);
        let what = what(lane.kind, dice.below(100));
        let timeout = match lane.kind {
            _ if what == What::Authorization => CLIENT_TIMEOUT,
            LaneKind::OrdersTogether | LaneKind::OrdersAlone | LaneKind::Links => dice.millis(300, 1500),
            LaneKind::Saba => dice.millis(400, 3000),
            // Hands wait for each other's turns.
            LaneKind::Afzar => dice.millis(2000, 5000),
            // While the patient wait for a login, the others' time is long up.
            LaneKind::Ageing if dice.percent(50) => Duration::from_millis(3900),
            LaneKind::Ageing | LaneKind::OneByOne => Duration::from_millis(SHORTEST_OF_AGEING),
            LaneKind::Unpolled => dice.millis(2500, 3500),
            LaneKind::Runtimes => Duration::from_secs(2),
        };
        let is_dropped = lane.drops && dice.percent(12);
        // From the first poll on, and more often early than late.
        let drop_after = match lane.kind {
            LaneKind::Afzar => dice.millis(0, 2500),
            _ => Duration::from_micros(20 << dice.below(15)),
        };
        let is_unpolled = lane.kind == LaneKind::Unpolled && dice.percent(8);
        let unpolled_after = is_unpolled.then(|| dice.millis(0, 1400));
        Self {
            what,
            timing: Timing {
                timeout,
                drop_after: is_dropped.then_some(drop_after),
                unpolled_after,
            },
            mark: mark(lane.number, call),
            dice,
        }
    }

    pub(crate) fn order(&self) -> OrderPlan {
        let mut dice = self.dice.clone();
        let kinds = [OrderKind::Like, OrderKind::View, OrderKind::Follow];
        let chance = dice.below(100);
        OrderPlan {
            kind: dice.pick(&kinds).copied().unwrap_or(OrderKind::Like),
            link: match chance {
                0 => format!("no link {}", self.mark),
                _ => format!("https://www.aparat.com/v/{}x", self.mark),
            },
            count: match chance {
                1 | 2 => 7,
                _ => u32::try_from(dice.between(50, 250)).unwrap_or(50),
            },
            observer: match dice.below(100) {
                0..3 => ObserverPlan::Refuses,
                3..8 => ObserverPlan::TakesItsTime(dice.millis(1, 60)),
                // Longer than any order may take.
                8 => ObserverPlan::TakesItsTime(Duration::from_secs(2)),
                _ => ObserverPlan::Records,
            },
        }
    }
}

fn what(kind: LaneKind, chance: u64) -> What {
    match (kind, chance) {
        (LaneKind::OrdersTogether, 0..60) | (LaneKind::OrdersAlone, _) => What::Order,
        (LaneKind::OrdersTogether, 60..80) | (LaneKind::Runtimes, _) => What::Account,
        (LaneKind::OrdersTogether, _) => What::OrderStatus,
        (LaneKind::Links, 0..45) => What::Add,
        (LaneKind::Links, 45..65) => What::Visit,
        (LaneKind::Links, 65..75) => What::List,
        (LaneKind::Links, 75..80) => What::ListAll,
        (LaneKind::Links, 80..85) => What::Activate,
        (LaneKind::Links, 85..90) => What::Deactivate,
        (LaneKind::Links, _) => What::ClickStats,
        (LaneKind::Saba | LaneKind::Afzar, 0..3) => What::Login,
        (LaneKind::Saba, 4) => What::ByUrl,
        (LaneKind::Saba | LaneKind::Afzar, 3..5) => What::Foreign,
        (LaneKind::Saba | LaneKind::Afzar, 5..8) => What::Authorization,
        (LaneKind::Saba | LaneKind::Afzar, 8..35)
        | (LaneKind::Ageing | LaneKind::OneByOne | LaneKind::Unpolled, 0..50) => What::Balance,
        (LaneKind::Saba | LaneKind::Afzar, 35..50) => What::RepeatableMessage,
        (
            LaneKind::Saba | LaneKind::Afzar | LaneKind::Ageing | LaneKind::OneByOne | LaneKind::Unpolled,
            _,
        ) => What::Message,
    }
}

/// What an account has at the beginning, and the client's budget. Of the shared accounts every other one runs out of
/// budget before the end, the others of money.
pub(crate) fn purse(lane: &Lane) -> Purse {
    let much = 10_000_000;
    if matches!(lane.kind, LaneKind::OrdersAlone | LaneKind::Runtimes) {
        return Purse {
            balance: much,
            budget: None,
        };
    }
    // Two orders of three at about 150 each would need all of it.
    // Unlimited, placed and in doubt together come to about 70 for each call of the lane, those that exist to 60.
    let of_each_call = |coins: u64| u64::from(lane.calls) * coins;
    if lane.number.is_multiple_of(2) {
        Purse {
            balance: much,
            budget: Some(of_each_call(42)),
        }
    } else {
        Purse {
            balance: of_each_call(42),
            budget: Some(much),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Purse {
    pub(crate) balance: u64,
    pub(crate) budget: Option<u64>,
}
