//! Under a limit an attempt is a task of its own: what it logs belongs to its call, and to the subscriber of its caller.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::{Arc, Mutex};

use common::{READ, build, builder};
use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Request, Response};
use payvand_http_core::{CallOptions, RateLimit, Transport, TransportError, async_trait};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Notes in which spans the transport logged.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Vec<&'static str>>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() == "transport" {
            let spans = context.event_scope(event).into_iter().flatten();
            self.0
                .lock()
                .unwrap()
                .push(spans.map(|span| span.name()).collect());
        }
    }
}

struct Talkative;

#[async_trait]
impl Transport for Talkative {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        tokio::task::yield_now().await;
        tracing::info!(target: "transport", "sent");
        Ok(Response::new(Bytes::from_static(b"hello")))
    }
}

/// The caller is on the test's own thread, tasks are on another one, which has no subscriber.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_attempt_logs_in_the_span_of_its_call_and_to_the_subscriber_of_its_caller() {
    for limit in [RateLimit::unlimited(), RateLimit::per_second(5)] {
        let recorder = Recorder::default();
        let subscriber = tracing_subscriber::registry().with(recorder.clone());
        let client = build(
            builder("https://provider.test")
                .transport(Talkative)
                .rate_limit(limit),
        );
        {
            let _default = tracing::subscriber::set_default(subscriber);
            common::call(&client, &READ, None).await.unwrap();
        }
        assert_eq!(*recorder.0.lock().unwrap(), [["attempt", "call"]], "{limit:?}");
    }
}
