//! What happens to the provider as a whole: it restarts, forgets tokens, changes how it answers, and its clock jumps.

use std::io;
use std::time::Duration;

use payvand_harness::PROVIDERS;
use payvand_sandbox::{Fault, Sandbox};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::entry::now;
use crate::groups::Settings;
use crate::random::Random;

/// More than any token lives.
const LONG_JUMP: Duration = Duration::from_secs(5 * 24 * 60 * 60);

#[derive(Debug, Default)]
pub(crate) struct Disturbances {
    /// When every token so far became worthless: just before that, in microseconds.
    pub(crate) deaths: Vec<u64>,
}

impl Disturbances {
    /// Disturbs the sandbox now and then, until somebody drops the other end.
    pub(crate) async fn go_on(
        &mut self,
        settings: &Settings,
        sandbox: &Sandbox,
        mut until: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let mut random = Random::of(settings.seed, "disturbances", &[]);
        while timeout(random.millis(150, 900), &mut until).await.is_err() {
            match random.below(100) {
                0..25 => {
                    sandbox.stop().await;
                    sleep(random.millis(0, 150)).await;
                    sandbox.restart().await?;
                }
                25..65 => {
                    self.deaths.push(now());
                    if random.percent(25) {
                        sandbox.advance(LONG_JUMP);
                    }
                    for provider in PROVIDERS {
                        provider.sandbox_side().revoke_tokens(sandbox);
                    }
                }
                65..72 => sandbox.advance(random.millis(1000, 60_000)),
                // Connections that are closed unread.
                _ => sandbox.fail_next_n(3, Fault::close_on_accept()),
            }
        }
        Ok(())
    }
}
