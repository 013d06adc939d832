//! The connections that are open, and which of them is closed when there are too many.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tokio::task::{AbortHandle, Id, JoinSet};

/// A connection without a whole request is closed after this time, when another one comes.
const TIME_FOR_A_REQUEST: Duration = Duration::from_secs(60);

/// What a connection is at, the one that is missed least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Without a request so far.
    Silent,
    /// Between two requests.
    Idle,
    /// In the middle of a request.
    Reading,
    /// Taken by a fault.
    Ending,
    /// About to be answered: it stays.
    Answering,
}

const PHASES: [Phase; 5] = [
    Phase::Silent,
    Phase::Idle,
    Phase::Reading,
    Phase::Ending,
    Phase::Answering,
];

/// The phase, as the connection's own task writes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Activity(Arc<AtomicU8>);

impl Activity {
    pub(crate) fn set(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::Relaxed);
    }

    fn get(&self) -> Phase {
        let phase = usize::from(self.0.load(Ordering::Relaxed));
        PHASES.get(phase).copied().unwrap_or(Phase::Answering)
    }
}

#[derive(Debug)]
struct Open {
    number: u64,
    since: Instant,
    activity: Activity,
    task: AbortHandle,
}

#[derive(Debug)]
pub(crate) struct Connections {
    limit: usize,
    open: HashMap<Id, Open>,
    tasks: JoinSet<()>,
}

impl Connections {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            open: HashMap::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Serves one more; if there are as many as allowed, one that is missed least is closed first. If all are about to
    /// be answered, the new one is.
    pub(crate) fn spawn(
        &mut self,
        number: u64,
        activity: Activity,
        serve: impl Future<Output = ()> + Send + 'static,
    ) {
        self.close_old_silent_ones();
        if self.open.len() >= self.limit && !self.close_one() {
            return;
        }
        let task = self.tasks.spawn(serve);
        let open = Open {
            number,
            since: Instant::now(),
            activity,
            task,
        };
        self.open.insert(open.task.id(), open);
    }

    /// Waits until one has ended, and forgets it.
    pub(crate) async fn one_has_ended(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => error.id(),
            None => std::future::pending().await,
        };
        self.open.remove(&id);
    }

    /// Closes the one that is missed least; `false` if there is none.
    pub(crate) fn close_one(&mut self) -> bool {
        let closable = self
            .open
            .values()
            .map(|it| (it.activity.get(), it.number, it.task.id()));
        let least = closable
            .filter(|(phase, ..)| *phase < Phase::Answering)
            .min_by_key(|it| (it.0, it.1));
        let closed = least.and_then(|(.., id)| self.open.remove(&id));
        closed.inspect(|it| it.task.abort()).is_some()
    }

    fn close_old_silent_ones(&mut self) {
        self.open.retain(|_, it| {
            let is_old = it.since.elapsed() > TIME_FOR_A_REQUEST && it.activity.get() == Phase::Silent;
            if is_old {
                it.task.abort();
            }
            !is_old
        });
    }

    pub(crate) async fn close_all(mut self) {
        self.tasks.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn numbers(connections: &Connections) -> Vec<u64> {
        let mut numbers: Vec<_> = connections.open.values().map(|it| it.number).collect();
        numbers.sort_unstable();
        numbers
    }

    #[tokio::test]
    async fn the_one_that_is_missed_least_makes_room() {
        let mut connections = Connections::new(4);
        let activities: Vec<_> = (0..4).map(|_| Activity::default()).collect();
        for (number, activity) in (1..).zip(&activities) {
            connections.spawn(number, activity.clone(), pending());
        }
        activities[0].set(Phase::Answering);
        activities[1].set(Phase::Idle);
        connections.spawn(5, Activity::default(), pending());
        assert_eq!(numbers(&connections), [1, 2, 4, 5], "the oldest silent one");
        for activity in &activities[1..] {
            activity.set(Phase::Answering);
        }
        connections.spawn(6, Activity::default(), pending());
        assert_eq!(numbers(&connections), [1, 2, 4, 6]);
        assert!(connections.close_one());
        assert!(!connections.close_one(), "all are about to be answered");
        assert_eq!(numbers(&connections), [1, 2, 4]);
        connections.spawn(7, Activity::default(), async {});
        while numbers(&connections).len() == 4 {
            connections.one_has_ended().await;
        }
        assert_eq!(numbers(&connections), [1, 2, 4]);
    }
}
