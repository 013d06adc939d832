//! The clients over one's own stack, and one's own stack below them; what happened, a sandbox says. The page to it is
//! docs/your-own-stack.md.
//!
//! `cargo run -p payvand-examples --example own_stack`

#![allow(clippy::print_stdout, clippy::expect_used, reason = "an example")]

mod counting;
mod middleware;
mod own_reqwest;
mod retry_layer;
mod tower_stack;

use std::error::Error;

use aparat_api::{Client, ClientBuilder, OrderCall, OrderKind};
use payvand_sandbox::{Sandbox, aparat::Aparat};

/// Whatever went wrong.
type Failure = Box<dyn Error + Send + Sync>;

fn aparat(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder(Aparat::TOKEN).base_url(sandbox.url())
}

/// An order that nobody has sent yet.
fn order(sandbox: &Sandbox) -> Result<OrderCall, Failure> {
    let aparat = aparat(sandbox).build()?;
    Ok(aparat.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100))
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main(flavor = "current_thread"))]
async fn main() -> Result<(), Failure> {
    own_reqwest::run(&Sandbox::start().await?).await?;
    middleware::run(&Sandbox::start().await?).await?;
    tower_stack::run(&Sandbox::start().await?).await?;
    counting::run(&Sandbox::start().await?).await?;
    retry_layer::below_a_call(&Sandbox::start().await?).await?;
    retry_layer::without(&Sandbox::start().await?).await
}
