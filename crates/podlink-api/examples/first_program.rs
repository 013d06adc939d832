//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! `PAYVAND_POD_TOKEN=… PAYVAND_POD_API_KEY=… cargo run -p podlink-api --example podlink_first_program` lists the
//! newest short links of that account. A link is added only with `PAYVAND_POD_BASE_URL` set to a sandbox.

#![allow(clippy::print_stdout, reason = "an example")]

use podlink_api::{Client, Content, Effect, Visit};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), podlink_api::Error> {
    let pod = Client::from_env()?;
    for link in pod.list_links().count(5).await?.links() {
        println!("{} was visited {:?} times", link.short_url(), link.visit_count());
    }
    if std::env::var_os("PAYVAND_POD_BASE_URL").is_none() {
        return Ok(());
    }

    let call = pod.add_link(Content::link("https://example.com/a/long/address"));
    let link = match call.await {
        Ok(link) => link,
        Err(error) => {
            match error.effect() {
                Effect::None => println!("no link was added"),
                Effect::Unknown => println!("look at the list before adding it again"),
            }
            return Err(error);
        }
    };
    match pod.visit(link.hash()).await? {
        Visit::Redirect(address) => println!("{} leads to {address}", link.short_url()),
        Visit::Content(text) => println!("{} shows {text}", link.short_url()),
        other => println!("{other:?}"),
    }
    println!("clicks: {}", pod.click_stats(link.hash()).await?.total_count());
    pod.deactivate(link.hash()).await
}
