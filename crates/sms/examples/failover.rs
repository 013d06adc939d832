//! A one-time code by the first of two providers that takes it, against the sandbox in the same process.
//!
//! `cargo run -p payvand-sms --example sms_failover`

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::sync::Arc;

use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::{AccountState, Smsafzar};
use payvand_sandbox::{Fault, Sandbox};
use payvand_sms::{Effect, Failover, FailoverError, Language, Mobile};
use sabapayamak_api::sabapayamak_auth;
use smsafzar_api::smsafzar_auth;

fn failover(sandbox: &Sandbox) -> Result<Failover, Box<dyn Error>> {
    let login = smsafzar_auth::Client::builder().base_url(sandbox.url()).build()?;
    let credentials = smsafzar_api::Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    let afzar = smsafzar_api::Client::new(login.token_source(credentials.build()?));

    let login = sabapayamak_auth::Client::builder()
        .base_url(sandbox.url())
        .build()?;
    let credentials = sabapayamak_api::Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER);
    let days = sabapayamak_api::TokenDays::new(1)?;
    let saba = sabapayamak_api::Client::new(login.token_source(credentials.build()?, days));

    let afzar = afzar.sender(Smsafzar::LINE).template(Smsafzar::TEMPLATE);
    Ok(Failover::new([Arc::new(afzar), Arc::new(saba)]))
}

async fn send(failover: &Failover, to: Mobile, code: &str) -> Result<(), FailoverError> {
    let text = format!("کد ورود شما: {code}");
    let taken = failover.template_or_text(text).set("code", code).to(to).await?;
    for tried in taken.before() {
        println!("not by {}: {:?}", tried.provider(), tried.outcome());
    }
    println!("sent by {}", taken.provider());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let failover = failover(&sandbox)?;
    let to: Mobile = "۰۹۱۲ ۳۴۵ ۶۷۸۹".parse()?;

    send(&failover, to, "1234").await?;
    // The first refuses: nothing was sent there, so the second is tried.
    let afzar = sandbox.smsafzar();
    afzar.set_account_state(Smsafzar::USERNAME, AccountState::Expired);
    send(&failover, to, "5678").await?;
    // The first took it perhaps: the second would send another one.
    afzar.set_account_state(Smsafzar::USERNAME, AccountState::Active);
    afzar.fail_next(Fault::close().after_processing());
    let Err(error) = send(&failover, to, "9012").await else {
        return Err("nobody can tell".into());
    };
    println!("{error}\n{}", error.describe(Language::Persian));

    assert_eq!(error.effect(), Effect::Unknown);
    assert_eq!(
        (
            afzar.sent_messages().len(),
            sandbox.sabapayamak().sent_messages().len()
        ),
        (2, 1)
    );
    Ok(())
}
