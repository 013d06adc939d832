//! An order that is observed, and what may become of it.

#![allow(deprecated, reason = "the observer and the budget work as they did")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{
    CallOptions, Client, ClientBuilder, Effect, Error, OrderIntent, OrderObserver, OrderOutcome, Transport,
    TransportError, async_trait,
};

use super::{PLACED, REFUSED, TOKEN, leaks};

/// What happens to an order once it is sent, and what is known then.
pub fn outcomes() -> Vec<(Step, Option<Effect>)> {
    let known = Some(Effect::None);
    let unknown = Some(Effect::Unknown);
    let mut outcomes = vec![
        (Step::answer(200, PLACED), None),
        (Step::answer(200, r#"{"status":true}"#), None),
        (Step::answer(200, REFUSED), known),
        (Step::answer(429, REFUSED), known),
        (Step::answer(503, REFUSED).header("retry-after", "0"), known),
        (Step::answer(200, "token invalid"), unknown),
        (Step::unknown(), unknown),
        (Step::hang(), unknown),
        (Step::answer(200, ""), unknown),
        (Step::answer(200, &PLACED[..20]), unknown),
        (Step::answer(200, "<html>"), unknown),
        (Step::answer(200, r#"{"status":"pending"}"#), unknown),
        (Step::answer(200, r#"{"status":false}"#), unknown),
        (Step::answer(200, vec![b' '; 9 * 1024 * 1024]), unknown),
        (Step::answer(200, vec![0xFF; 16]), unknown),
    ];
    for status in [
        301, 302, 307, 400, 403, 404, 408, 425, 429, 500, 502, 503, 504, 520,
    ] {
        outcomes.push((Step::answer(status, "<html>").header("retry-after", "0"), unknown));
        outcomes.push((Step::answer(status, PLACED).header("retry-after", "0"), unknown));
    }
    outcomes
}

/// What the observer was told and what was asked of the transport, in the order in which it happened.
#[derive(Clone, Default)]
pub struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[derive(Clone, Default)]
pub struct Observer {
    pub journal: Journal,
    pub takes: Duration,
    pub fails: bool,
}

#[async_trait]
impl OrderObserver for Observer {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let OrderIntent { .. } = order;
        self.journal.add(format!(
            "intent {} {} {} {} {:?}",
            order.sequence(),
            order.kind(),
            order.link(),
            order.count(),
            order.reference()
        ));
        tokio::time::sleep(self.takes).await;
        if self.fails {
            return Err(format!("the disk is full, says {TOKEN}").into());
        }
        self.journal.add("recorded");
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let told = match outcome {
            OrderOutcome::Placed { id } => format!("placed {id:?}"),
            OrderOutcome::NotPlaced { error } => format!("not placed {:?}", error.as_ref().map(Error::kind)),
            OrderOutcome::Unknown { error } => format!("unknown {:?}", error.as_ref().map(Error::kind)),
            _ => "?".to_owned(),
        };
        self.journal.add(format!("{} {told}", order.sequence()));
        let json = serde_json::to_string(&(order, outcome)).unwrap();
        assert!(!leaks(&format!("{order:?}{outcome:?}{json}")));
    }
}

/// Writes into the same journal when it sends.
pub struct Watched(ScriptedTransport, Journal);

#[async_trait]
impl Transport for Watched {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        self.1.add("sent");
        self.0.send(request, options).await
    }
}

pub struct Watch {
    pub client: Client,
    pub journal: Journal,
    pub script: ScriptedTransport,
}

pub fn watch(steps: impl IntoIterator<Item = Step>, observer: Observer) -> Watch {
    watch_with(steps, observer, |builder| builder)
}

pub fn watch_with(
    steps: impl IntoIterator<Item = Step>,
    observer: Observer,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Watch {
    let journal = observer.journal.clone();
    let script = ScriptedTransport::new(steps);
    let builder = Client::builder(TOKEN)
        .transport(Watched(script.clone(), journal.clone()))
        .observer(observer)
        .budget(1000);
    let client = settings(builder).build().unwrap();
    Watch {
        client,
        journal,
        script,
    }
}
