//! SMSAfzar: a one-time code and its way to the phone, a batch that is taken back, what came in, the balance; a token that
//! is revoked, the limit of five a second, and a refused account.

use std::error::Error;
use std::time::Duration;

use payvand_sandbox::Sandbox;
use payvand_sandbox::smsafzar::Smsafzar;
use smsafzar_api::smsafzar_auth::Client as Login;
use smsafzar_api::{Client, Credentials, Language};
use tokio::time::Instant;

use crate::{Outcome, show};

const SOURCE: &str = include_str!("smsafzar.rs");
const MOBILE: &str = "09120000000";

pub(crate) async fn run(sandbox: &Sandbox) -> Outcome {
    if std::env::var_os("PAYVAND_SMSAFZAR_USERNAME").is_some() {
        return live().await;
    }
    show::title("SMSAfzar", &format!("sandbox at {}", sandbox.url()));
    let login = Login::builder().base_url(sandbox.url()).build()?;
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD)
        .build()?;
    let sms = Client::new(login.token_source(credentials));
    let begin = Instant::now();

    code(&sms, sandbox).await?;
    batch(&sms, sandbox).await?;
    inbound(&sms, sandbox).await?;
    revoked(&sms, sandbox).await?;
    show::note(format!(
        "Those were {} requests in {:.1} s: more than five a second are not let out. Refused as too many: {}",
        sandbox.smsafzar().request_count(),
        begin.elapsed().as_secs_f32(),
        sandbox.smsafzar().too_many()
    ));
    refused(&login).await
}

async fn code(sms: &Client, sandbox: &Sandbox) -> Outcome {
    show::code(
        SOURCE,
        "code",
        "A one-time code, by a template of the panel. The login comes by itself:",
    );
    // [code]
    let code = sms.template("TydSt1skQE").to(MOBILE).set("code", "1234");
    let sent = code.await?;
    // [end]
    show::result(format!(
        "batch {:?}, message {:?}",
        sent.batch_id(),
        sent.message_id()
    ));

    sandbox.advance(Duration::from_secs(5));
    show::code(SOURCE, "status", "Five seconds later, by the sandbox's clock:");
    // [status]
    let statuses = sms.status(sent.message_ids()).await?;
    for message in statuses.items() {
        show::result(format!("{:?}, {:?}", message.status(), message.status_text()));
    }
    // [end]
    Ok(())
}

async fn batch(sms: &Client, sandbox: &Sandbox) -> Outcome {
    show::code(
        SOURCE,
        "batch",
        "A text to two people in an hour, and taken back:",
    );
    // [batch]
    let batch = sms
        .send_bulk()
        .from("10001234")
        .to(MOBILE)
        .to("09350000000")
        .text("نوبت شما فرداست");
    let sent = batch.at(sandbox.now() + Duration::from_secs(3600)).await?;
    let batch = sent.batch_id().ok_or("no batch")?;
    sms.cancel(batch).await?;
    // [end]
    show::result(format!(
        "batch {batch} with {} messages is cancelled",
        sent.message_ids().len()
    ));
    Ok(())
}

async fn inbound(sms: &Client, sandbox: &Sandbox) -> Outcome {
    sandbox.smsafzar().receive(MOBILE, "10001234", "لغو");
    show::code(SOURCE, "inbound", "Somebody answers:");
    // [inbound]
    for message in sms.received(10).await?.items() {
        show::result(format!("from {:?}: {:?}", message.sender(), message.text()));
    }
    // [end]
    show::code(SOURCE, "balance", "What is left:");
    // [balance]
    let balance = sms.balance().await?;
    // [end]
    show::result(format!("{:?} {:?}", balance.amount(), balance.unit()));
    Ok(())
}

async fn revoked(sms: &Client, sandbox: &Sandbox) -> Outcome {
    let logins = || sandbox.smsafzar().logins();
    expect("all calls need one login", logins() == 1)?;
    show::code(
        SOURCE,
        "again",
        "Now the provider revokes the token. The next call does not notice:",
    );
    sandbox.smsafzar().revoke_all();
    // [again]
    let sent = sms.send("10001234", MOBILE, "سلام").await?;
    // [end]
    show::result(format!("message {:?}", sent.message_id()));
    let messages = sandbox.smsafzar().sent_messages().len();
    expect(
        "one fresh login, and no message twice",
        logins() == 2 && messages == 4,
    )?;
    show::note(format!(
        "the sandbox's own record: {} logins, {messages} messages, each of them once",
        logins()
    ));
    Ok(())
}

async fn refused(login: &Login) -> Outcome {
    show::code(SOURCE, "expired", "An account that has expired is a typed error:");
    let expired = Credentials::builder()
        .username("sandbox-afzar-expired")
        .password(Smsafzar::PASSWORD)
        .build()?;
    // [expired]
    let Err(error) = login.authenticate(&expired).await else {
        return Err("an account that has expired should not log in".into());
    };
    // [end]
    show::result(format!("{error}"));
    show::note(format!(
        "code {:?}, expired on {:?}",
        error.code(),
        error.details().and_then(|details| details.expired_on())
    ));
    show::note(format!("for an end user: {}", error.describe(Language::Persian)));
    Ok(())
}

/// The login and the balance change nothing; no message is sent.
async fn live() -> Outcome {
    show::title("SMSAfzar", "live service");
    let balance = Client::from_env()?.balance().await?;
    show::result(format!("balance {:?} {:?}", balance.amount(), balance.unit()));
    show::note("Messages cost money: none is sent here.");
    Ok(())
}

fn expect(what: &str, holds: bool) -> Result<(), Box<dyn Error>> {
    if holds {
        Ok(())
    } else {
        Err(format!("this does not hold: {what}").into())
    }
}
