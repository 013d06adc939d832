//! What a case is like. Each case draws its own conditions, so that each of them meets each other somewhere, and none
//! hides what another would show.

use std::time::Duration;

use http_core::{RateLimit, RetryPolicy};

use crate::random::Random;
use crate::subject::Subject;

/// Chances of a hundred requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chances {
    pub(crate) not_sent: u64,
    /// Lost on the way there.
    pub(crate) lost_before: u64,
    /// Lost on the way back, whole or in part.
    pub(crate) lost_after: u64,
    /// A gateway answers, or the server says something unusual.
    pub(crate) fault: u64,
    /// Whether such an answer may ask for a pause.
    pub(crate) pauses: bool,
    /// The token is refused by somebody on the way.
    pub(crate) refused: u64,
    /// A login gets no answer before its time is over, or a very late one.
    pub(crate) stalled_login: u64,
    /// It takes seconds.
    pub(crate) slow: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Conditions {
    pub(crate) subject: Subject,
    pub(crate) limit: RateLimit,
    /// How many requests a second the limit lets leave.
    pub(crate) most_a_second: Option<usize>,
    pub(crate) retry: RetryPolicy,
    /// Of the client; calls have shorter and longer ones.
    pub(crate) timeout: Duration,
    /// The mean time between two calls.
    pub(crate) gap: u64,
    /// How many calls begin at once, now and then.
    pub(crate) bunch: u64,
    /// The longest way of a request or answer, in milliseconds.
    pub(crate) way: u64,
    pub(crate) chances: Chances,
    pub(crate) dropped: u64,
    pub(crate) starved: u64,
    pub(crate) raced: u64,
    pub(crate) runtimes: usize,
    pub(crate) has_opaque_tokens: bool,
    pub(crate) token_life: Duration,
    /// How many times all tokens are revoked, the wall clock jumps, and a runtime ends, for a hundred calls.
    pub(crate) revocations: u64,
    pub(crate) jumps: u64,
    pub(crate) ends: u64,
}

impl Conditions {
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random::of(seed, &[0]);
        let random = &mut random;
        let subject = *random.pick(&Subject::ALL);
        let most_a_second = match subject {
            Subject::Smsafzar => random.percent(70).then_some(5),
            Subject::Aparat => random.percent(50).then(|| random.between(1, 6)),
            _ => None,
        };
        let limit = most_a_second.map_or(RateLimit::unlimited(), |most| {
            RateLimit::per_second(u32::try_from(most).unwrap_or(1))
        });
        let (is_calm, pauses) = (random.percent(25), random.percent(50));
        let mut chance = |most| {
            if is_calm || random.percent(40) {
                0
            } else {
                random.between(1, most)
            }
        };
        let chances = Chances {
            not_sent: chance(20),
            lost_before: chance(20),
            lost_after: chance(20),
            fault: chance(25),
            pauses,
            refused: chance(15),
            stalled_login: chance(50),
            slow: chance(10),
        };
        let (dropped, starved, raced) = (chance(25), chance(15), chance(10));
        let (revocations, jumps, ends) = (chance(10), chance(6), chance(10));
        let runtimes = if random.percent(6) { 3 } else { 1 };
        let attempts = u32::try_from(random.between(1, 5)).unwrap_or(1);
        let backoff = random.millis(5, 400);
        let gap = match most_a_second {
            // About as many as may leave, so that a queue comes and goes.
            Some(most) => random.between(600, 1400) / most,
            None => 1 << random.between(2, 9),
        };
        Self {
            subject,
            limit,
            most_a_second: most_a_second.and_then(|most| usize::try_from(most).ok()),
            retry: RetryPolicy::new(attempts).backoff(backoff, backoff * 4),
            timeout: random.millis(1000, 6000),
            gap,
            bunch: random.between(1, 12),
            way: 1 << random.between(0, 8),
            chances,
            dropped,
            starved,
            raced,
            runtimes,
            has_opaque_tokens: random.percent(20),
            token_life: Duration::from_secs(1 << random.between(2, 12)),
            revocations,
            jumps,
            ends: if runtimes > 1 { ends } else { 0 },
        }
    }
}
