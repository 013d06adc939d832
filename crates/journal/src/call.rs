use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::Request;
#[cfg(any(feature = "aparat", feature = "authorized", feature = "podlink"))]
use http_core::{Code, Effect, Error};
use http_core::{Instant, async_trait};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

/// A call that a journal can make. This crate implements it for the calls that change something.
#[async_trait]
pub trait JournalCall: Sized + Send + Sync + 'static {
    /// What is kept of a success: ids, and nothing that somebody wrote.
    type Fields: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static;

    /// Why it failed.
    type Failure: std::fmt::Display + std::fmt::Debug + Send + Sync + 'static;

    /// What its costs are counted in, such as `orders`.
    const UNIT: &'static str;

    /// The name of the operation, which begins with its provider's, such as `aparat.order`.
    fn operation(&self) -> &'static str;

    /// What it is about to do; `None` if it cannot be sent as it is: then making it fails, and sends nothing.
    fn intent(&self) -> Option<Intent>;

    /// When it has to be over if it is made now.
    fn deadline(&self) -> Instant;

    /// The balance of its account, where the provider has one that every call lowers.
    async fn balance(&self, _deadline: Instant) -> Result<Option<i64>, Self::Failure> {
        Ok(None)
    }

    /// Makes it, and says of each of its rows what became of it.
    async fn make(self, deadline: Instant) -> Vec<Outcome<Self::Fields, Self::Failure>>;
}

/// What became of a row of a call.
#[derive(Debug, Clone)]
pub enum Outcome<F, E> {
    /// It took effect.
    Done(F),
    /// It surely did not.
    NotDone(E),
    /// Nobody knows.
    InDoubt(E),
}

/// What a call is about to do.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Scheme, host and port that it goes to.
    pub(crate) origin: String,
    pub(crate) rows: Vec<IntentRow>,
}

/// One effect of a call: an order, a link, a message.
#[derive(Debug, Clone)]
pub struct IntentRow {
    /// Names and values in an order that does not depend on how they are sent.
    pub(crate) arguments: Vec<(String, String)>,
    /// Without secrets, texts and numbers of people.
    pub(crate) description: String,
    pub(crate) cost: u64,
}

impl Intent {
    /// What a request is about to do: one row for each effect.
    pub fn new(request: &Request<Bytes>, rows: Vec<IntentRow>) -> Option<Self> {
        let url = Url::parse(&request.uri().to_string()).ok()?;
        Some(Self {
            origin: url.origin().ascii_serialization(),
            rows,
        })
    }
}

impl IntentRow {
    /// The arguments tell it from others: no token, no timeout. The description is stored as it is: no secret, no text and no
    /// number of a person.
    pub fn new<N: Into<String>, V: Into<String>>(
        arguments: impl IntoIterator<Item = (N, V)>,
        description: impl Into<String>,
        cost: u64,
    ) -> Self {
        let arguments = arguments
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        let mut arguments: Vec<_> = arguments.collect();
        arguments.sort_unstable();
        Self {
            arguments,
            description: description.into(),
            cost,
        }
    }
}

/// What became of a call with one row.
#[cfg(any(feature = "aparat", feature = "authorized", feature = "podlink"))]
pub(crate) fn only_row<T, F, C: Code>(
    outcome: Result<T, Error<C>>,
    fields: impl FnOnce(T) -> F,
) -> Vec<Outcome<F, Error<C>>> {
    vec![match outcome {
        Ok(answer) => Outcome::Done(fields(answer)),
        Err(error) if error.effect() == Effect::None => Outcome::NotDone(error),
        Err(error) => Outcome::InDoubt(error),
    }]
}

/// How long a call may still take.
pub(crate) fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
