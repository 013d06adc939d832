//! The spans of a call as OpenTelemetry has them, here in memory. A real program gives the provider an exporter of its
//! own, such as `opentelemetry_otlp`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use aparat_api::Client;
use aparat_api::testing::{ScriptedTransport, Step};
use opentelemetry::Value;
use opentelemetry::trace::TracerProvider as _;
#[cfg(test)]
use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing_subscriber::layer::SubscriberExt as _;

async fn traced() -> Vec<SpanData> {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("my-service"));
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    // In place of the provider: its gateway fails once.
    let provider = ScriptedTransport::new([
        Step::answer(503, ""),
        Step::answer(200, r#"{"status":true,"message":"ok","credit":"5000"}"#),
    ]);
    let aparat = Client::builder("not-a-real-token")
        .transport(provider)
        .build()
        .unwrap();
    aparat.account().await.unwrap();

    exporter.get_finished_spans().unwrap()
}

fn attribute(span: &SpanData, key: &str) -> Option<Value> {
    let found = span.attributes.iter().find(|it| it.key.as_str() == key);
    found.map(|it| it.value.clone())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for span in traced().await {
        println!(
            "{} {:?}",
            span.name,
            attribute(&span, "http.response.status_code")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_a_client_span_below_that_of_its_call() {
    let spans = traced().await;
    let [failed, answered, call] = spans.as_slice() else {
        unreachable!("{spans:?}")
    };
    for (attempt, status, resend) in [(failed, 503, 0), (answered, 200, 1)] {
        assert_eq!(attempt.parent_span_id, call.span_context.span_id());
        assert_eq!(attempt.span_kind, SpanKind::Client);
        assert_eq!(
            attribute(attempt, "http.response.status_code"),
            Some(Value::I64(status))
        );
        assert_eq!(
            attribute(attempt, "http.request.resend_count"),
            Some(Value::I64(resend))
        );
        assert_eq!(attribute(attempt, "server.port"), Some(Value::I64(443)));
    }
    assert_eq!(attribute(failed, "error.type"), Some("status".into()));
    assert_eq!(attribute(answered, "error.type"), None);
    assert!(matches!(failed.status, Status::Error { .. }));
    assert_eq!((&answered.status, &call.status), (&Status::Unset, &Status::Unset));
    assert_eq!(call.events.events[0].name, "trying again");
    assert!(!format!("{spans:?}").contains("not-a-real-token"));
}
