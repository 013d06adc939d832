//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! With `PAYVAND_SMSAFZAR_USERNAME` and `…_PASSWORD` set, `cargo run -p smsafzar-auth
//! --example smsafzar_first_program` logs in. A message is sent only with `PAYVAND_SMSAFZAR_BASE_URL` set to a
//! sandbox, since it costs money.

#![allow(clippy::print_stdout, reason = "an example")]

use smsafzar_auth::{Client, Credentials, Effect};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), smsafzar_auth::Error> {
    let client = Client::from_env()?;
    let tokens = client.token_source(Credentials::from_env()?);
    let authorization = tokens.authorization().await?;
    println!("logged in; the header prints as {authorization:?}");
    if std::env::var_os("PAYVAND_SMSAFZAR_BASE_URL").is_none() {
        return Ok(());
    }

    // Path and body are those of the provider's manual; the login above serves every call.
    let message = tokens
        .authorized()
        .post("messages/send")
        .header("content-type", "application/json")
        .body(r#"{"senderNumber":"10001234","recipientNumber":"09120000000","content":"سلام"}"#)
        .await;
    match message {
        Ok(answer) => println!("sent: HTTP {}", answer.status()),
        Err(error) => {
            match error.effect() {
                Effect::None => println!("nothing was sent"),
                Effect::Unknown => println!("it may have been sent: look before sending again"),
            }
            return Err(error);
        }
    }
    let balance = tokens.authorized().get("account/balance").read_only().await?;
    println!("balance: HTTP {}", balance.status());
    Ok(())
}
