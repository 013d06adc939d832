//! Runtimes side by side in one thread, whose clocks go on together.

use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, advance, sleep_until};

/// How far a runtime goes on before it is the next one's turn.
/// A moment or time, in milliseconds of the case.
pub(crate) type Millis = u64;

pub(crate) fn millis(time: Duration) -> Millis {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

const TURN: Millis = 4;

/// How many runtimes may end.
const SPARE: usize = 5;

/// So much later than they are made they begin: their timers are not in step with that.
const AHEAD: Duration = Duration::from_micros(100);

pub(crate) struct Runtimes {
    /// Each with the moment until which it stands still.
    all: Vec<(Runtime, Millis)>,
    /// To take the place of those that end.
    spare: Vec<Runtime>,
    pub(crate) start: Instant,
    now: Millis,
}

impl Runtimes {
    pub(crate) fn new(count: usize) -> Self {
        // All are made within a millisecond: so a moment is the same tick of their timers in each run.
        loop {
            let mut all: Vec<_> = (0..count + SPARE).map(|_| runtime()).collect();
            let clock = |runtime: &Runtime| runtime.block_on(async { Instant::now() });
            let (first, start) = (clock(&all[0]), clock(&all[count + SPARE - 1]) + AHEAD);
            if start - first < Duration::from_millis(1) {
                for runtime in &all {
                    runtime.block_on(forward(start));
                }
                return Self {
                    spare: all.split_off(count),
                    all: all.into_iter().map(|it| (it, 0)).collect(),
                    start,
                    now: 0,
                };
            }
        }
    }

    /// How many tasks are alive.
    pub(crate) fn tasks(&self) -> usize {
        let tasks = self.all.iter().map(|it| it.0.metrics().num_alive_tasks());
        tasks.sum()
    }

    pub(crate) fn handle(&self, index: usize) -> Handle {
        self.all[index].0.handle().clone()
    }

    /// Runs what is to run until so much later.
    pub(crate) fn go_on(&mut self, time: Duration) {
        let until = self.now + millis(time);
        if let [(only, _)] = &self.all[..] {
            self.now = until;
            let moment = self.moment();
            only.block_on(async { sleep_until(moment).await });
            return;
        }
        while self.now < until {
            self.now = until.min(self.now + TURN);
            for (runtime, still_until) in &self.all {
                if *still_until <= self.now {
                    runtime.block_on(turn(self.moment()));
                }
            }
        }
    }

    /// Ends a runtime and all that is on it; a new one takes its place, while there are any: whether there was one.
    pub(crate) fn end(&mut self, index: usize) -> bool {
        let Some(new) = self.spare.pop() else {
            return false;
        };
        new.block_on(forward(self.moment()));
        self.all[index] = (new, 0);
        true
    }

    /// Runs nothing of a runtime for so long. Then its clock jumps.
    pub(crate) fn stand_still(&mut self, index: usize, time: Duration) {
        self.all[index].1 = self.now + millis(time);
    }

    fn moment(&self) -> Instant {
        self.start + Duration::from_millis(self.now)
    }
}

/// What is due by then happens late, within the last millisecond: so no clock is ever behind what another one's runtime
/// has done.
async fn turn(until: Instant) {
    let most = until - Duration::from_millis(1);
    forward(most).await;
    sleep_until(until).await;
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true);
    builder.build().expect("a runtime")
}

/// Sets the clock of a runtime forward.
async fn forward(moment: Instant) {
    let left = moment.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        advance(left).await;
    }
}
