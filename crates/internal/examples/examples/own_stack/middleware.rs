//! `reqwest-middleware`: what one's other calls go through, an audit say, sees these too.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aparat_api::async_trait;
use aparat_api::http::Extensions;
use payvand_sandbox::Sandbox;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next, Result};

use crate::own_reqwest::{client, whole};
use crate::{Failure, order};

/// Counts. The address has the token in it, so it writes none.
#[derive(Clone, Default)]
struct Audit(Arc<AtomicUsize>);

#[async_trait]
impl Middleware for Audit {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        self.0.fetch_add(1, Ordering::Relaxed);
        next.run(request, extensions).await
    }
}

pub(crate) async fn run(sandbox: &Sandbox) -> std::result::Result<(), Failure> {
    let audit = Audit::default();
    let client = ClientBuilder::new(client()?).with(audit.clone()).build();
    let call = order(sandbox)?;
    let response = client.execute(call.request()?.try_into()?).await?;
    let order = call.read(&whole(response).await?)?;
    println!("through a middleware: {:?}", order.id());
    assert_eq!(
        (sandbox.aparat().orders().len(), audit.0.load(Ordering::Relaxed)),
        (1, 1)
    );
    Ok(())
}
