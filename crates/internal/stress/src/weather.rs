//! What happens to the provider as a whole: it restarts, forgets tokens, changes how it answers, and its clock jumps.

use std::io;
use std::time::Duration;

use payvand_sandbox::aparat::AparatShape;
use payvand_sandbox::podlink::PodlinkShape;
use payvand_sandbox::sabapayamak::SabapayamakShape;
use payvand_sandbox::{Sandbox, sabapayamak, smsafzar};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

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
    /// Changes now and then, until somebody drops the other end.
    pub(crate) async fn rage(
        &mut self,
        settings: &Settings,
        sandbox: &Sandbox,
        mut until: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let mut dice = Dice::of(settings.seed, "weather", &[]);
        while timeout(dice.millis(PAUSES.0, PAUSES.1), &mut until)
            .await
            .is_err()
        {
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
                72..78 => change_tokens(sandbox, &mut dice),
                78..84 => change_shapes(sandbox, &mut dice),
                _ => close_some_connections(sandbox, &mut dice),
            }
        }
        Ok(())
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

/// Everything is answered otherwise from now on, within what the documents leave open.
fn change_shapes(sandbox: &Sandbox, dice: &mut Dice) {
    let aparat = [
        AparatShape::new(),
        AparatShape::new().echo().status_number().escaped(),
        AparatShape::new()
            .numbers_as_text()
            .arabic_letters()
            .junk(AparatShape::PHP_WARNING),
        AparatShape::new()
            .bare_text_errors()
            .status_text("true", "false")
            .junk(AparatShape::BOM),
    ];
    let podlink = [
        PodlinkShape::new(),
        PodlinkShape::new().object_result().visit_in_envelope(),
        PodlinkShape::new().pascal_case().escaped().without_total(),
        PodlinkShape::new().direct_result().flags_as_numbers().null_tags(),
    ];
    let saba = [
        SabapayamakShape::new(),
        SabapayamakShape::new().camel_case().numbers().notice(),
        SabapayamakShape::new().http_statuses(),
    ];
    if let Some(shape) = dice.pick(&aparat) {
        sandbox.aparat().set_shape(shape.clone());
    }
    if let Some(shape) = dice.pick(&podlink) {
        sandbox.podlink().set_shape(shape.clone());
    }
    if let Some(shape) = dice.pick(&saba) {
        sandbox.sabapayamak().set_shape(*shape);
    }
}
