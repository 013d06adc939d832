//! Who calls: lanes, each an account with a client of its own, and the hands that share it.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;

/// How large a storm is, and which one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Settings {
    /// At least so many calls are made in all.
    pub calls: u32,
    /// What everything that is left to chance comes from.
    pub seed: u64,
}

/// One account, the client that uses it, and the hands that share the client.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    /// From 0, over all lanes.
    pub(crate) number: u16,
    pub(crate) kind: LaneKind,
    pub(crate) hands: u32,
    pub(crate) calls: u32,
    /// Whether calls are dropped before they end.
    pub(crate) drops: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LaneKind {
    /// Aparat: many hands order from one account, below a budget.
    OrdersTogether,
    /// Aparat: one hand, one order in flight, and the balance compared when the effect is unknown.
    OrdersAlone,
    /// POD.
    Links,
    /// Sabapayamak.
    Saba,
    /// `SMSAfzar`, behind a long road.
    Afzar,
    /// `SMSAfzar`, without its limit, where tokens live for seconds and logins stall.
    Ageing,
    /// The same, by one hand that makes one call after the other.
    OneByOne,
    /// `SMSAfzar`, with its limit and without faults, where some callers stop polling for a while.
    Unpolled,
    /// Aparat, without faults: one client, on one runtime after the other.
    Runtimes,
}

impl LaneKind {
    /// Whether its sandbox has no weather.
    pub(crate) fn is_sheltered(self) -> bool {
        matches!(
            self,
            Self::Ageing | Self::OneByOne | Self::Unpolled | Self::Runtimes
        )
    }

    pub(crate) fn has_stalled_logins(self) -> bool {
        matches!(self, Self::Ageing | Self::OneByOne)
    }
}

/// What the lanes of a kind have in common.
struct Share {
    kind: LaneKind,
    /// Of a thousand calls.
    part: u32,
    /// So many calls are enough for a lane, as long as there are no more lanes than `most`.
    per_lane: u32,
    most: u32,
    hands: u32,
}

const fn share(kind: LaneKind, part: u32, per_lane: u32, most: u32, hands: u32) -> Share {
    Share {
        kind,
        part,
        per_lane,
        most,
        hands,
    }
}

const SHARES: [Share; 9] = [
    share(LaneKind::OrdersTogether, 400, 500, 10, 12),
    share(LaneKind::OrdersAlone, 30, 18, 24, 1),
    share(LaneKind::Links, 350, 430, 12, 10),
    share(LaneKind::Saba, 130, 150, 8, 8),
    share(LaneKind::Afzar, 60, 37, 16, 6),
    share(LaneKind::Ageing, 30, 330, 3, 4),
    share(LaneKind::OneByOne, 0, 330, 2, 1),
    share(LaneKind::Unpolled, 0, 80, 2, 6),
    share(LaneKind::Runtimes, 0, 100, 2, 1),
];

/// It takes a while for a token to age, however small the storm is.
const LEAST_OF_AGEING: u32 = 660;
const ONE_BY_ONE: u32 = 300;
/// Five a second leave.
const UNPOLLED: u32 = 120;
const ON_RUNTIMES: u32 = 120;

impl Settings {
    pub(crate) fn lanes(&self) -> Vec<Lane> {
        let mut lanes = Vec::new();
        for Share {
            kind,
            part,
            per_lane,
            most,
            hands,
        } in SHARES
        {
            let calls = (u64::from(self.calls) * u64::from(part)).div_ceil(1000);
            let calls = u32::try_from(calls).unwrap_or(u32::MAX);
            let calls = match kind {
                LaneKind::Ageing => calls.max(LEAST_OF_AGEING),
                LaneKind::OneByOne => ONE_BY_ONE,
                LaneKind::Unpolled => UNPOLLED,
                LaneKind::Runtimes => ON_RUNTIMES,
                _ => calls,
            };
            let count = (calls / per_lane).clamp(2, most);
            for place in 0..count {
                lanes.push(Lane {
                    number: u16::try_from(lanes.len()).unwrap_or(u16::MAX),
                    kind,
                    hands,
                    calls: calls.div_ceil(count),
                    drops: match kind {
                        LaneKind::OrdersTogether | LaneKind::OrdersAlone | LaneKind::Links => true,
                        LaneKind::Saba | LaneKind::Afzar => place % 2 == 1,
                        LaneKind::Ageing | LaneKind::OneByOne | LaneKind::Unpolled | LaneKind::Runtimes => {
                            false
                        }
                    },
                });
            }
        }
        lanes
    }

    /// So many letters that are looked for in the logs; each account's own secret is one with its number behind.
    fn stem(&self, of: &str) -> String {
        Dice::of(self.seed, of, &[]).letters(20)
    }

    /// All that must not show anywhere, each with what it is called.
    pub(crate) fn secrets(&self) -> Vec<(&'static str, String)> {
        let mut secrets: Vec<_> = [APARAT_TOKEN, POD_TOKEN, POD_KEY, SABA_PASSWORD, AFZAR_PASSWORD]
            .map(|name| (name, self.stem(name)))
            .into();
        // How each token begins that the sandbox hands out.
        secrets.push(("a JWT", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9".to_owned()));
        secrets.push(("an opaque token", "-opaque-token-0000".to_owned()));
        secrets
    }
}

const APARAT_TOKEN: &str = "an Aparat token";
const POD_TOKEN: &str = "a POD token";
const POD_KEY: &str = "a POD key";
const SABA_PASSWORD: &str = "a Sabapayamak password";
const AFZAR_PASSWORD: &str = "an SMSAfzar password";

impl Lane {
    /// By which the sandbox's record tells the lanes apart.
    pub(crate) fn user_agent(&self) -> String {
        format!("storm/{}", self.number)
    }

    pub(crate) fn of_user_agent(text: &str) -> Option<u16> {
        text.strip_prefix("storm/")?.parse().ok()
    }

    pub(crate) fn aparat_token(&self, settings: &Settings) -> String {
        self.secret(settings, APARAT_TOKEN)
    }

    pub(crate) fn pod_token(&self, settings: &Settings) -> String {
        self.secret(settings, POD_TOKEN)
    }

    pub(crate) fn pod_key(&self, settings: &Settings) -> String {
        self.secret(settings, POD_KEY)
    }

    pub(crate) fn password(&self, settings: &Settings) -> String {
        let name = if self.kind == LaneKind::Saba {
            SABA_PASSWORD
        } else {
            AFZAR_PASSWORD
        };
        self.secret(settings, name)
    }

    fn secret(&self, settings: &Settings, of: &str) -> String {
        format!("{}{:03}", settings.stem(of), self.number)
    }

    /// A login of its own each, and a token: as if the program had been started anew. The direct ones stand apart.
    pub(crate) fn user_name(&self, session: u32) -> String {
        format!("storm-{}-{session}", self.number)
    }

    pub(crate) fn direct_user_name(&self) -> String {
        format!("storm-{}-direct", self.number)
    }

    /// So many calls are made with one token source, if it goes well.
    pub(crate) fn calls_per_session(&self) -> u32 {
        (self.calls / 3).clamp(30, 150)
    }

    pub(crate) fn most_sessions(&self) -> u32 {
        4 * (self.calls / self.calls_per_session() + 2)
    }
}

/// What identifies a call to both sides, such as in an order's link.
pub(crate) fn mark(lane: u16, call: u32) -> String {
    format!("storm-{lane}-{call}.")
}

/// The call that is marked in a text.
pub(crate) fn marked(text: &str) -> Option<(u16, u32)> {
    let (_, rest) = text.split_once("storm-")?;
    let (mark, _) = rest.split_once('.')?;
    let (lane, call) = mark.split_once('-')?;
    Some((lane.parse().ok()?, call.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_back() {
        assert_eq!(
            marked(&format!("https://example.com/{}html", mark(3, 70))),
            Some((3, 70))
        );
        assert_eq!(marked("https://example.com/storm-3"), None);
    }

    #[test]
    fn every_kind_has_a_lane_and_the_calls_add_up() {
        for calls in [2500, 100_000] {
            let settings = Settings { calls, seed: 1 };
            let lanes = settings.lanes();
            for Share { kind, .. } in SHARES {
                assert!(lanes.iter().any(|lane| lane.kind == kind), "{kind:?}");
            }
            let sum: u32 = lanes.iter().map(|lane| lane.calls).sum();
            let fixed = ONE_BY_ONE + UNPOLLED + ON_RUNTIMES;
            assert!(
                sum > calls * 95 / 100 && sum < calls * 13 / 10 + fixed,
                "{sum} of {calls}"
            );
        }
    }
}
