//! How large a run is, and who calls: groups of workers, each with an account and a client.

use payvand_harness::{Account, PROVIDERS, ProviderHarness};
use serde::{Deserialize, Serialize};

/// Groups of each provider. The last of them calls from several runtimes.
const GROUPS: u16 = 3;

/// How large a run is, and which one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Settings {
    /// How many calls are made in all.
    pub calls: u32,
    /// What every random choice comes from.
    pub seed: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) number: u16,
    pub(crate) provider: &'static dyn ProviderHarness,
    pub(crate) calls: u32,
    /// One client on one runtime after the other, some of which end with a call under way; otherwise many workers on one.
    /// Its requests meet no fault.
    pub(crate) on_runtimes: bool,
}

/// A group and the number of its call.
pub(crate) type CallId = (u16, u32);

impl Settings {
    pub(crate) fn groups(&self) -> Vec<Group> {
        let all = PROVIDERS
            .into_iter()
            .flat_map(|provider| (0..GROUPS).map(move |of| (provider, of)));
        let count = u32::try_from(all.clone().count()).expect("a few");
        let group = |(number, (provider, of))| Group {
            number,
            provider,
            calls: self.calls.div_ceil(count),
            on_runtimes: of == GROUPS - 1,
        };
        (0..).zip(all).map(group).collect()
    }

    /// Random numbers for this use.
    pub(crate) fn random(&self, numbers: [u64; 3]) -> fastrand::Rng {
        let next = |mut rng: fastrand::Rng, number| fastrand::Rng::with_seed(rng.u64(..) ^ number);
        numbers
            .into_iter()
            .fold(fastrand::Rng::with_seed(self.seed), next)
    }

    /// Letters that are looked for in the logs; each account's own secrets are these with numbers behind.
    fn stem(&self) -> String {
        let mut random = self.random([0; 3]);
        std::iter::repeat_with(|| random.alphanumeric())
            .take(20)
            .collect()
    }

    /// All that must not show anywhere, each with what it is called. JWTs begin like that.
    pub(crate) fn secrets(&self) -> [(&'static str, String); 2] {
        let jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9".to_owned();
        [("a JWT", jwt), ("a secret of an account", self.stem())]
    }
}

impl Group {
    pub(crate) fn account(&self, settings: &Settings) -> Account {
        let mut account = self.provider.account();
        account.user = format!("stress-{}", self.number);
        for (index, secret) in account.secrets.iter_mut().enumerate() {
            secret.value = format!("{}{index}{:03}", settings.stem(), self.number);
        }
        account
    }

    /// By which the sandbox's record tells the clients apart.
    pub(crate) fn user_agent(&self) -> String {
        format!("stress/{}", self.number)
    }

    pub(crate) fn of_user_agent(text: &str) -> Option<u16> {
        text.strip_prefix("stress/")?.parse().ok()
    }
}

/// What identifies a call to both sides, such as in an order's link.
pub(crate) fn marker((group, call): CallId) -> String {
    format!("stress-{group}-{call}")
}
