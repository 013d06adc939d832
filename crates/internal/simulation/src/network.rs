//! The network between clients and sandbox: a transport that calls the sandbox in process.

pub(crate) mod fate;

use std::sync::{Arc, Weak};
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::{HeaderValue, Request, Response};
use http_core::{CallOptions, Transport, TransportError, async_trait};
use payvand_sandbox::{Ending, Fault, RecordedRequest, Reply, Sandbox};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{sleep, sleep_until};

use crate::network::fate::{Back, Fate, Fates, There};
use crate::world::{End, World};

const ATTEMPT: &str = "x-attempt";

type Answer = Result<Response<Bytes>, TransportError>;

pub(crate) struct Network {
    pub(crate) world: Arc<World>,
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) fates: Fates,
    /// Where requests and answers travel: that runtime outlives the others.
    pub(crate) runtime: Handle,
}

/// An attempt whose future is alive.
struct UnderWay {
    world: Arc<World>,
    attempt: usize,
    /// What ends with it.
    tasks: Vec<AbortHandle>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.world.attempt_ended(self.attempt, End::GivenUp);
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The fault that was drawn for a request when it left.
pub(crate) fn fault_of(world: &Weak<World>, request: &RecordedRequest) -> Option<Fault> {
    let attempt: usize = request.header(ATTEMPT)?.parse().ok()?;
    let world = world.upgrade()?;
    let state = world.lock();
    state.attempts.get(attempt)?.fate.fault.clone()
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, mut request: Request<Bytes>, options: &CallOptions) -> Answer {
        let draw = |number, is_login| self.fates.draw(number, is_login);
        let attempt = self.world.attempt(&request, options.deadline, draw);
        let fate = self.world.lock().attempts[attempt].fate.clone();
        let mut under_way = UnderWay {
            world: Arc::clone(&self.world),
            attempt,
            tasks: Vec::new(),
        };
        let outcome = match fate.there {
            There::NotSent(after) => {
                sleep(after).await;
                Err(TransportError::not_sent("refused"))
            }
            There::NoConnection => {
                let left = options.deadline.saturating_duration_since(self.world.start());
                let used = tokio::time::Instant::now().saturating_duration_since(self.world.start());
                sleep_until(self.world.start() + used + whole(left.saturating_sub(used) / 5 * 4)).await;
                Err(TransportError::connect_timeout())
            }
            _ => {
                request.headers_mut().insert(ATTEMPT, HeaderValue::from(attempt));
                let (answer, answered) = oneshot::channel();
                let way = Way {
                    world: Arc::clone(&self.world),
                    sandbox: Arc::clone(&self.sandbox),
                    attempt,
                };
                let connection = tokio::spawn(connection(answered));
                under_way.tasks.push(connection.abort_handle());
                let ends_with_caller = fate.ends_with_caller;
                let delivery = self.runtime.spawn(way.travel(request, fate, answer));
                if ends_with_caller {
                    under_way.tasks.push(delivery.abort_handle());
                }
                match connection.await.ok().flatten() {
                    Some(Ok(answer)) if answer.body().len() > options.max_body => {
                        Err(TransportError::too_large(options.max_body))
                    }
                    Some(answer) => answer,
                    // Silence, or the runtime of the connection has ended.
                    None => std::future::pending().await,
                }
            }
        };
        let end = if outcome.is_ok() {
            End::Answered
        } else {
            End::Failed
        };
        self.world.attempt_ended(attempt, end);
        outcome
    }
}

/// A connection belongs to the runtime that made it, and stands still with it.
async fn connection(answered: oneshot::Receiver<Answer>) -> Option<Answer> {
    answered.await.ok()
}

/// A request on its way to the sandbox, and its answer on the way back.
struct Way {
    world: Arc<World>,
    sandbox: Arc<Sandbox>,
    attempt: usize,
}

impl Way {
    async fn travel(self, request: Request<Bytes>, fate: Fate, caller: oneshot::Sender<Answer>) {
        let Fate { way, there, back, .. } = fate;
        let reset = || Err(TransportError::unknown("reset"));
        sleep(way).await;
        match there {
            There::Arrives => {}
            There::Reset => return drop(caller.send(reset())),
            There::ResetAndArrives => {
                let _ = caller.send(reset());
                sleep(way).await;
                self.world.arrived(self.attempt);
                self.sandbox.call(request).await;
                return;
            }
            // The caller hears nothing.
            _ => return,
        }
        self.world.arrived(self.attempt);
        let reply = self.sandbox.call(request).await;
        let mut answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Raw { ending, .. } => {
                sleep(way).await;
                if ending != Ending::Stall {
                    let _ = caller.send(reset());
                }
                return;
            }
            _ => return,
        };
        self.world.answered(self.attempt, &answer);
        sleep(way).await;
        match back {
            Back::Arrives => {}
            Back::Late(by) => sleep(by).await,
            Back::Reset => return drop(caller.send(reset())),
            Back::Silence => return,
            // A body of no length that is cut off looks whole.
            Back::Half => {
                let half = answer.body().len() / 2;
                answer.body_mut().truncate(half);
            }
            Back::Twice => {
                let twice = [&answer.body()[..], &answer.body()[..]].concat();
                *answer.body_mut() = twice.into();
            }
        }
        let _ = caller.send(Ok(answer));
    }
}

/// Timers know whole milliseconds alone.
fn whole(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
