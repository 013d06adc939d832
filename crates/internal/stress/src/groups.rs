//! Who calls: groups of workers, each with a provider, and one account and client after the other.

use std::time::Duration;

use payvand_harness::{Account, PROVIDERS, ProviderHarness};
use serde::{Deserialize, Serialize};

use crate::random::Random;

/// How long tokens live where they age: they are replaced in the last tenth.
pub(crate) const SHORT_LIFE: Duration = Duration::from_secs(5);

/// How large a run is, and which one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Settings {
    /// At least this many calls are made in all.
    pub calls: u32,
    /// What every random choice comes from.
    pub seed: u64,
}

/// Workers that share an account and its client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    /// From 0, over all groups.
    pub(crate) number: u16,
    pub(crate) provider: &'static dyn ProviderHarness,
    pub(crate) conditions: Conditions,
    pub(crate) workers: u32,
    pub(crate) calls: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conditions {
    /// Faults, dropped futures, and a provider that restarts and forgets tokens. The others have a sandbox without these.
    Faults,
    /// Behind a slow network, with the provider's limit of requests.
    Limited,
    /// Tokens live for seconds, and logins stall.
    Ageing,
    /// With the limit; some callers stop polling for a while, and some are dropped.
    Unpolled,
    /// One client, on one runtime after the other, some of which end with a call under way.
    Runtimes,
}

/// What the groups of a provider have in common: of a thousand calls, or at least that many; how many calls are enough
/// for a group, as long as there are not more groups than that; how many workers a group has.
type Share = (&'static str, Conditions, [u32; 2], [u32; 3]);

/// It takes a while for a token to age, and five a second leave under a limit, however small the run is.
const SHARES: [Share; 12] = [
    ("aparat-api", Conditions::Faults, [400, 0], [500, 10, 12]),
    ("podlink-api", Conditions::Faults, [380, 0], [430, 12, 10]),
    ("sabapayamak-auth", Conditions::Faults, [110, 0], [150, 8, 8]),
    ("smsafzar-auth", Conditions::Faults, [70, 0], [150, 6, 8]),
    ("smsafzar-auth", Conditions::Limited, [10, 120], [60, 8, 6]),
    ("smsafzar-auth", Conditions::Ageing, [30, 660], [330, 3, 4]),
    // One caller alone.
    ("smsafzar-auth", Conditions::Ageing, [0, 300], [150, 2, 1]),
    ("smsafzar-auth", Conditions::Unpolled, [0, 120], [60, 2, 6]),
    ("aparat-api", Conditions::Runtimes, [0, 100], [100, 1, 1]),
    ("podlink-api", Conditions::Runtimes, [0, 100], [100, 1, 1]),
    ("sabapayamak-auth", Conditions::Runtimes, [0, 100], [100, 1, 1]),
    ("smsafzar-auth", Conditions::Runtimes, [0, 100], [100, 1, 1]),
];

impl Settings {
    pub(crate) fn groups(&self) -> Vec<Group> {
        let mut groups = Vec::new();
        for (name, conditions, [part, least], [per_group, most, workers]) in SHARES {
            let mut providers = PROVIDERS.into_iter().filter(|it| it.name() == name);
            let provider = providers.next().expect("a provider of the harness");
            let calls = u64::from(self.calls) * u64::from(part);
            let calls = u32::try_from(calls.div_ceil(1000)).unwrap_or(u32::MAX).max(least);
            let count = (calls / per_group).clamp(2.min(most), most);
            let calls = calls.div_ceil(count);
            for _ in 0..count {
                let number = u16::try_from(groups.len()).unwrap_or(u16::MAX);
                groups.push(Group {
                    number,
                    provider,
                    conditions,
                    workers,
                    calls,
                });
            }
        }
        groups
    }

    /// Letters that are looked for in the logs; each account's own secret is one with its numbers behind.
    fn stem(&self, provider: &str, secret: &str) -> String {
        Random::of(self.seed, &format!("{provider} {secret}"), &[]).letters(20)
    }

    /// All that must not show anywhere, each with what it is called.
    pub(crate) fn secrets(&self) -> Vec<(&'static str, String)> {
        // How each token begins that the sandbox gives out.
        let mut secrets = vec![("a JWT", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9".to_owned())];
        secrets.push(("an opaque token", "-opaque-token-0000".to_owned()));
        for provider in PROVIDERS {
            for secret in provider.account().secrets {
                secrets.push((secret.name, self.stem(provider.name(), secret.name)));
            }
        }
        secrets
    }
}

impl Group {
    /// The account of a session: a client of its own each, as if the program had been started again.
    pub(crate) fn account(&self, settings: &Settings, session: u32) -> Account {
        let mut account = self.provider.account();
        account.user = format!("stress-{}-{session}", self.number);
        for secret in &mut account.secrets {
            let stem = settings.stem(self.provider.name(), secret.name);
            secret.value = format!("{stem}{:03}{session:03}", self.number);
        }
        account
    }

    /// How many calls are made in a session, if it goes well.
    pub(crate) fn calls_per_session(&self) -> u32 {
        match self.conditions {
            Conditions::Runtimes => 10,
            Conditions::Faults => 50,
            _ => self.calls,
        }
    }

    pub(crate) fn sessions(&self) -> u32 {
        self.calls.div_ceil(self.calls_per_session())
    }

    /// By which the sandbox's record tells the clients apart.
    pub(crate) fn user_agent(&self, session: u32) -> String {
        format!("stress/{}/{session}", self.number)
    }

    /// The group and the session of a user agent.
    pub(crate) fn of_user_agent(text: &str) -> Option<(u16, u32)> {
        let (group, session) = text.strip_prefix("stress/")?.split_once('/')?;
        Some((group.parse().ok()?, session.parse().ok()?))
    }
}

/// A group and the number of its call.
pub(crate) type CallId = (u16, u32);

/// What identifies a call to both sides, such as in an order's link.
pub(crate) fn marker((group, call): CallId) -> String {
    format!("stress-{group}-{call}")
}

/// The call that has this marker.
pub(crate) fn marked(text: &str) -> Option<CallId> {
    let (group, call) = text.strip_prefix("stress-")?.split_once('-')?;
    Some((group.parse().ok()?, call.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_and_user_agents_are_read_back() {
        assert_eq!(marked(&marker((3, 70))), Some((3, 70)));
        assert_eq!(marked("stress-3"), None);
        let group = Settings { calls: 1, seed: 1 }.groups()[2];
        assert_eq!(Group::of_user_agent(&group.user_agent(7)), Some((2, 7)));
    }

    #[test]
    fn the_calls_add_up() {
        for calls in [2500, 100_000] {
            let groups = Settings { calls, seed: 1 }.groups();
            let sum: u32 = groups.iter().map(|group| group.calls).sum();
            let least: u32 = SHARES.iter().map(|(_, _, [_, least], _)| least).sum();
            assert!(
                sum >= calls && sum < calls + calls / 10 + least + 100,
                "{sum} of {calls}"
            );
        }
    }
}
