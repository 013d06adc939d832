//! What happens to the provider as a whole: it restarts, forgets tokens, and its clock jumps.

use std::io;
use std::time::Duration;

use payvand_sandbox::Sandbox;
use payvand_sandbox::{sabapayamak, smsafzar};
use tokio::time::sleep;

use crate::dice::Dice;
use crate::faults::close_some_connections;
use crate::lanes::Settings;
use crate::ledger::now;

/// How often the weather changes.
const PAUSES: (u64, u64) = (150, 900);

/// More than any token lives.
const LONG_JUMP: Duration = Duration::from_secs(5 * 24 * 60 * 60);

#[derive(Debug, Default)]
pub(crate) struct Weather {
    /// When the provider stopped, in microseconds.
    pub(crate) restarts: Vec<u64>,
    pub(crate) revocations: u32,
    pub(crate) jumps: u32,
    /// When every token so far became worthless: just before that, in microseconds.
    pub(crate) deaths: Vec<u64>,
}

impl Weather {
    /// Never ends by itself, but may be dropped between two changes.
    pub(crate) async fn rage(&mut self, settings: &Settings, sandbox: &Sandbox) -> io::Result<()> {
        let mut dice = Dice::of(settings.seed, "weather", &[]);
        loop {
            sleep(dice.millis(PAUSES.0, PAUSES.1)).await;
            match dice.below(100) {
                0..25 => {
                    self.restarts.push(now());
                    sandbox.stop().await;
                    sleep(dice.millis(0, 150)).await;
                    sandbox.restart().await?;
                }
                25..55 => {
                    self.revocations += 1;
                    self.deaths.push(now());
                    sandbox.sabapayamak().revoke_all();
                    sandbox.smsafzar().revoke_all();
                }
                55..65 => {
                    self.jumps += 1;
                    self.deaths.push(now());
                    sandbox.advance(LONG_JUMP);
                }
                65..72 => {
                    self.jumps += 1;
                    sandbox.advance(dice.millis(1000, 60_000));
                }
                72..80 => change_tokens(sandbox, &mut dice),
                _ => close_some_connections(sandbox, &mut dice),
            }
        }
    }
}

/// Tokens look otherwise from now on.
fn change_tokens(sandbox: &Sandbox, dice: &mut Dice) {
    let (saba, afzar) = match dice.below(3) {
        0 => (sabapayamak::TokenKind::Jwt, smsafzar::TokenKind::Jwt),
        1 => (
            sabapayamak::TokenKind::JwtWithoutIat,
            smsafzar::TokenKind::JwtWithoutIat,
        ),
        _ => (sabapayamak::TokenKind::Opaque, smsafzar::TokenKind::Opaque),
    };
    sandbox.sabapayamak().set_token_kind(saba);
    sandbox.smsafzar().set_token_kind(afzar);
}
