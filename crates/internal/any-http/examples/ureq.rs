//! An order through `ureq`, which blocks and knows no Tokio: the call writes its request and reads its response.
//!
//! `cargo run -p payvand-any-http --example with_ureq` runs it against a sandbox that it starts itself.

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::time::Duration;

use aparat_api::bytes::Bytes;
use aparat_api::http::Response;
use aparat_api::{Client, Order, OrderKind};
use payvand_sandbox::{Sandbox, aparat::Aparat};
use ureq::Agent;

fn order(base_url: &str) -> Result<Order, Box<dyn Error>> {
    let aparat = Client::builder(Aparat::TOKEN).base_url(base_url).build()?;
    // A refusal is a response to read, whatever its status. A redirect or a proxy would get the token.
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();

    let call = aparat.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100);
    let request = call.request()?.map(|body| body.to_vec());
    let (head, mut body) = agent.run(request)?.into_parts();
    let response = Response::from_parts(head, Bytes::from(body.read_to_vec()?));
    Ok(call.read(&response)?)
}

#[cfg_attr(test, test)]
fn main() -> Result<(), Box<dyn Error>> {
    // The sandbox alone runs on Tokio.
    let runtime = tokio::runtime::Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start())?;

    let order = order(sandbox.url())?;
    println!("placed, id {:?}", order.id());

    assert_eq!(sandbox.aparat().orders().len(), 1, "ordered exactly once");
    assert_eq!(sandbox.request_count(), 1);
    Ok(())
}
