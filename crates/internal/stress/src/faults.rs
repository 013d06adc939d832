//! What goes wrong with which request: three of ten, and which three is in the seed.

use std::time::Duration;

use payvand_sandbox::{Fault, Sandbox};

use crate::dice::Dice;
use crate::lanes::{Lane, LaneKind, Settings};
use crate::ledger::What;
use crate::record::Arrival;

/// Of a hundred requests.
const FAULTY: u64 = 30;

type Named = (&'static str, Fault);

#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    lanes: Vec<Lane>,
    /// One of every sort.
    catalogue: Vec<Named>,
    /// Those that money is lost by: most often played.
    of_money: Vec<Named>,
    redirects: Vec<Named>,
}

impl Faults {
    /// `elsewhere` is the address of a host that is not the provider.
    pub(crate) fn new(settings: &Settings, elsewhere: &str) -> Self {
        let of_connections = Fault::close_on_accept();
        let catalogue = Fault::all()
            .into_iter()
            .filter(|(_, fault)| *fault != of_connections);
        let redirects = [301, 302, 303, 307, 308].map(|status| {
            let fault = Fault::redirect(status, &format!("{elsewhere}/aparat/api.php"));
            ("a redirect to a host that listens", fault)
        });
        Self {
            seed: settings.seed,
            lanes: settings.lanes(),
            catalogue: catalogue.collect(),
            of_money: vec![
                ("closed", Fault::close()),
                ("processed, closed", Fault::close().after_processing()),
                ("processed, reset", Fault::reset().after_processing()),
                ("502", Fault::answer(502, "")),
                ("processed, 502", Fault::answer(502, "").after_processing()),
            ],
            redirects: redirects.into(),
        }
    }

    /// For a request that is the same as so many before it.
    pub(crate) fn choose(&self, arrival: &Arrival, earlier: u64) -> Option<Named> {
        let call = arrival.call.map_or(u64::MAX, u64::from);
        let numbers = [arrival.lane.into(), arrival.what as u64, call, earlier];
        let mut dice = Dice::of(self.seed, "fault", &numbers);
        let lane = self.lanes.get(usize::from(arrival.lane))?;
        match lane.kind {
            LaneKind::Ageing | LaneKind::OneByOne => return ageing(&mut dice, arrival.what, earlier),
            LaneKind::Unpolled | LaneKind::Runtimes => return None,
            _ => {}
        }
        if arrival.what == What::RepeatableMessage && earlier < 2 && dice.percent(60) {
            // Taken, and its answer lost; then the token is refused, and a login has to come between.
            return Some(if earlier == 0 {
                ("processed, closed", Fault::close().after_processing())
            } else {
                (REFUSED_TOKEN, Fault::answer(401, ""))
            });
        }
        if !dice.percent(FAULTY) {
            return None;
        }
        if arrival.what == What::Message && dice.percent(25) {
            return Some(match dice.below(2) {
                0 => (REFUSED_TOKEN, Fault::answer(401, "Unauthorized")),
                _ => (
                    REFUSED_TOKEN_IN_DOUBT,
                    refused_beside_an_id(lane.kind).after_processing(),
                ),
            });
        }
        let chosen = match dice.below(100) {
            0..45 => dice.pick(&self.catalogue).cloned()?,
            45..75 => dice.pick(&self.of_money).cloned()?,
            75..85 => dice.pick(&self.redirects).cloned()?,
            85..93 => ("late by a little", Fault::delay(dice.millis(1, 120))),
            _ => {
                let fault = Fault::close().after_processing().delayed(dice.millis(1, 120));
                ("processed, closed late", fault)
            }
        };
        // It takes effect a minute later, whether or not its client is still there: no comparison of balances that is
        // made before can see it.
        let cannot_be_seen =
            lane.kind == LaneKind::OrdersAlone && arrival.what == What::Order && chosen.0 == "late";
        if cannot_be_seen {
            return Some(("late by a little", Fault::delay(Duration::from_millis(120))));
        }
        Some(chosen)
    }
}

/// Where tokens age it is the logins that fail: never the first, and always the second.
fn ageing(dice: &mut Dice, what: What, earlier: u64) -> Option<Named> {
    match what {
        What::Login if earlier == 1 || earlier > 1 && dice.percent(40) => {
            Some((STALLED_LOGIN, Fault::stall()))
        }
        What::Login => None,
        _ => dice
            .percent(10)
            .then(|| ("late by a little", Fault::delay(dice.millis(1, 30)))),
    }
}

/// The message is there, and the answer says both.
fn refused_beside_an_id(kind: LaneKind) -> Fault {
    match kind {
        LaneKind::Saba => Fault::answer(
            200,
            r#"{"status":"200","data":{"messageId":77},"errors":[{"code":401}]}"#,
        ),
        _ => Fault::answer(200, r#"{"errorCode":401,"messageIds":[5,6]}"#),
    }
}

/// The faults for which a client drops its token.
pub(crate) const REFUSED_TOKEN: &str = "a token refused by a gateway";
pub(crate) const REFUSED_TOKEN_IN_DOUBT: &str = "processed, a refused token beside an id";

pub(crate) const STALLED_LOGIN: &str = "stalled login";

/// Connections that are closed unread.
pub(crate) fn close_some_connections(sandbox: &Sandbox, dice: &mut Dice) {
    let some = usize::try_from(dice.between(1, 6)).unwrap_or(1);
    sandbox.fail_next_n(some, Fault::close_on_accept());
}
