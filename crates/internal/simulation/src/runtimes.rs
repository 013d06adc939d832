//! Runtimes side by side in one thread, whose clocks go on together.

use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, advance, sleep_until};

use crate::world::{Millis, millis};

/// How far a runtime goes on before it is the next one's turn.
const TURN: Millis = 4;

pub(crate) struct Runtimes {
    all: Vec<Runtime>,
    /// Until when each of them stands still.
    still: Vec<Millis>,
    start: Instant,
    now: Millis,
}

impl Runtimes {
    pub(crate) fn new(count: usize) -> Self {
        let first = runtime();
        let clock = |runtime: &Runtime| runtime.block_on(async { Instant::now() });
        let mut start = clock(&first);
        let mut all = vec![first];
        if count > 1 {
            // Later than the clocks of those that are made after it.
            start += Duration::from_secs(3600);
            all.truncate(0);
            all.extend((0..count).map(|_| at(start)));
        }
        let still = vec![0; count];
        Self {
            all,
            still,
            start,
            now: 0,
        }
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn handle(&self, index: usize) -> &Handle {
        self.all[index].handle()
    }

    /// Runs what is to run until so much later.
    pub(crate) fn go_on(&mut self, time: Duration) {
        let until = self.now + millis(time);
        if let [only] = &self.all[..] {
            self.now = until;
            let moment = self.moment();
            only.block_on(async { sleep_until(moment).await });
            return;
        }
        while self.now < until {
            self.now = until.min(self.now + TURN);
            for (runtime, still_until) in self.all.iter().zip(&self.still) {
                if *still_until <= self.now {
                    runtime.block_on(turn(self.moment()));
                }
            }
        }
    }

    /// Ends a runtime and all that is on it; a new one takes its place.
    pub(crate) fn end(&mut self, index: usize) {
        let new = at(self.moment());
        drop(std::mem::replace(&mut self.all[index], new));
        self.still[index] = 0;
    }

    /// Runs nothing of a runtime for so long. Then its clock jumps.
    pub(crate) fn stand_still(&mut self, index: usize, time: Duration) {
        self.still[index] = self.now + millis(time);
    }

    /// Does this with the first runtime's clock.
    pub(crate) fn on_first<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.handle(0).enter();
        work()
    }

    fn moment(&self) -> Instant {
        self.start + Duration::from_millis(self.now)
    }
}

/// What is due by then happens late, within the last millisecond: so no clock is ever behind what another one's runtime
/// has done.
async fn turn(until: Instant) {
    let most = until - Duration::from_millis(1);
    let left = most.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        advance(left).await;
    }
    sleep_until(until).await;
}

fn runtime() -> Runtime {
    let built = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    built.expect("a runtime")
}

/// A runtime whose clock shows this. Its timers are not in step with that, whichever one is made.
fn at(moment: Instant) -> Runtime {
    loop {
        let runtime = runtime();
        let left = runtime.block_on(async { moment.saturating_duration_since(Instant::now()) });
        if !left.subsec_nanos().is_multiple_of(1_000_000) {
            runtime.block_on(async { advance(left).await });
            return runtime;
        }
    }
}
