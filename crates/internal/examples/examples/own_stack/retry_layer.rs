//! What a layer that retries breaks below a call, or below a transport: one order becomes two.

use aparat_api::http::Extensions;
use aparat_api::{Effect, async_trait};
use payvand_sandbox::{Fault, Sandbox};
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next, Result};

use crate::own_reqwest::{client, whole};
use crate::{Failure, order};

/// As most of them do it: after an error of the connection it sends again, at least what is a GET. An order is one.
struct Retry;

#[async_trait]
impl Middleware for Retry {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let again = request.try_clone();
        match (next.clone().run(request, extensions).await, again) {
            (Err(_), Some(again)) => next.run(again, extensions).await,
            (outcome, _) => outcome,
        }
    }
}

/// The provider takes the order, and its answer is lost.
fn lose_an_answer(sandbox: &Sandbox) {
    sandbox.aparat().fail_next(Fault::close().after_processing());
}

pub(crate) async fn below_a_call(sandbox: &Sandbox) -> std::result::Result<(), Failure> {
    lose_an_answer(sandbox);
    let client = ClientBuilder::new(client()?).with(Retry).build();
    let call = order(sandbox)?;
    let response = client.execute(call.request()?.try_into()?).await?;
    println!(
        "with a layer that retries, one order: {:?}",
        call.read(&whole(response).await?)?.id()
    );
    assert_eq!(sandbox.aparat().orders().len(), 2, "the provider has two");
    Ok(())
}

/// A client by itself sends it once, and says that it may be there.
pub(crate) async fn without(sandbox: &Sandbox) -> std::result::Result<(), Failure> {
    lose_an_answer(sandbox);
    let error = order(sandbox)?.await.expect_err("its answer is lost");
    println!("without: {error}");
    assert_eq!(
        (error.effect(), sandbox.aparat().orders().len()),
        (Effect::Unknown, 1)
    );
    Ok(())
}
