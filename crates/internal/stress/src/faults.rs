//! What goes wrong with which request: three of ten, and which three is in the seed.

use payvand_sandbox::Fault;

use crate::groups::{Conditions, Group};
use crate::random::Random;
use crate::record::Arrival;

/// Of a hundred requests.
const FAULTY: u64 = 30;

/// The faults for which a client drops its token.
pub(crate) const REFUSED_TOKEN: &str = "a token refused by a gateway";
pub(crate) const REFUSED_TOKEN_IN_DOUBT: &str = "processed, a refused token beside an id";

pub(crate) const STALLED_LOGIN: &str = "stalled login";

/// Whether nobody can know what was done after this fault.
pub(crate) fn leaves_doubt(fault: &str) -> bool {
    let breaks_off = |word: &&str| fault.contains(*word);
    let is_cut = ["closed", "reset", "stalled", "502"].iter().any(breaks_off);
    is_cut && !fault.ends_with("after the answer") || fault == REFUSED_TOKEN_IN_DOUBT
}

type Named = (&'static str, Fault);

#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    /// One of every sort.
    all: Vec<Named>,
    /// Those of them that leave a doubt.
    doubtful: Vec<Named>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        let mut all = Fault::all();
        all.retain(|(_, fault)| *fault != Fault::close_on_accept());
        let doubtful = all.iter().filter(|(name, _)| leaves_doubt(name));
        let doubtful = doubtful.cloned().collect();
        Self { seed, all, doubtful }
    }

    /// For a request that has arrived `earlier` times before.
    pub(crate) fn choose(&self, group: &Group, arrival: &Arrival, earlier: u64) -> Option<Named> {
        let call = arrival.marked.map_or(u64::MAX, |(_, call)| call.into());
        let mut random = Random::of(self.seed, arrival.call, &[group.number.into(), call, earlier]);
        match group.conditions {
            Conditions::Faults => self.any(&mut random, group, arrival, earlier),
            Conditions::Ageing => ageing(&mut random, arrival.call, earlier),
            Conditions::Runtimes if arrival.call == "authenticate" => Some(late(&mut random, 10)),
            _ => None,
        }
    }

    fn any(&self, random: &mut Random, group: &Group, arrival: &Arrival, earlier: u64) -> Option<Named> {
        if arrival.call == "send_idempotent" && earlier < 2 && random.percent(60) {
            // Taken, and its answer lost; then the token is refused, and a login has to come between.
            return Some(match earlier {
                0 => ("processed, closed", Fault::close().after_processing()),
                _ => (REFUSED_TOKEN, Fault::answer(401, "")),
            });
        }
        if !random.percent(FAULTY) {
            return None;
        }
        let beside_an_id = group.provider.sandbox_side().refused_token_beside_an_id();
        if let (Some(beside_an_id), "send") = (beside_an_id, arrival.call)
            && random.percent(25)
        {
            return Some(match random.below(2) {
                0 => (REFUSED_TOKEN, Fault::answer(401, "Unauthorized")),
                _ => (REFUSED_TOKEN_IN_DOUBT, beside_an_id.after_processing()),
            });
        }
        match random.below(100) {
            0..45 => random.pick(&self.all).cloned(),
            45..85 => random.pick(&self.doubtful).cloned(),
            _ => Some(late(random, 120)),
        }
    }
}

/// Where tokens age it is the logins that fail: never the first, and always the second.
fn ageing(random: &mut Random, call: &str, earlier: u64) -> Option<Named> {
    if call != "authenticate" {
        return random.percent(10).then(|| late(random, 30));
    }
    let stalls = earlier == 1 || earlier > 1 && random.percent(40);
    stalls.then(|| (STALLED_LOGIN, Fault::stall()))
}

fn late(random: &mut Random, most: u64) -> Named {
    ("late by a little", Fault::delay(random.millis(1, most)))
}
