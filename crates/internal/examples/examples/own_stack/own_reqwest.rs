//! One's own `reqwest::Client`: it makes a call's request, or is the transport below a client.

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::{CallOptions, Transport, TransportError, async_trait};
use payvand_sandbox::Sandbox;
use reqwest::redirect::Policy;

use crate::{Failure, aparat, order};

/// As one that carries secrets and spends money has to be: nothing in it sends again, and nothing leads elsewhere.
pub(crate) fn client() -> Result<reqwest::Client, Failure> {
    let builder = reqwest::Client::builder()
        .retry(reqwest::retry::never())
        .redirect(Policy::none())
        .no_proxy();
    Ok(builder.build()?)
}

/// The response as a call reads it.
pub(crate) async fn whole(mut response: reqwest::Response) -> Result<Response<Bytes>, reqwest::Error> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    *answer.body_mut() = response.bytes().await?;
    Ok(answer)
}

/// Below a client, which keeps the deadline and sends again where that repeats no effect.
#[derive(Clone)]
pub(crate) struct OwnReqwest(pub(crate) reqwest::Client);

#[async_trait]
impl Transport for OwnReqwest {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let request = request.try_into().map_err(TransportError::not_sent)?;
        // Only what certainly never left is *not sent*.
        let told = |error: reqwest::Error| {
            if error.is_connect() {
                TransportError::not_sent(error)
            } else {
                TransportError::unknown(error)
            }
        };
        let response = self.0.execute(request).await.map_err(told)?;
        whole(response).await.map_err(TransportError::unknown)
    }
}

pub(crate) async fn run(sandbox: &Sandbox) -> Result<(), Failure> {
    let client = client()?;
    let call = order(sandbox)?;
    let response = client.execute(call.request()?.try_into()?).await?;
    println!(
        "by one's own client: {:?}",
        call.read(&whole(response).await?)?.id()
    );

    let aparat = aparat(sandbox).transport(OwnReqwest(client)).build()?;
    println!("and below a client: {:?}", aparat.account().await?.balance());
    assert_eq!((sandbox.aparat().orders().len(), sandbox.request_count()), (1, 2));
    Ok(())
}
