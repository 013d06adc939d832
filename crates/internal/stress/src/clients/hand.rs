//! How one call is made: watched by a clock, perhaps dropped on the way, and reported.

use std::pin::pin;
use std::time::Duration;

use http_core::{Code, Effect, Error};
use tokio::time::{Instant, sleep, timeout};

use super::Crew;
use crate::ledger::{Ended, Entry, Outcome, What, now};
use crate::plan::{Timing, UNPOLLED_FOR};

/// So long after its deadline a call counts as hung, and is dropped.
const HUNG: Duration = Duration::from_secs(10);

/// What is reported of a call beside its outcome.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) number: u32,
    pub(crate) what: What,
    pub(crate) timing: Timing,
    pub(crate) about: Option<String>,
}

impl Crew {
    /// Makes a call, and reports it as done if `id_of` finds in the answer what the provider does when it has done it.
    pub(crate) async fn make<T, C: Code>(
        &self,
        call: Call,
        future: impl Future<Output = Result<T, Error<C>>>,
        id_of: impl FnOnce(&T) -> Answered,
    ) -> Ended {
        let Timing {
            timeout: deadline,
            drop_after,
            unpolled_after,
        } = call.timing;
        let start = Instant::now();
        let future = async {
            let mut future = pin!(future);
            let Some(after) = unpolled_after else {
                return future.await;
            };
            if let Ok(ended) = timeout(after, &mut future).await {
                return ended;
            }
            sleep(UNPOLLED_FOR).await;
            future.await
        };
        let ended = timeout(drop_after.unwrap_or(deadline + HUNG), future).await;
        let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let at = now();
        let outcome = match &ended {
            Ok(Ok(answer)) => match id_of(answer) {
                Answered::Done(id) => Outcome::Done { id },
                Answered::Oddly => Outcome::Unknown,
            },
            Ok(Err(error)) => match error.effect() {
                Effect::None => Outcome::NoEffect,
                Effect::Unknown => Outcome::Unknown,
            },
            Err(_) if drop_after.is_some() => Outcome::Dropped,
            Err(_) => Outcome::Hung,
        };
        let error = ended.as_ref().ok().and_then(|ended| ended.as_ref().err());
        if let Some(error) = error {
            self.logs.saw_error("an error", error);
        }
        let ended = Ended {
            lane: self.lane.number,
            call: call.number,
            what: call.what,
            outcome,
            about: call.about,
            kind: error.map(|error| format!("{:?}", error.kind())),
            millis,
            timeout: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
            unpolled: unpolled_after.is_some(),
            at,
        };
        self.ledger.note(Entry::Ended(ended.clone()));
        ended
    }
}

/// Whether an answer says that it was done, for calls whose answers the library does not judge.
#[derive(Debug)]
pub(crate) enum Answered {
    Done(Option<String>),
    /// It is no failure, and not what the provider says either.
    Oddly,
}

pub(crate) fn done<T>(_: &T) -> Answered {
    Answered::Done(None)
}
