//! A stack of Tower's layers as the transport below a client: two requests at a time, and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::{CallOptions, OrderKind, Transport, TransportError, async_trait};
use payvand_sandbox::Sandbox;
use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, ServiceExt, service_fn};

use crate::own_reqwest::{OwnReqwest, client};
use crate::{Failure, aparat};

type Sent = (Request<Bytes>, CallOptions);

/// Its clones share the two places. Waiting for one costs the call's own time.
struct Tower(BoxCloneSyncService<Sent, Response<Bytes>, TransportError>);

#[async_trait]
impl Transport for Tower {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        self.0.clone().oneshot((request, *options)).await
    }
}

/// What a metrics library would be told.
#[derive(Default)]
struct Metrics {
    answered: AtomicU64,
    failed: AtomicU64,
}

fn tower(transport: OwnReqwest, metrics: Arc<Metrics>) -> Tower {
    let send = service_fn(move |(request, options): Sent| {
        let transport = transport.clone();
        async move { transport.send(request, &options).await }
    });
    let stack = ServiceBuilder::new()
        .map_result(move |outcome: Result<_, TransportError>| {
            let count = if outcome.is_ok() {
                &metrics.answered
            } else {
                &metrics.failed
            };
            count.fetch_add(1, Ordering::Relaxed);
            outcome
        })
        .concurrency_limit(2)
        .service(send);
    Tower(BoxCloneSyncService::new(stack))
}

pub(crate) async fn run(sandbox: &Sandbox) -> Result<(), Failure> {
    let metrics = Arc::new(Metrics::default());
    let tower = tower(OwnReqwest(client()?), Arc::clone(&metrics));
    let aparat = aparat(sandbox).transport(tower).build()?;
    let orders = (0..4).map(|number| {
        let link = format!("https://www.aparat.com/v/abcd{number}");
        tokio::spawn(aparat.order(OrderKind::Like, link, 100).send())
    });
    for order in orders.collect::<Vec<_>>() {
        println!("through Tower: {:?}", order.await??.id());
    }
    let counts = [&metrics.answered, &metrics.failed].map(|count| count.load(Ordering::Relaxed));
    assert_eq!((sandbox.aparat().orders().len(), counts), (4, [4, 0]));
    Ok(())
}
