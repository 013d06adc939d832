//! What the tests of this crate share.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Client, ClientBuilder, Content, Effect, Error, RetryPolicy, Service};

pub(crate) const TOKEN: &str = "not-a-real-token-0123456789";
pub(crate) const KEY: &str = "not-a-real-key-abcdefghij";

pub(crate) fn builder() -> ClientBuilder {
    Client::builder(TOKEN).api_key(KEY)
}

/// A client that gets these answers, with HTTP status 200.
pub(crate) fn answered(bodies: &[&str]) -> (Client, ScriptedTransport) {
    let script = ScriptedTransport::new(bodies.iter().map(|body| Step::answer(200, (*body).to_owned())));
    (builder().transport(script.clone()).build().unwrap(), script)
}

/// A client that always gets this answer.
pub(crate) fn always(step: Step) -> Client {
    builder()
        .transport(ScriptedTransport::always(step))
        .build()
        .unwrap()
}

/// The service's answer as the document has it.
pub(crate) fn service(result: &str) -> String {
    format!(r#"{{"error":false,"code":200,"result":{result}}}"#)
}

/// The service's refusal.
pub(crate) fn refusal(code: i64, message: &str) -> String {
    format!(
        r#"{{"code":{code},"developerMessage":"dev","error":true,"message":{},"result":null}}"#,
        serde_json::Value::from(message)
    )
}

/// The gateway's answer around a service's, as an object.
pub(crate) fn gateway(inner: &str) -> String {
    format!(
        r#"{{"hasError":false,"messageId":7,"referenceNumber":"ref-1","errorCode":0,"count":0,"ott":"one-time-secret-0987","result":{{"result":{inner},"header":{{}},"statusCode":200}}}}"#
    )
}

/// The same with the service's answer as a text of JSON, as the live gateway sends it.
pub(crate) fn live(inner: &str) -> String {
    gateway(&serde_json::Value::from(inner).to_string())
}

/// Makes a call for its error; `None` if it succeeded.
pub(crate) async fn error_of(pod: &Client, of: Service) -> Option<Error> {
    match of {
        Service::AddLink => pod.add_link(Content::text("text")).await.err(),
        Service::Visit => pod.visit("a").await.err(),
        Service::ListLinks => pod.list_links().await.err(),
        Service::SetStatus => pod.activate("a").await.err(),
        Service::ClickStats => pod.click_stats("a").await.err(),
        other => panic!("no call for {other}"),
    }
}

pub(crate) fn once() -> RetryPolicy {
    RetryPolicy::never()
}

pub(crate) async fn refused(of: Service, body: &str) -> Error {
    let pod = builder()
        .retry(once())
        .transport(ScriptedTransport::always(Step::answer(200, body.to_owned())))
        .build()
        .unwrap();
    error_of(&pod, of)
        .await
        .unwrap_or_else(|| panic!("{of}: {body} is no success"))
}

/// A call that only reads has no effect, however it ends.
pub(crate) fn unknown_unless_it_only_reads(of: Service) -> Effect {
    match of {
        Service::ListLinks | Service::ClickStats => Effect::None,
        _ => Effect::Unknown,
    }
}
