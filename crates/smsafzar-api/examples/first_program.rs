//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! With `PAYVAND_SMSAFZAR_USERNAME` and `…_PASSWORD` set, `cargo run -p smsafzar-api
//! --example smsafzar_api_first_program` asks for the balance. A one-time code is sent only with
//! `PAYVAND_SMSAFZAR_BASE_URL` set to a sandbox, since it costs money.

#![allow(clippy::print_stdout, reason = "an example")]

use smsafzar_api::{Client, Effect};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), smsafzar_api::Error> {
    let sms = Client::from_env()?;
    let balance = sms.balance().await?;
    println!("balance: {:?} {:?}", balance.amount(), balance.unit());
    if std::env::var_os("PAYVAND_SMSAFZAR_BASE_URL").is_none() {
        return Ok(());
    }

    // A template of the panel with one value, `code`.
    let code = sms.template("TydSt1skQE").to("09120000000").set("code", "1234");
    let sent = match code.await {
        Ok(sent) => sent,
        Err(error) => {
            match error.effect() {
                Effect::None => println!("nothing was sent"),
                Effect::Unknown => println!("it may have been sent: look before sending again"),
            }
            return Err(error);
        }
    };
    println!(
        "sent: batch {:?}, message {:?}",
        sent.batch_id(),
        sent.message_id()
    );
    let statuses = sms.status(sent.message_ids()).await?;
    for message in statuses.items() {
        println!("{:?}: {:?}", message.status(), message.status_text());
    }
    Ok(())
}
