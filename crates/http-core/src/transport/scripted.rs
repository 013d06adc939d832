//! A transport that answers from a script, for tests without a network.
//!
//! ```
//! use payvand_http_core::testing::{ScriptedTransport, Step};
//!
//! let script = ScriptedTransport::new([Step::unknown(), Step::answer(200, r#"{"status":true}"#)]);
//! // `Client::builder(token).transport(script.clone())`, then look at what was asked:
//! assert_eq!(script.requests().len(), 0);
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use tokio::time::{Instant, sleep};

use crate::error::transport::TransportError;
use crate::transport::{CallOptions, Transport};

/// Plays its steps in order and remembers what it was asked to send. Clones share one script.
///
/// When the script is over, requests fail as *not sent*, and are not tried again.
#[derive(Clone, Default)]
pub struct ScriptedTransport {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    steps: VecDeque<Step>,
    otherwise: Option<Arc<Choice>>,
    seen: Vec<Seen>,
}

type Choice = dyn Fn(&Request<Bytes>) -> Step + Send + Sync;

/// A request as the transport got it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Seen {
    /// The request, its secrets included.
    pub request: Request<Bytes>,
    /// How it was to be sent.
    pub options: CallOptions,
    /// When, by tokio's clock.
    pub at: Instant,
}

/// What happens to one request.
#[derive(Clone)]
pub struct Step {
    delay: Duration,
    outcome: Outcome,
}

#[derive(Clone)]
enum Outcome {
    Answer(Response<Bytes>),
    /// What HTTP cannot say, and where the script says it.
    Impossible(String),
    NotSent,
    Unknown,
    Hang,
}

impl Step {
    fn new(outcome: Outcome) -> Self {
        Self {
            delay: Duration::ZERO,
            outcome,
        }
    }

    /// An answer with this status and body.
    ///
    /// A status that HTTP does not have (below 100 or above 999) fails the call with
    /// [`Kind::Configuration`](crate::Kind::Configuration), whose text names it.
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        let Ok(valid) = StatusCode::from_u16(status) else {
            let problem = format!("Step::answer: {status} is no HTTP status");
            return Self::new(Outcome::Impossible(problem));
        };
        let mut response = Response::new(body.into());
        *response.status_mut() = valid;
        Self::new(Outcome::Answer(response))
    }

    /// Nothing leaves: the connection was refused.
    pub fn not_sent() -> Self {
        Self::new(Outcome::NotSent)
    }

    /// The request may have left, and no answer comes.
    pub fn unknown() -> Self {
        Self::new(Outcome::Unknown)
    }

    /// Neither an answer nor an error, until the deadline.
    pub fn hang() -> Self {
        Self::new(Outcome::Hang)
    }

    /// Adds a header to an answer.
    ///
    /// A name or a value that no HTTP header can have fails the call with
    /// [`Kind::Configuration`](crate::Kind::Configuration), whose text names the header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Outcome::Answer(response) = &mut self.outcome {
            match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                (Ok(name), Ok(value)) => drop(response.headers_mut().append(name, value)),
                (Err(_), _) => {
                    let problem = format!("Step::header: {name:?} is no name of an HTTP header");
                    self.outcome = Outcome::Impossible(problem);
                }
                (_, Err(_)) => {
                    let problem = format!("Step::header: {name} has a value that no HTTP header can have");
                    self.outcome = Outcome::Impossible(problem);
                }
            }
        }
        self
    }

    /// Lets some time pass first, by tokio's clock.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl ScriptedTransport {
    /// Plays these steps, one for each request.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let script = Self::default();
        script.lock().steps.extend(steps);
        script
    }

    /// Plays the same step for every request.
    pub fn always(step: Step) -> Self {
        Self::from_fn(move |_| step.clone())
    }

    /// Asks this for every request that no step of [`push`](Self::push) waits for. It must not block.
    ///
    /// ```
    /// use payvand_http_core::testing::{ScriptedTransport, Step};
    ///
    /// // Whatever the order of the calls: a question for an order's state is answered, all else is lost.
    /// let script = ScriptedTransport::from_fn(|request| {
    ///     match request.uri().query().is_some_and(|query| query.contains("uniqid=")) {
    ///         true => Step::answer(200, r#"{"status":true,"state":"completed"}"#),
    ///         false => Step::unknown(),
    ///     }
    /// });
    /// # let _ = script;
    /// ```
    pub fn from_fn(choose: impl Fn(&Request<Bytes>) -> Step + Send + Sync + 'static) -> Self {
        let script = Self::default();
        script.lock().otherwise = Some(Arc::new(choose));
        script
    }

    /// Adds a step to the end of the script.
    pub fn push(&self, step: Step) {
        self.lock().steps.push_back(step);
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.lock().seen.iter().map(|seen| seen.request.clone()).collect()
    }

    /// The requests so far, with how and when each was to be sent.
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let (step, otherwise) = {
            let mut state = self.lock();
            state.seen.push(Seen {
                request: request.clone(),
                options: *options,
                at: Instant::now(),
            });
            (state.steps.pop_front(), state.otherwise.clone())
        };
        let Some(step) = step.or_else(|| Some(otherwise?(&request))) else {
            return Err(TransportError::not_sent("the script is over").permanent());
        };
        if !step.delay.is_zero() {
            sleep(step.delay).await;
        }
        match step.outcome {
            Outcome::Answer(response) if response.body().len() > options.max_body => {
                Err(TransportError::too_large(options.max_body))
            }
            Outcome::Answer(response) => Ok(response),
            Outcome::Impossible(problem) => Err(TransportError::configuration(problem)),
            Outcome::NotSent => Err(TransportError::not_sent("scripted: not sent")),
            Outcome::Unknown => Err(TransportError::unknown("scripted: no answer")),
            Outcome::Hang => std::future::pending().await,
        }
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("ScriptedTransport")
            .field("steps_left", &state.steps.len())
            .field("requests", &state.seen.len())
            .finish()
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match &self.outcome {
            Outcome::Answer(response) => format!("answer {}", response.status().as_u16()),
            Outcome::Impossible(problem) => problem.clone(),
            Outcome::NotSent => "not sent".to_owned(),
            Outcome::Unknown => "unknown".to_owned(),
            Outcome::Hang => "hang".to_owned(),
        };
        f.debug_struct("Step")
            .field("outcome", &outcome)
            .field("delay", &self.delay)
            .finish()
    }
}
