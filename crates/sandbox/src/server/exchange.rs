//! What the sandbox does around every request, whichever provider it is for: count, record, play the fault.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{StatusCode, request};
use hyper::body::Body as _;

use crate::fault::Fault;
use crate::fault::delivery::in_one_piece;
use crate::fault::outcome::Outcome;
use crate::provider::ProviderControl;
use crate::record::recorded_request::{Circumstances, RecordedRequest};
use crate::server::Peer;
use crate::server::app::{App, ProviderPath};
use crate::server::connections::Phase;

/// No provider takes anything near it; it only keeps a runaway client from filling the memory.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

impl App {
    pub(super) async fn exchange(&self, request: Request, peer: &Peer) -> Response {
        peer.is(Phase::Reading);
        let _idle_again = IdleAtTheEnd(peer);
        let (head, body) = request.into_parts();
        let Some(body) = read(body).await else {
            return (
                StatusCode::PAYLOAD_TOO_LARGE,
                "payvand-sandbox: no whole body of at most 64 MiB",
            )
                .into_response();
        };
        peer.is(Phase::Answering);
        let at = self.provider_path(head.uri.path());
        let provider = at.map(|path| &path.provider);
        if let Some(provider) = provider {
            provider.count_request();
        }
        let circumstances = Circumstances {
            connection: peer.number(),
            provider: provider.map(ProviderControl::name),
        };
        let shared = &self.shared;
        let mut record = shared.records.push(&head, &body, &circumstances, &shared.clock);

        let fault = self.next_fault(&mut record);

        let (outcome, whole) = match fault {
            None if shared.records.keeps_answers() => keep(self.usual_answer(at, head, body).await).await,
            None => (Outcome::Answer(self.usual_answer(at, head, body).await), None),
            Some(fault) => (self.play(fault, at, head, body).await, None),
        };
        let status = match &outcome {
            Outcome::Answer(answer) => Some(answer.status()),
            Outcome::RawReply(_, status) => *status,
        };
        if let Some(status) = status {
            shared.records.set_answer(record.number(), status, whole.clone());
            record.answered(status, whole);
        }
        shared.events.send("request", || record.brief());
        if let Some(observer) = &shared.observer {
            observer.call(&record);
        }
        match outcome {
            Outcome::Answer(answer) => answer,
            Outcome::RawReply(raw_reply, _) => peer.end(raw_reply).await,
        }
    }

    /// The one that waits for such a request, or that the owner's choice falls on. It is noted in the record.
    fn next_fault(&self, record: &mut RecordedRequest) -> Option<Fault> {
        let shared = &self.shared;
        let waiting = shared.faults.next_for_request(record);
        let fault = waiting.or_else(|| shared.chosen_fault(record))?;
        shared.records.set_fault(record.number(), &fault);
        record.set_fault(&fault);
        Some(fault)
    }

    async fn play(
        &self,
        fault: Fault,
        at: Option<&ProviderPath>,
        head: request::Parts,
        body: Bytes,
    ) -> Outcome {
        let usual = if fault.processes_first() {
            let usual = self.usual_answer(at, head, body).await;
            fault.pause().await;
            Some(usual)
        } else {
            fault.pause().await;
            if fault.needs_usual_answer() {
                Some(self.usual_answer(at, head, body).await)
            } else {
                None
            }
        };
        fault.outcome(usual).await
    }
}

/// The whole body, in one piece of memory from the start: of many pieces the allocator keeps what it cannot give back.
async fn read(mut body: Body) -> Option<Bytes> {
    let length = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut whole = Vec::with_capacity(length.min(LARGEST_BODY));
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame.ok()?.into_data() {
            if data.len() > LARGEST_BODY - whole.len() {
                return None;
            }
            whole.extend_from_slice(&data);
        }
    }
    Some(whole.into())
}

/// Also if the client leaves before the answer.
struct IdleAtTheEnd<'a>(&'a Peer);

impl Drop for IdleAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.is(Phase::Idle);
    }
}

/// The answer, and a copy of it for the record.
async fn keep(answer: Response) -> (Outcome, Option<Arc<http::Response<Bytes>>>) {
    let whole = in_one_piece(answer).await;
    let answer = whole.clone().map(Body::from);
    (Outcome::Answer(answer), Some(Arc::new(whole)))
}
