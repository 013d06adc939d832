//! A job for cron: it logs in once a day at most, however often it runs, and jobs that run at once log in once.
//!
//! With `PAYVAND_SABAPAYAMAK_USERNAME`, `…_PASSWORD` and `…_VIRTUAL_NUMBER` set:
//! `cargo run -p sabapayamak-auth --features file-store --example sabapayamak_cron_job -- ~/.cache/credit`

#![allow(clippy::print_stdout, reason = "an example")]

use sabapayamak_auth::{Client, Credentials, FileTokenStore, TokenDays};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sabapayamak_auth::Error> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tokens".to_owned());
    let tokens = Client::from_env()?
        .token_source(Credentials::from_env()?, TokenDays::new(1)?)
        .store(FileTokenStore::new(folder)?);

    let credit = tokens.authorized().get("api/v1/credit").read_only().await?;
    println!("{}", String::from_utf8_lossy(credit.body()));
    if let Some(ends) = tokens.status().and_then(|status| status.expires_at()) {
        println!("the token is good until {ends}");
    }
    Ok(())
}
