use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::fault::Fault;
use crate::record::recorded_request::RecordedRequest;
use crate::rules::fault_rule::FaultRule;
use crate::rules::waiting_fault::WaitingFault;

/// The faults that wait, oldest first.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    /// How many of each sort wait at most.
    limit: usize,
    waiting: Mutex<Waiting>,
}

/// Those of connections apart from those of requests, because they are used up at different moments.
#[derive(Debug, Default)]
struct Waiting {
    added: u64,
    dropped: u64,
    requests: Vec<WaitingFault>,
    connections: Vec<WaitingFault>,
}

impl Faults {
    pub(crate) fn new(seed: u64, limit: usize) -> Self {
        Self {
            seed,
            limit,
            waiting: Mutex::default(),
        }
    }

    /// The number of the fault.
    pub(crate) fn add(&self, rule: FaultRule) -> u64 {
        let mut waiting = self.lock();
        waiting.added += 1;
        let number = waiting.added;
        if rule.times > 0 {
            let kept = if rule.fault.is_of_connections() {
                &mut waiting.connections
            } else {
                &mut waiting.requests
            };
            kept.push(WaitingFault::new(number, rule, self.seed));
            if kept.len() > self.limit {
                kept.remove(0);
                waiting.dropped += 1;
            }
        }
        number
    }

    pub(crate) fn next_for_request(&self, request: &RecordedRequest) -> Option<Fault> {
        take(&mut self.lock().requests, |fault| fault.is_due_on(request))
    }

    pub(crate) fn has_for_connection(&self) -> bool {
        !self.lock().connections.is_empty()
    }

    /// Nothing is known of a connection, so only number and chance count.
    pub(crate) fn next_for_connection(&self) -> Option<Fault> {
        take(&mut self.lock().connections, WaitingFault::is_due)
    }

    pub(crate) fn all(&self) -> Vec<WaitingFault> {
        let waiting = self.lock();
        let mut all = [waiting.requests.as_slice(), &waiting.connections].concat();
        all.sort_by_key(WaitingFault::number);
        all
    }

    /// Forgets those that are not to stay; how many they were.
    pub(crate) fn retain(&self, stays: impl Fn(&WaitingFault) -> bool) -> usize {
        let mut waiting = self.lock();
        let before = waiting.requests.len() + waiting.connections.len();
        waiting.requests.retain(&stays);
        waiting.connections.retain(&stays);
        before - waiting.requests.len() - waiting.connections.len()
    }

    /// Forgets all, and how many had to go.
    pub(crate) fn clear(&self) {
        self.retain(|_| false);
        self.lock().dropped = 0;
    }

    /// How many had to go for newer ones.
    pub(crate) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first that is due, one of a provider before one of all.
fn take(faults: &mut Vec<WaitingFault>, mut is_due: impl FnMut(&mut WaitingFault) -> bool) -> Option<Fault> {
    let mut first: Option<(bool, usize)> = None;
    for (index, waiting) in faults.iter_mut().enumerate() {
        if is_due(waiting) {
            let found = (waiting.rule.provider.is_none(), index);
            first = Some(first.map_or(found, |first| first.min(found)));
        }
    }
    let (_, index) = first?;
    let waiting = faults.get_mut(index)?;
    if waiting.play() {
        Some(faults.remove(index).rule.fault)
    } else {
        Some(waiting.rule.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;
    use crate::clock::Clock;
    use crate::record::recorded_request::Circumstances;
    use crate::record::ring::{Limits, Records};

    fn request(provider: Option<&'static str>, target: &str) -> RecordedRequest {
        let (head, ()) = Request::get(target).body(()).unwrap().into_parts();
        let circumstances = Circumstances {
            connection: 1,
            provider,
        };
        Records::new(Limits::default()).push(&head, &Bytes::new(), &circumstances, &Clock::start())
    }

    fn faults() -> Faults {
        Faults::new(0, 10)
    }

    fn balance() -> RecordedRequest {
        request(Some("aparat"), "/aparat/api.php?token=t")
    }

    fn order() -> RecordedRequest {
        request(
            Some("aparat"),
            "/aparat/api.php?token=t&link=l&count=50&type=like",
        )
    }

    /// What is played on these requests, one after the other: `.` for nothing.
    fn played(faults: &Faults, requests: impl IntoIterator<Item = RecordedRequest>) -> String {
        let names = [
            (Fault::close(), 'c'),
            (Fault::reset(), 'r'),
            (Fault::stall(), 's'),
        ];
        let name = |fault: &Fault| names.iter().find(|(known, _)| known == fault).unwrap().1;
        let played = requests
            .into_iter()
            .map(|request| faults.next_for_request(&request));
        played.map(|fault| fault.as_ref().map_or('.', name)).collect()
    }

    #[test]
    fn each_rule_says_which_requests_it_is_for() {
        let other = || request(Some("smsafzar"), "/account/balance");
        let nowhere = || request(None, "/no/where");
        let rule = || FaultRule::new(Fault::close());
        let once = |rule: FaultRule| vec![rule];
        let reset = || FaultRule::new(Fault::reset());
        for (about, rules, requests, expected) in [
            ("the next one", once(rule()), vec![nowhere(), balance()], "c."),
            ("none", once(rule().times(0)), vec![balance()], "."),
            (
                "in their order, as often as asked",
                vec![rule().times(2), reset(), rule()],
                vec![balance(), balance(), balance(), other(), other()],
                "ccrc.",
            ),
            (
                "a provider's",
                once(rule().provider("aparat")),
                vec![other(), nowhere(), order(), order()],
                "..c.",
            ),
            (
                "a provider's before those of all",
                vec![rule().times(2), reset().provider("aparat")],
                vec![other(), balance(), balance(), balance()],
                "crc.",
            ),
            (
                "a call's",
                once(rule().call("order")),
                vec![balance(), other(), order(), order()],
                "..c.",
            ),
            (
                "a call's of another provider",
                once(rule().provider("smsafzar").call("order")),
                vec![order(), other()],
                "..",
            ),
            (
                "a condition's",
                once(rule().only_if(|request| request.query_value("count") == Some("50"))),
                vec![balance(), order()],
                ".c",
            ),
            (
                "from the nth on",
                once(rule().call("order").from_nth(2).times(2)),
                vec![order(), balance(), order(), order(), order()],
                "..cc.",
            ),
            (
                "each counts what another one takes",
                vec![rule(), reset().from_nth(3)],
                vec![order(), order(), order(), order()],
                "c.r.",
            ),
            (
                "until it is removed",
                once(rule().times(usize::MAX)),
                vec![order(), order(), order()],
                "ccc",
            ),
            (
                "never and always by chance",
                vec![rule().chance(0.0), reset().chance(1.0)],
                vec![order(), order()],
                "r.",
            ),
        ] {
            let faults = faults();
            for rule in rules {
                faults.add(rule);
            }
            assert_eq!(played(&faults, requests), expected, "{about}");
        }
    }

    #[test]
    fn chance_follows_from_the_seed_and_from_nothing_else() {
        let draws = |seed, with_another: bool| {
            let faults = Faults::new(seed, 10);
            let half = || FaultRule::new(Fault::close()).chance(0.5).times(usize::MAX);
            faults.add(half());
            if with_another {
                faults.add(half().provider("aparat"));
                faults.retain(|waiting| waiting.number() == 1);
            }
            played(&faults, (0..1000).map(|_| order()))
        };
        assert_eq!(draws(7, false), draws(7, true));
        assert_ne!(draws(7, false), draws(8, false));
        let hits = draws(7, false).matches('c').count();
        assert!((400..600).contains(&hits), "{hits} of 1000");
    }

    #[test]
    fn they_are_listed_and_removed_by_number() {
        let faults = faults();
        let one = faults.add(FaultRule::new(Fault::close()).times(2).from_nth(2));
        let other = faults.add(FaultRule::new(Fault::close_on_accept()).provider("aparat"));
        assert_eq!(played(&faults, [order(), order()]), ".c");
        let seen: Vec<_> = faults
            .all()
            .iter()
            .map(|it| (it.number(), it.met(), it.played(), it.left()))
            .collect();
        assert_eq!(seen, [(one, 2, 1, 1), (other, 0, 0, 1)]);
        assert_eq!(faults.next_for_connection(), Some(Fault::close_on_accept()));
        assert_eq!(faults.next_for_connection(), None);
        assert_eq!(faults.retain(|waiting| waiting.number() != one), 1);
        assert_eq!(faults.retain(|_| false), 0);
        assert_eq!(played(&faults, [order()]), ".");
        assert_eq!(faults.add(FaultRule::new(Fault::close())), 3, "no number twice");
        for _ in 0..10 {
            faults.add(FaultRule::new(Fault::reset()));
        }
        assert_eq!(
            (faults.all().len(), faults.dropped()),
            (10, 1),
            "the oldest had to go"
        );
        assert_eq!(played(&faults, [order()]), "r");
    }
}
