//! What becomes of a request, decided when it leaves.

use std::sync::LazyLock;
use std::time::Duration;

use payvand_harness::ProviderHarness;
use payvand_sandbox::Fault;

use crate::random::Random;
use crate::runtimes::millis;

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

/// What a request is.
pub(crate) struct Facts<'a> {
    pub(crate) subject: &'a dyn ProviderHarness,
    pub(crate) is_login: bool,
    /// Of the client.
    pub(crate) timeout: Duration,
}

/// `None` where it cannot happen to a login, or to nothing else.
type Draw = fn(&mut Random, &Facts<'_>) -> Option<Trouble>;

/// All that goes wrong: the most of a hundred requests that it happens to, and what it is.
pub(crate) const TROUBLES: [(u64, Draw); 10] = [
    (50, |random, facts| {
        // In a part of them the answer comes when nobody counts on it any more.
        let timeout = millis(facts.timeout);
        let late = Trouble::Late(random.millis(timeout / 4, timeout * 3 / 2));
        let never = Trouble::Fault(Fault::stall().after_processing());
        facts.is_login.then(|| random.pick(&[never, late.clone(), late]))
    }),
    (15, |random, _| Some(Trouble::NotSent(random.millis(0, 50)))),
    (5, |_, _| Some(Trouble::NoConnection)),
    (10, |random, _| {
        Some(random.pick(&[Trouble::Lost, Trouble::ResetAndArrives]))
    }),
    (10, |random, _| {
        Some(random.pick(&[Trouble::Half, Trouble::Twice]))
    }),
    (15, |random, facts| {
        let side = facts.subject.sandbox_side();
        let beside_an_id = side.refused_token_beside_an_id().map(Fault::after_processing);
        let alone = ["", "Unauthorized"].map(|body| Fault::answer(401, body));
        let refusals: Vec<_> = beside_an_id.into_iter().chain(alone).collect();
        let has_token = !facts.is_login && !facts.subject.account().user.is_empty();
        has_token.then(|| Trouble::Refusal(random.pick(&refusals)))
    }),
    (30, |random, _| Some(Trouble::Fault(random.pick(&FAULTS)))),
    (5, |random, _| {
        Some(Trouble::Fault(Fault::delay(random.millis(1, 3000))))
    }),
    (5, |random, _| {
        let seconds = random.between(0, 5).to_string();
        let pause = Fault::answer(random.pick(&[429, 503]), "").header("retry-after", &seconds);
        Some(Trouble::Fault(
            random.pick(&[pause.clone(), pause.after_processing()]),
        ))
    }),
    (10, |random, _| Some(Trouble::Late(random.millis(100, 4000)))),
];

/// Those of the sandbox that end soon, and can be seen without a socket.
static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| {
    let others = ["late", "flood", "bomb", "gzip"];
    let is_other = |name: &str| others.iter().any(|it| name.contains(it));
    let all = Fault::all().into_iter().filter(|(name, _)| !is_other(name));
    all.map(|(_, fault)| fault).collect()
});

impl Fate {
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
