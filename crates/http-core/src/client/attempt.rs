use std::panic::resume_unwind;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use tokio::task::JoinHandle;
use tokio::time::timeout_at;
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

use crate::call::outgoing::Outgoing;
use crate::client::Inner;
use crate::client::rate_limit::Permit;
use crate::client::shared_rate_limit::SharedTurn;
use crate::error::transport::TransportError;
use crate::transport::CallOptions;
use crate::transport::deadline::LATE;

/// One attempt under a limit: a task of its own, so that it ends and makes room for the next even while its caller is
/// not polled. It is aborted with its caller.
pub(super) struct Attempt {
    task: JoinHandle<Result<Response<Bytes>, TransportError>>,
    options: CallOptions,
    /// An aborted task drops nothing before its runtime gets to it: this ends the permit at once.
    _permit: Permit,
    turn: SharedTurn,
}

impl Attempt {
    pub(super) fn start(
        inner: &Arc<Inner>,
        request: Outgoing,
        mut options: CallOptions,
        permit: Permit,
    ) -> Self {
        let inner = Arc::clone(inner);
        let turn = SharedTurn::default();
        let (of_task, turn_of_task) = (permit.clone(), turn.clone());
        let work = async move {
            if let Some(limit) = &inner.sending.shared_limit {
                options.send_by = turn_of_task.wait(&**limit, options.deadline).await?;
            }
            let outcome = inner
                .sending
                .stack
                .send(&request, &inner.user_agent, &options)
                .await;
            drop(of_task);
            if let Some(limit) = &inner.sending.shared_limit {
                turn_of_task.complete(&**limit, options.deadline).await;
            }
            outcome
        };
        Self {
            task: tokio::spawn(work.in_current_span().with_current_subscriber()),
            options,
            _permit: permit,
            turn,
        }
    }

    /// An answer that is there counts, however late its caller asks for it.
    pub(super) async fn outcome(mut self) -> Result<Response<Bytes>, TransportError> {
        let deadline = self.options.deadline;
        // The task keeps the deadline itself, unless its runtime stands still.
        let latest = deadline.checked_add(LATE).unwrap_or(deadline);
        match timeout_at(latest, &mut self.task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(TransportError::unknown("the runtime that sent it has ended")),
            },
            Err(_) => Err(TransportError::timeout()),
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.task.abort();
        self.turn.end();
    }
}
