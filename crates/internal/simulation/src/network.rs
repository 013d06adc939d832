//! The network between clients and sandbox: a transport that calls the sandbox in process.

use std::sync::{Arc, Weak};
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::{HeaderValue, Request, Response};
use http_core::{CallOptions, Transport, TransportError, async_trait};
use payvand_sandbox::{Ending, Fault, RecordedRequest, Reply, Sandbox};
use tokio::runtime::Handle;
use tokio::sync::oneshot::{self, Sender};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use crate::fate::{Fate, Trouble};
use crate::runtimes::millis;
use crate::world::{End, State, World, token_in};

const ATTEMPT: &str = "x-attempt";

type Answer = Result<Response<Bytes>, TransportError>;

#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) world: Arc<World>,
    pub(crate) sandbox: Arc<Sandbox>,
    /// Where requests and answers travel: that runtime outlives the others.
    pub(crate) runtime: Handle,
}

/// An attempt whose future is alive.
struct UnderWay {
    world: Arc<World>,
    attempt: usize,
    end: End,
    /// What ends with it.
    tasks: Vec<AbortHandle>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let (attempt, end) = (self.attempt, self.end);
        let write = |state: &mut State, now| state.attempts[attempt].end = Some((now, end));
        self.world.note(format!("attempt {attempt} ends: {end:?}"), write);
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The fault that was drawn for a request when it left.
pub(crate) fn fault_of(world: &Weak<World>, request: &RecordedRequest) -> Option<Fault> {
    let attempt: usize = request.header(ATTEMPT)?.parse().ok()?;
    let world = world.upgrade()?;
    let state = world.lock();
    state.attempts.get(attempt)?.fate.fault().cloned()
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>, options: &CallOptions) -> Answer {
        let (attempt, fate) = self.world.attempt(&request, options.deadline);
        let mut under_way = UnderWay {
            world: Arc::clone(&self.world),
            attempt,
            end: End::GivenUp,
            tasks: Vec::new(),
        };
        let outcome = match fate.trouble {
            Trouble::NotSent(after) => {
                sleep(after).await;
                Err(TransportError::not_sent("refused"))
            }
            Trouble::NoConnection => {
                let left = options.deadline.saturating_duration_since(Instant::now());
                // Timers know whole milliseconds alone.
                sleep(Duration::from_millis(millis(left) / 5 * 4)).await;
                Err(TransportError::connect_timeout())
            }
            _ => {
                let (caller, answered) = oneshot::channel();
                // A connection belongs to the runtime that made it, and stands still with it.
                let connection = tokio::spawn(answered);
                under_way.tasks.push(connection.abort_handle());
                let ends_with_caller = fate.ends_with_caller;
                let travel = self.clone().travel(attempt, fate, request, caller);
                let travel = self.runtime.spawn(travel).abort_handle();
                under_way.tasks.extend(ends_with_caller.then_some(travel));
                match connection.await {
                    Ok(Ok(answer)) => answer,
                    // Silence, or the runtime of the connection has ended.
                    _ => std::future::pending().await,
                }
            }
        };
        under_way.end = outcome.as_ref().map_or(End::Failed, |_| End::Answered);
        outcome
    }
}

impl Network {
    /// A request goes to the sandbox, and its answer comes back; who is told nothing hears nothing.
    async fn travel(self, attempt: usize, fate: Fate, request: Request<Bytes>, caller: Sender<Answer>) {
        let mut caller = Some(caller);
        let mut tell = |answer| caller.take().map_or((), |it| drop(it.send(answer)));
        let reset = || Err(TransportError::unknown("reset"));
        sleep(fate.way).await;
        match fate.trouble {
            Trouble::Lost => return,
            Trouble::ResetAndArrives => {
                tell(reset());
                sleep(fate.way).await;
            }
            _ => {}
        }
        let reply = self.arrive(attempt, request).await;
        sleep(fate.way).await;
        let mut answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Raw { ending, .. } if ending != Ending::Stall => return tell(reset()),
            _ => return,
        };
        let body = answer.body_mut();
        match fate.trouble {
            Trouble::Late(by) => sleep(by).await,
            // A body of no length that is cut off looks whole.
            Trouble::Half => body.truncate(body.len() / 2),
            Trouble::Twice => *body = [&body[..], &body[..]].concat().into(),
            _ => {}
        }
        tell(Ok(answer));
    }

    async fn arrive(&self, number: usize, mut request: Request<Bytes>) -> Reply {
        let what = format!("attempt {number} arrives");
        self.world
            .note(what, |state, now| state.attempts[number].arrived = Some(now));
        request.headers_mut().insert(ATTEMPT, HeaderValue::from(number));
        let reply = self.sandbox.call(request).await;
        let what = format!("the reply to {number}: {reply:?}");
        self.world.note(what, |state, now| {
            let attempt = &mut state.attempts[number];
            if let Reply::Answer(answer) = &reply {
                attempt.served = Some((now, answer.status().as_u16()));
                let text = String::from_utf8_lossy(answer.body());
                attempt.brought = token_in(&text).filter(|_| attempt.is_login);
            }
        });
        reply
    }
}
