//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! With `PAYVAND_SMSAFZAR_USERNAME` and `…_PASSWORD` set, `cargo run -p smsafzar-auth
//! --example smsafzar_first_program` logs in and asks for the balance, which changes nothing. Messages are sent by
//! smsafzar-api.

#![allow(clippy::print_stdout, reason = "an example")]

use smsafzar_auth::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), smsafzar_auth::Error> {
    let client = Client::from_env()?;
    let tokens = client.token_source(Credentials::from_env()?);
    let authorization = tokens.authorization().await?;
    println!("logged in; the header prints as {authorization:?}");

    // One login serves every call of the provider's manual.
    let balance = tokens.authorized().get("account/balance").read_only().await?;
    println!("{}", String::from_utf8_lossy(balance.body()));
    Ok(())
}
