//! What a case is like. Each case draws its own conditions, so that each of them meets each other somewhere, and none
//! hides what another would show.

use std::time::Duration;

use http_core::RetryPolicy;
use payvand_harness::{PROVIDERS, ProviderHarness};
use payvand_sandbox::smsafzar::TokenKind;

use crate::fate::{Facts, Fate, TROUBLES, Trouble};
use crate::random::Random;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Clone)]
pub(crate) struct Conditions {
    pub(crate) seed: u64,
    pub(crate) subject: &'static dyn ProviderHarness,
    /// Whether its calls are made with a token.
    pub(crate) has_tokens: bool,
    /// Each runtime is a process with a client of its own; they share a store for their tokens.
    pub(crate) has_store: bool,
    /// How many requests a second the limit lets leave.
    pub(crate) most_a_second: Option<u32>,
    pub(crate) attempts: u32,
    pub(crate) retry: RetryPolicy,
    /// Of the client; calls have shorter and longer ones.
    pub(crate) timeout: Duration,
    /// Sometimes too little for all that is wanted.
    pub(crate) budget: u64,
    /// The mean time between two calls.
    pub(crate) gap: u64,
    /// How many calls begin at once, now and then.
    pub(crate) bunch: u64,
    /// The longest way of a request or answer, in milliseconds.
    pub(crate) way: u64,
    /// How many of a hundred requests meet each trouble.
    pub(crate) troubles: [u64; TROUBLES.len()],
    /// How many of a hundred calls.
    pub(crate) dropped: u64,
    pub(crate) starved: u64,
    pub(crate) raced: u64,
    pub(crate) runtimes: usize,
    pub(crate) token_kind: TokenKind,
    pub(crate) token_life: Duration,
    pub(crate) knows_token_life: bool,
    /// How many times all tokens are revoked, the wall clock jumps, and a runtime ends, for a hundred calls.
    pub(crate) revocations: u64,
    pub(crate) jumps: u64,
    pub(crate) ends: u64,
}

impl Conditions {
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random::of(seed, &[0]);
        let subject = random.pick(&PROVIDERS);
        let is_of = |name| subject.name().starts_with(name);
        let has_tokens = !subject.account().user.is_empty();
        let has_store = has_tokens && Random::of(seed, &[4]).percent(20);
        let most_a_second = match random.percent(60) {
            true if is_of("smsafzar") => Some(5),
            true if is_of("aparat") => Some(random.pick(&[1, 2, 3, 4, 5, 6])),
            _ => None,
        };
        // A quarter of all cases is calm.
        let is_calm = random.percent(25);
        let mut chance = |most| {
            let is_off = is_calm || random.percent(40);
            if is_off { 0 } else { random.between(1, most) }
        };
        let (troubles, revocations) = (TROUBLES.map(|(most, _)| chance(most)), chance(10));
        let [dropped, starved, raced, jumps, ends] = [25, 15, 10, 6, 10].map(chance);
        let (attempts, backoff) = (random.pick(&[1, 2, 3, 4, 5]), random.millis(5, 400));
        let runtimes = if random.percent(10) || has_store { 3 } else { 1 };
        let is_opaque = random.percent(20);
        // With a store many tokens are to end in a case, and many processes.
        let (longest, jumps, ends) = if has_store {
            (4, jumps.max(4), ends.max(6))
        } else {
            (12, jumps, ends)
        };
        let seconds = Duration::from_secs(1 << random.between(2, longest));
        let is_for_days = is_of("sabapayamak");
        let gap = match most_a_second {
            // About as many as may leave, so that a queue comes and goes.
            Some(most) => random.between(600, 1400) / u64::from(most),
            None => 1 << random.between(2, 9),
        };
        Self {
            seed,
            subject,
            has_tokens,
            has_store,
            most_a_second: most_a_second.filter(|_| !has_store),
            attempts,
            retry: RetryPolicy::new(attempts).backoff(backoff, backoff * 4),
            timeout: random.millis(1000, 6000),
            budget: 100 * gap,
            gap,
            bunch: random.between(1, 12),
            way: 1 << random.between(0, 8),
            troubles,
            dropped,
            starved,
            raced,
            runtimes,
            token_kind: [TokenKind::Jwt, TokenKind::Opaque][usize::from(is_opaque)],
            token_life: if is_for_days { 15 * DAY } else { seconds },
            knows_token_life: is_for_days || !is_opaque,
            revocations,
            jumps,
            ends: if runtimes > 1 { ends } else { 0 },
        }
    }

    /// Of the request with this number.
    pub(crate) fn fate(&self, number: usize, is_login: bool) -> Fate {
        let mut random = Random::of(self.seed, &[2, number as u64]);
        let (way, ends_with_caller) = (random.millis(0, self.way), random.percent(50));
        let facts = Facts {
            subject: self.subject,
            is_login,
            timeout: self.timeout,
        };
        let mut troubles = TROUBLES.iter().zip(self.troubles).map(|((_, draw), chance)| {
            let is_drawn = random.percent(chance);
            is_drawn.then(|| draw(&mut random, &facts))
        });
        Fate {
            way,
            trouble: troubles.find_map(Option::flatten).unwrap_or(Trouble::None),
            ends_with_caller,
        }
    }
}
