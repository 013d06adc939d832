//! Sabapayamak: one login for two messages, a token that is revoked, and the one fresh login that follows.

use std::error::Error;

use payvand_sandbox::Sandbox;
use payvand_sandbox::sabapayamak::Sabapayamak;
use sabapayamak_auth::{Client, Credentials, Language, TokenDays};
use serde_json::{Value, json};

use crate::{Outcome, show};

const SOURCE: &str = include_str!("sabapayamak.rs");

pub(crate) async fn run(sandbox: &Sandbox) -> Outcome {
    if std::env::var_os("PAYVAND_SABAPAYAMAK_USERNAME").is_some() {
        return live().await;
    }
    show::title("Sabapayamak", &format!("sandbox at {}", sandbox.url()));
    let saba = Client::builder().base_url(sandbox.url()).build()?;
    let credentials = Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
        .build()?;

    show::code(
        SOURCE,
        "source",
        "A source of tokens. Nothing is sent until a call needs one:",
    );
    // [source]
    let tokens = saba.token_source(credentials, TokenDays::new(15)?);
    // [end]
    let logins = || sandbox.sabapayamak().logins();
    show::note(format!("logins at the sandbox so far: {}", logins()));

    show::code(
        SOURCE,
        "twice",
        "Two messages, by any call of the provider that needs the token:",
    );
    // [twice]
    for text in ["سلام", "نوبت شما فرداست"] {
        let message = json!({ "Text": text, "Numbers": ["09120000000"] });
        let answer = tokens.authorized().post("api/v1/message").json(&message).await?;
        show::result(answer.json::<Value>()?["message"].as_str().unwrap_or("?"));
    }
    // [end]
    expect("two messages need one login", logins() == 1)?;
    show::note(format!("logins at the sandbox: {}", logins()));

    show::code(
        SOURCE,
        "again",
        "Now the provider revokes the token. The next call does not notice:",
    );
    sandbox.sabapayamak().revoke_all();
    // [again]
    let message = json!({ "Text": "بدرود", "Numbers": ["09120000000"] });
    let answer = tokens.authorized().post("api/v1/message").json(&message).await?;
    // [end]
    show::result(answer.json::<Value>()?["message"].as_str().unwrap_or("?"));
    let messages = sandbox.sabapayamak().messages().len();
    expect(
        "one fresh login, and no message twice",
        logins() == 2 && messages == 3,
    )?;
    show::note(format!(
        "the sandbox's own record: {} logins, {messages} messages, each of them once",
        logins()
    ));

    show::code(
        SOURCE,
        "wrong",
        "A wrong password is refused inside an HTTP 200, and is a typed error:",
    );
    let wrong = Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password("not-the-password")
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
        .build()?;
    // [wrong]
    let Err(error) = saba.authenticate(&wrong, TokenDays::new(1)?).await else {
        return Err("a wrong password should not log in".into());
    };
    // [end]
    show::result(format!("{error}"));
    show::note(format!("code {:?}", error.code()));
    show::note(format!("for an end user: {}", error.describe(Language::Persian)));
    Ok(())
}

/// A login changes nothing; no message is sent.
async fn live() -> Outcome {
    show::title("Sabapayamak", "live service");
    let session = Client::from_env()?
        .authenticate(&Credentials::from_env()?, TokenDays::MIN)
        .await?;
    show::result(format!(
        "logged in: user {:?}, token for {:?}",
        session.user().id(),
        session.token().lifetime()
    ));
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
