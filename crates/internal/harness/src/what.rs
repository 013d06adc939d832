//! What callers are told of their calls, and whether that is what a sandbox has.

use std::collections::BTreeMap;

use http_core::Semantics::NonIdempotent;
use serde::{Deserialize, Serialize};

use crate::{Call, Effect, Key, Outcome};

/// What came of a call, as far as its caller can know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// And what it made.
    Done(Option<String>),
    NoEffect,
    Unknown,
    /// Its future was dropped.
    #[default]
    Dropped,
    /// It did not end long after its deadline, and was dropped then.
    Hung,
}

/// What the callers were told of everything with the same key, and what is there.
#[derive(Debug, Default)]
pub struct Comparison {
    pub done: Vec<Option<String>>,
    pub in_doubt: usize,
    pub no_effect: usize,
    pub there: Vec<Option<String>>,
    may_be_repeated: bool,
}

/// By the name of the call and the key.
pub type Comparisons = BTreeMap<(&'static str, String), Comparison>;

impl From<&Outcome> for What {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Ok(success) if success.is_certain => Self::Done(success.id.clone()),
            Err(failure) if failure.effect == http_core::Effect::None => Self::NoEffect,
            _ => Self::Unknown,
        }
    }
}

impl What {
    /// What the call made.
    pub fn id(&self) -> Option<&String> {
        match self {
            Self::Done(id) => id.as_ref(),
            _ => None,
        }
    }
}

impl Comparison {
    /// Of the calls, with the marker and the id that each had, and the effects.
    pub fn all<'a>(
        calls: impl IntoIterator<Item = (&'static Call, String, Option<String>, &'a What)>,
        effects: &[Effect],
    ) -> Comparisons {
        let mut all = Comparisons::new();
        for (call, marker, id, told) in calls {
            let key = match call.key {
                Some(Key::Marker) => marker,
                // Without one it is that of a thing which was there before.
                Some(Key::Id) => id.unwrap_or_else(|| "seeded".to_owned()),
                None => continue,
            };
            let of_key = all.entry((call.name, key)).or_default();
            of_key.may_be_repeated = call.semantics != NonIdempotent;
            match told {
                What::Done(id) => of_key.done.push(id.clone()),
                What::NoEffect => of_key.no_effect += 1,
                _ => of_key.in_doubt += 1,
            }
        }
        for effect in effects {
            let of_key = all.entry((effect.call, effect.key.clone())).or_default();
            of_key.there.push(effect.id.clone());
        }
        all
    }

    /// Whether what was done is what the callers were told: nothing twice, and with the same id.
    pub fn holds(&self) -> bool {
        let (done, there) = (self.done.len(), self.there.len());
        let is_the_same = match (&self.done[..], &self.there[..]) {
            ([Some(told)], [Some(there)]) => told == there,
            _ => true,
        };
        let known = done + self.in_doubt;
        let is_known = there <= known || self.may_be_repeated && known > 0;
        done <= there && is_known && is_the_same
    }
}
