//! A transport around another one: it sees each attempt of each call, with its name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::{CallOptions, Transport, TransportError, async_trait};
use payvand_sandbox::{Fault, Sandbox};

use crate::own_reqwest::{OwnReqwest, client};
use crate::{Failure, aparat};

/// How often each call was sent, retries included.
type Counts = BTreeMap<&'static str, u32>;

struct Counting<T> {
    inner: T,
    counts: Arc<Mutex<Counts>>,
}

#[async_trait]
impl<T: Transport> Transport for Counting<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        *locked(&self.counts).entry(options.operation).or_default() += 1;
        self.inner.send(request, options).await
    }
}

pub(crate) async fn run(sandbox: &Sandbox) -> Result<(), Failure> {
    let (inner, counts) = (OwnReqwest(client()?), Arc::<Mutex<Counts>>::default());
    let counting = Counting {
        inner,
        counts: Arc::clone(&counts),
    };
    let aparat = aparat(sandbox).transport(counting).build()?;
    sandbox.aparat().fail_next(Fault::answer(503, ""));
    aparat.account().await?;
    aparat.account().await?;
    let counts = locked(&counts);
    println!("sent: {counts:?}");
    assert_eq!((counts["aparat.account"], sandbox.request_count()), (3, 3));
    Ok(())
}

fn locked(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
