//! An order through a stack of `tower`'s layers: the call writes its request and reads its response.
//!
//! `cargo run -p payvand-any-http --example with_tower` runs it against a sandbox that it starts itself.

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::time::Duration;

use aparat_api::http::Response;
use aparat_api::{Client, Order, OrderKind};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::rt::TokioExecutor;
use payvand_sandbox::{Sandbox, aparat::Aparat};
use tower::{ServiceBuilder, ServiceExt};

async fn order(base_url: &str) -> Result<Order, Box<dyn Error + Send + Sync>> {
    let aparat = Client::builder(Aparat::TOKEN).base_url(base_url).build()?;
    // An order spends money: nothing in the stack may send it again.
    let hyper = HyperClient::builder(TokioExecutor::new())
        .retry_canceled_requests(false)
        .build_http();
    let stack = ServiceBuilder::new()
        .concurrency_limit(1)
        .timeout(Duration::from_secs(30))
        .service(hyper);

    let call = aparat.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100);
    let request = call.request()?.map(Full::new);
    let (head, body) = stack.oneshot(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(call.read(&Response::from_parts(head, body))?)
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main)]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let sandbox = Sandbox::start().await?;

    let order = order(sandbox.url()).await?;
    println!("placed, id {:?}", order.id());

    assert_eq!(sandbox.aparat().orders().len(), 1, "ordered exactly once");
    assert_eq!(sandbox.request_count(), 1);
    Ok(())
}
