use crate::fault::Fault;
use crate::record::recorded_request::RecordedRequest;
use crate::rules::fault_rule::FaultRule;

/// A fault that waits for its requests, as it stood when the sandbox was asked.
#[derive(Clone, Debug)]
pub struct WaitingFault {
    pub(crate) number: u64,
    pub(crate) rule: FaultRule,
    pub(crate) met: u64,
    pub(crate) played: u64,
    random: u64,
}

impl WaitingFault {
    pub(crate) fn new(number: u64, rule: FaultRule, seed: u64) -> Self {
        Self {
            number,
            rule,
            met: 0,
            played: 0,
            random: split_mix(seed ^ split_mix(number)),
        }
    }

    /// Its number, for [`Sandbox::remove_fault`](crate::Sandbox::remove_fault).
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The fault.
    pub fn fault(&self) -> &Fault {
        &self.rule.fault
    }

    /// How many requests have met its conditions so far.
    pub fn met(&self) -> u64 {
        self.met
    }

    /// How often it has been played.
    pub fn played(&self) -> u64 {
        self.played
    }

    /// How often it will still be played; `usize::MAX` means until it is removed.
    pub fn left(&self) -> usize {
        self.rule.times
    }

    /// Whether it is due on this request. Each request that meets its conditions counts and is drawn for, whether another
    /// fault is played on it or not: so no rule changes what another does.
    pub(super) fn is_due_on(&mut self, request: &RecordedRequest) -> bool {
        self.rule.matches(request) && self.is_due()
    }

    pub(super) fn is_due(&mut self) -> bool {
        self.met += 1;
        self.met >= self.rule.from_nth && self.draw()
    }

    /// Plays it once; `true` if that was the last time.
    pub(super) fn play(&mut self) -> bool {
        self.played += 1;
        if self.rule.times != usize::MAX {
            self.rule.times -= 1;
        }
        self.rule.times == 0
    }

    fn draw(&mut self) -> bool {
        if self.rule.chance >= 1.0 {
            return true;
        }
        self.random = self.random.wrapping_add(STEP);
        let bits = u32::try_from(split_mix(self.random) >> 32).unwrap_or_default();
        f64::from(bits) / (f64::from(u32::MAX) + 1.0) < self.rule.chance
    }
}

/// The step and the output of `SplitMix64`.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
