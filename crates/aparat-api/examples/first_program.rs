//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! `PAYVAND_APARAT_TOKEN=… cargo run -p aparat-api --example aparat_first_program` prints the balance of that
//! account. The order is placed only with `PAYVAND_APARAT_BASE_URL` set to a sandbox, since it spends money.

#![allow(clippy::print_stdout, reason = "an example")]

use aparat_api::{Client, Effect, OrderKind};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aparat_api::Error> {
    let aparat = Client::from_env()?;
    println!("balance: {:?}", aparat.account().await?.balance());
    if std::env::var_os("PAYVAND_APARAT_BASE_URL").is_none() {
        return Ok(());
    }

    let call = aparat.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100);
    let order = match call.await {
        Ok(order) => order,
        Err(error) => {
            match error.effect() {
                Effect::None => println!("nothing was ordered"),
                Effect::Unknown => println!("look at the balance before ordering again"),
            }
            return Err(error);
        }
    };
    println!("placed: {:?}", order.id());
    if let Some(id) = order.id() {
        println!("state: {:?}", aparat.order_status(id).await?.state());
    }
    Ok(())
}
