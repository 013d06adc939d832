//! What becomes of a request, decided when it leaves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payvand_sandbox::{Cdn, Ending, Fault, Point};

use crate::conditions::{Chances, Conditions};
use crate::random::Random;
use crate::subject::Subject;

#[derive(Debug, Clone)]
pub(crate) struct Fate {
    /// The time of each way.
    pub(crate) way: Duration,
    pub(crate) there: There,
    pub(crate) back: Back,
    /// What the server, or a gateway before it, does wrong.
    pub(crate) fault: Option<Fault>,
    /// Whether it stops on its way when its caller gives up.
    pub(crate) ends_with_caller: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum There {
    Arrives,
    NotSent(Duration),
    /// Connecting takes too long.
    NoConnection,
    Reset,
    /// The connection breaks, and what has left arrives all the same.
    ResetAndArrives,
    Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    Arrives,
    Late(Duration),
    Reset,
    Silence,
    Half,
    Twice,
}

pub(crate) struct Fates {
    seed: u64,
    subject: Subject,
    chances: Chances,
    way: u64,
    timeout: Duration,
    /// Nothing goes wrong any more.
    is_calm: AtomicBool,
}

impl Fates {
    pub(crate) fn new(seed: u64, conditions: &Conditions) -> Self {
        Self {
            seed,
            subject: conditions.subject,
            chances: conditions.chances,
            way: conditions.way,
            timeout: conditions.timeout,
            is_calm: false.into(),
        }
    }

    pub(crate) fn calm_down(&self) {
        self.is_calm.store(true, Ordering::Relaxed);
    }

    pub(crate) fn draw(&self, attempt: u64, is_login: bool) -> Fate {
        let mut random = Random::of(self.seed, &[2, attempt]);
        let random = &mut random;
        let mut fate = Fate {
            way: random.millis(0, self.way),
            there: There::Arrives,
            back: Back::Arrives,
            fault: None,
            ends_with_caller: random.percent(50),
        };
        if self.is_calm.load(Ordering::Relaxed) {
            return fate;
        }
        let chances = &self.chances;
        if is_login && random.percent(chances.stalled_login) {
            // In a part of them the answer comes when nobody counts on it any more.
            let around = u64::try_from(self.timeout.as_millis()).unwrap_or(1000);
            fate.back = match random.below(3) {
                0 => Back::Silence,
                _ => Back::Late(random.millis(around / 4, around * 3 / 2)),
            };
        } else if random.percent(chances.not_sent) {
            fate.there = match random.below(4) {
                0 => There::NoConnection,
                _ => There::NotSent(random.millis(0, 50)),
            };
        } else if random.percent(chances.lost_before) {
            fate.there = *random.pick(&[There::Reset, There::ResetAndArrives, There::Lost]);
        } else if random.percent(chances.lost_after) {
            fate.back = *random.pick(&[Back::Reset, Back::Silence, Back::Half, Back::Twice]);
        } else if self.subject.has_tokens() && !is_login && random.percent(chances.refused) {
            fate.fault = Some(self.refusal(random));
        } else if random.percent(chances.fault) {
            fate.fault = Some(fault(random, chances.pauses));
        } else if random.percent(chances.slow) {
            fate.back = Back::Late(random.millis(100, 4000));
        }
        fate
    }

    fn refusal(&self, random: &mut Random) -> Fault {
        let beside_an_id = self.subject.harness().sandbox_side().refused_token_beside_an_id();
        match (random.below(3), beside_an_id) {
            (0, Some(fault)) => fault.after_processing(),
            (1, _) => Fault::answer(401, "Unauthorized"),
            _ => Fault::answer(401, ""),
        }
    }
}

fn fault(random: &mut Random, pauses: bool) -> Fault {
    let statuses = if pauses {
        &[403, 429, 500, 502, 503, 504][..]
    } else {
        &[403, 500, 502, 504]
    };
    let status = *random.pick(statuses);
    let cdn = *random.pick(&[Cdn::ArvanCloud, Cdn::Derak, Cdn::Cloudflare]);
    let point = *random.pick(&[
        Point::Start,
        Point::StatusLine,
        Point::Head,
        Point::HalfBody,
        Point::LastByte,
    ]);
    let ending = *random.pick(&[Ending::Close, Ending::Reset, Ending::Stall]);
    let fault = match random.below(8) {
        0 => Fault::cdn_page(cdn, status),
        1 => Fault::answer(status, ""),
        2 => Fault::answer(200, ""),
        3 => Fault::redirect(307, "https://elsewhere.invalid/"),
        4 if pauses => Fault::answer(status, "").header("retry-after", &random.between(0, 5).to_string()),
        5 => Fault::usual().cut(point, ending),
        4 | 6 => Fault::close(),
        _ => Fault::delay(random.millis(1, 3000)),
    };
    if random.percent(50) {
        fault.after_processing()
    } else {
        fault
    }
}

impl Fate {
    /// Whether nothing goes wrong but that it takes its time.
    pub(crate) fn is_clean(&self) -> bool {
        self.fault.is_none() && self.is_whole()
    }

    /// Whether what the server answers comes whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.there == There::Arrives && matches!(self.back, Back::Arrives | Back::Late(_))
    }

    /// Whether somebody refuses the token that it carries.
    pub(crate) fn refuses_token(&self) -> bool {
        self.fault
            .as_ref()
            .is_some_and(|fault| format!("{fault:?}").contains("401"))
    }

    /// Whether an answer asks for a pause.
    pub(crate) fn asks_for_pause(&self) -> bool {
        let asks = |text: &str| text.contains("429") || text.contains("retry-after");
        self.fault
            .as_ref()
            .is_some_and(|fault| asks(&format!("{fault:?}").to_lowercase()))
    }
}
