//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! With `PAYVAND_SABAPAYAMAK_USERNAME`, `…_PASSWORD` and `…_VIRTUAL_NUMBER` set, `cargo run -p sabapayamak-api
//! --example sabapayamak_api_first_program` asks for the credit. A code is sent only with
//! `PAYVAND_SABAPAYAMAK_BASE_URL` set to a sandbox, since it costs money.

#![allow(clippy::print_stdout, reason = "an example")]

use sabapayamak_api::{Client, Effect};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sabapayamak_api::Error> {
    let sms = Client::from_env()?;
    println!("credit: {}", sms.credit().await?.amount());
    if std::env::var_os("PAYVAND_SABAPAYAMAK_BASE_URL").is_none() {
        return Ok(());
    }

    let sent = match sms.send("کد ورود شما: 1234", ["09120000000"]).await {
        Ok(sent) => sent,
        Err(error) => {
            match error.effect() {
                Effect::None => println!("nothing was sent"),
                Effect::Unknown => println!("it may have been sent: look before sending again"),
            }
            return Err(error);
        }
    };
    for recipient in sent.recipients() {
        println!("{:?}", recipient.outcome());
    }
    let deliveries = sms.deliveries(sent.id().unwrap_or_default()).await?;
    for delivery in deliveries.items() {
        println!("{:?}: {:?}", delivery.flag(), delivery.description());
    }
    Ok(())
}
