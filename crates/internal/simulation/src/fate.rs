//! What becomes of a request, decided when it leaves.

use std::sync::LazyLock;
use std::time::Duration;

use payvand_sandbox::Fault;

use crate::conditions::Conditions;
use crate::random::Random;
use crate::world::millis;

#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// The time of each way.
    pub(crate) way: Duration,
    pub(crate) trouble: Trouble,
    /// Whether it stops on its way when its caller gives up.
    pub(crate) ends_with_caller: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) enum Trouble {
    #[default]
    None,
    NotSent(Duration),
    /// Connecting takes too long.
    NoConnection,
    Lost,
    /// The connection breaks, and what has left arrives all the same.
    ResetAndArrives,
    /// The answer comes so much later.
    Late(Duration),
    /// Half of the answer.
    Half,
    /// The answer twice, one behind the other.
    Twice,
    /// What the server, or a gateway before it, does wrong.
    Fault(Fault),
    /// Somebody refuses the token.
    Refusal(Fault),
}

/// `None` where it cannot happen to a login, or to nothing else.
type Draw = fn(&mut Random, &Conditions, bool) -> Option<Trouble>;

/// All that goes wrong: the most of a hundred requests that it happens to, and what it is.
pub(crate) const TROUBLES: [(u64, Draw); 10] = [
    (50, |random, conditions, is_login| {
        // In a part of them the answer comes when nobody counts on it any more.
        let timeout = millis(conditions.timeout);
        let late = Trouble::Late(random.millis(timeout / 4, timeout * 3 / 2));
        let never = Trouble::Fault(Fault::stall().after_processing());
        is_login.then(|| random.pick(&[never, late.clone(), late]))
    }),
    (15, |random, _, _| Some(Trouble::NotSent(random.millis(0, 50)))),
    (5, |_, _, _| Some(Trouble::NoConnection)),
    (10, |random, _, _| {
        Some(random.pick(&[Trouble::Lost, Trouble::ResetAndArrives]))
    }),
    (10, |random, _, _| {
        Some(random.pick(&[Trouble::Half, Trouble::Twice]))
    }),
    (15, |random, conditions, is_login| {
        let side = conditions.subject.sandbox_side();
        let beside_an_id = side.refused_token_beside_an_id().map(Fault::after_processing);
        let alone = ["", "Unauthorized"].map(|body| Fault::answer(401, body));
        let refusals: Vec<_> = beside_an_id.into_iter().chain(alone).collect();
        let is_possible = conditions.has_tokens && !is_login;
        is_possible.then(|| Trouble::Refusal(random.pick(&refusals)))
    }),
    (30, |random, _, _| Some(Trouble::Fault(random.pick(&FAULTS)))),
    (5, |random, _, _| {
        Some(Trouble::Fault(Fault::delay(random.millis(1, 3000))))
    }),
    (5, |random, _, _| {
        let seconds = random.between(0, 5).to_string();
        let pause = Fault::answer(random.pick(&[429, 503]), "").header("retry-after", &seconds);
        Some(Trouble::Fault(
            random.pick(&[pause.clone(), pause.after_processing()]),
        ))
    }),
    (10, |random, _, _| Some(Trouble::Late(random.millis(100, 4000)))),
];

/// Those of the sandbox that end soon, and can be seen without a socket.
static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| {
    let is_other = |name: &str| {
        ["late", "flood", "bomb", "gzip"]
            .iter()
            .any(|it| name.contains(it))
    };
    let all = Fault::all().into_iter().filter(|(name, _)| !is_other(name));
    all.map(|(_, fault)| fault).collect()
});

impl Fate {
    pub(crate) fn draw(conditions: &Conditions, attempt: usize, is_login: bool) -> Self {
        let mut random = Random::of(conditions.seed, &[2, attempt as u64]);
        let (way, ends_with_caller) = (random.millis(0, conditions.way), random.percent(50));
        let troubles = TROUBLES.iter().zip(conditions.troubles);
        let mut troubles = troubles.map(|((_, draw), chance)| {
            let is_drawn = random.percent(chance);
            is_drawn.then(|| draw(&mut random, conditions, is_login))
        });
        Self {
            way,
            trouble: troubles.find_map(Option::flatten).unwrap_or(Trouble::None),
            ends_with_caller,
        }
    }

    /// Whether nothing goes wrong but that it takes its time.
    pub(crate) fn is_clean(&self) -> bool {
        matches!(self.trouble, Trouble::None | Trouble::Late(_))
    }

    /// Whether what the server answers comes whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_clean() || self.fault().is_some()
    }

    pub(crate) fn refuses_token(&self) -> bool {
        matches!(self.trouble, Trouble::Refusal(_))
    }

    /// What the sandbox does wrong.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        match &self.trouble {
            Trouble::Fault(fault) | Trouble::Refusal(fault) => Some(fault),
            _ => None,
        }
    }
}
