//! SMSAfzar: one login for two messages, a token that is revoked, the limit of five a second, and a refused account.

use std::error::Error;

use payvand_sandbox::Sandbox;
use payvand_sandbox::smsafzar::Smsafzar;
use serde_json::{Value, json};
use smsafzar_auth::{Client, Credentials, Language};
use tokio::time::Instant;

use crate::{Outcome, show};

const SOURCE: &str = include_str!("smsafzar.rs");

pub(crate) async fn run(sandbox: &Sandbox) -> Outcome {
    if std::env::var_os("PAYVAND_SMSAFZAR_USERNAME").is_some() {
        return live().await;
    }
    show::title("SMSAfzar", &format!("sandbox at {}", sandbox.url()));
    let smsafzar = Client::builder().base_url(sandbox.url()).build()?;
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD)
        .build()?;
    let tokens = smsafzar.token_source(credentials);
    let logins = || sandbox.smsafzar().logins();
    let begin = Instant::now();

    show::code(SOURCE, "twice", "Two messages, one login:");
    // [twice]
    for text in ["سلام", "نوبت شما فرداست"] {
        let message =
            json!({ "senderNumber": "10001234", "recipientNumber": "09120000000", "content": text });
        let answer = tokens.authorized().post("messages/send").json(&message).await?;
        show::result(answer.json::<Value>()?);
    }
    // [end]
    expect("two messages need one login", logins() == 1)?;
    show::note(format!("logins at the sandbox: {}", logins()));

    show::code(
        SOURCE,
        "again",
        "Now the provider revokes the token. The next call does not notice:",
    );
    sandbox.smsafzar().revoke_all();
    // [again]
    let message = json!({ "senderNumber": "10001234", "recipientNumber": "09120000000", "content": "بدرود" });
    let answer = tokens.authorized().post("messages/send").json(&message).await?;
    // [end]
    show::result(answer.json::<Value>()?);
    let messages = sandbox.smsafzar().messages().len();
    expect(
        "one fresh login, and no message twice",
        logins() == 2 && messages == 3,
    )?;
    show::note(format!(
        "the sandbox's own record: {} logins, {messages} messages, each of them once",
        logins()
    ));

    show::note(format!(
        "Those were {} requests in {:.1} s: more than five a second are not let out. Refused as too many: {}",
        sandbox.smsafzar().request_count(),
        begin.elapsed().as_secs_f32(),
        sandbox.smsafzar().too_many()
    ));

    show::code(SOURCE, "expired", "An account that has expired is a typed error:");
    let expired = Credentials::builder()
        .username("sandbox-afzar-expired")
        .password(Smsafzar::PASSWORD)
        .build()?;
    // [expired]
    let Err(error) = smsafzar.authenticate(&expired).await else {
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

/// A login changes nothing; no message is sent.
async fn live() -> Outcome {
    show::title("SMSAfzar", "live service");
    let session = Client::from_env()?
        .authenticate(&Credentials::from_env()?)
        .await?;
    show::result(format!("logged in: a token for {:?}", session.token().lifetime()));
    show::note("Messages cost money, and their paths are the provider's: none is sent here.");
    Ok(())
}

fn expect(what: &str, holds: bool) -> Result<(), Box<dyn Error>> {
    if holds {
        Ok(())
    } else {
        Err(format!("this does not hold: {what}").into())
    }
}
