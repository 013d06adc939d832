//! The smallest program: it has this crate and tokio, and takes what it needs from the environment.
//!
//! With `PAYVAND_SABAPAYAMAK_USERNAME`, `…_PASSWORD` and `…_VIRTUAL_NUMBER` set, `cargo run -p sabapayamak-auth
//! --example sabapayamak_first_program` logs in and asks for the credit, which changes nothing. Messages are sent by
//! sabapayamak-api.

#![allow(clippy::print_stdout, reason = "an example")]

use sabapayamak_auth::{Client, Credentials, TokenDays};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sabapayamak_auth::Error> {
    let client = Client::from_env()?;
    let tokens = client.token_source(Credentials::from_env()?, TokenDays::new(1)?);
    let authorization = tokens.authorization().await?;
    println!("logged in; the header prints as {authorization:?}");

    // One login serves every call of the provider's manual.
    let credit = tokens.authorized().get("api/v1/credit").read_only().await?;
    println!("{}", String::from_utf8_lossy(credit.body()));
    Ok(())
}
