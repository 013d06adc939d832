//! What was seen, kept until it is searched.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use http_core::{Code, Error, Language};

use crate::logs;
use crate::needles::{Leak, Needles};

/// Collects everything that was printed while some secrets were in use, and searches it for them.
///
/// Log lines of the whole process are collected from the first hunt on, at the finest level of every crate.
#[derive(Debug)]
pub struct Hunt {
    needles: Needles,
    seen: Mutex<Vec<(String, String)>>,
}

impl Hunt {
    /// A hunt for these secrets, each with what it is called. They are at least eight characters long and look like
    /// nothing else.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        logs::capture();
        let secrets: Vec<_> = secrets
            .into_iter()
            .map(|(name, secret)| (name.to_owned(), secret.to_owned()))
            .collect();
        Self {
            needles: Needles::new(&secrets),
            seen: Mutex::default(),
        }
    }

    /// Takes in a text, and where it was.
    pub fn saw(&self, place: impl Into<String>, text: impl AsRef<[u8]>) {
        let text = String::from_utf8_lossy(text.as_ref()).into_owned();
        self.lock().push((place.into(), text));
    }

    /// Takes in how a value prints for programmers.
    pub fn debug(&self, place: &str, value: &dyn Debug) {
        self.saw(format!("{place}: Debug"), format!("{value:?}"));
        self.saw(format!("{place}: Debug on many lines"), format!("{value:#?}"));
    }

    /// Takes in everything that an error of any library says.
    pub fn error(&self, place: &str, error: &(dyn StdError + 'static)) {
        let mut link = Some(error);
        for depth in 0.. {
            let Some(error) = link else { break };
            let place = if depth == 0 {
                Cow::Borrowed(place)
            } else {
                Cow::Owned(format!("{place}: source {depth}"))
            };
            self.saw(format!("{place}: Display"), error.to_string());
            self.debug(&place, error);
            link = error.source();
        }
    }

    /// Takes in everything that an error of a client says: each of its answers that is text.
    pub fn failure<C: Code>(&self, place: &str, error: &Error<C>) {
        self.error(place, error);
        for language in [Language::English, Language::Persian] {
            self.saw(format!("{place}: {language:?}"), &*error.describe(language));
        }
        for (question, answer) in [
            ("message", error.message()),
            ("json_path", error.json_path()),
            ("excerpt", error.excerpt()),
        ] {
            self.saw(format!("{place}: {question}"), answer.unwrap_or_default());
        }
        self.debug(&format!("{place}: code"), &error.code());
        self.debug(&format!("{place}: details"), &error.details());
    }

    /// Every secret that is where it must not be, one for each text and log line at most.
    pub fn leaks(&self) -> Vec<Leak> {
        let seen = self.lock();
        let printed = seen
            .iter()
            .filter_map(|(place, text)| self.needles.search(place, text));
        let logged = logs::lines()
            .into_iter()
            .filter_map(|line| self.needles.search("the log", &line));
        printed.chain(logged).collect()
    }

    /// Whether a log line of this crate was heard: a hunt that is deaf finds nothing.
    pub fn hears(&self, target: &str) -> bool {
        logs::lines()
            .iter()
            .any(|line| line.contains(&format!(" {target}")))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, String)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
