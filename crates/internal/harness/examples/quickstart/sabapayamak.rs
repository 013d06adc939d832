//! Sabapayamak: a code to two people of whom one is refused, what became of it, what came in, the credit; a token that is
//! revoked, a job that keeps its token in a file, and a wrong password.

use std::error::Error;
use std::time::Duration;

use payvand_sandbox::Sandbox;
use payvand_sandbox::sabapayamak::Sabapayamak;
use sabapayamak_api::sabapayamak_auth::{self, Client as Login, FileTokenStore};
use sabapayamak_api::{Client, Credentials, Language, TokenDays};

use crate::{Outcome, show};

const SOURCE: &str = include_str!("sabapayamak.rs");
const MOBILE: &str = "09120000000";
const REFUSED: &str = "09350000000";

pub(crate) async fn run(sandbox: &Sandbox) -> Outcome {
    if std::env::var_os("PAYVAND_SABAPAYAMAK_USERNAME").is_some() {
        return live().await;
    }
    show::title("Sabapayamak", &format!("sandbox at {}", sandbox.url()));
    let login = Login::builder().base_url(sandbox.url()).build()?;
    let credentials = account()?;

    show::code(
        SOURCE,
        "source",
        "The client, on a source of tokens. Nothing is sent until a call needs one:",
    );
    // [source]
    let sms = Client::new(login.token_source(credentials, TokenDays::new(15)?));
    // [end]
    show::note(format!(
        "logins at the sandbox so far: {}",
        sandbox.sabapayamak().logins()
    ));

    code(&sms, sandbox).await?;
    inbound(&sms, sandbox).await?;
    revoked(&sms, sandbox).await?;
    cron(&login, sandbox).await?;
    refused(&login).await
}

fn account() -> Result<Credentials, sabapayamak_auth::Error> {
    Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
        .build()
}

async fn code(sms: &Client, sandbox: &Sandbox) -> Outcome {
    sandbox.sabapayamak().refuse_number(REFUSED, 27);
    show::code(
        SOURCE,
        "code",
        "A code to two people. Each is taken or refused by itself:",
    );
    // [code]
    let sent = sms.send("کد ورود شما: 1234", [MOBILE, REFUSED]).await?;
    for recipient in sent.recipients() {
        show::result(format!("{}: {:?}", recipient.number(), recipient.outcome()));
    }
    // [end]
    let id = sent.id().ok_or("no id")?;

    sandbox.advance(Duration::from_secs(5));
    show::code(
        SOURCE,
        "deliveries",
        "Five seconds later, by the sandbox's clock:",
    );
    // [deliveries]
    for delivery in sms.deliveries(id).await?.items() {
        show::result(format!("{:?}: {:?}", delivery.flag(), delivery.description()));
    }
    // [end]
    Ok(())
}

async fn inbound(sms: &Client, sandbox: &Sandbox) -> Outcome {
    let line = Sabapayamak::VIRTUAL_NUMBER;
    sandbox.sabapayamak().receive(MOBILE, line, "لغو");
    show::code(
        SOURCE,
        "inbound",
        "Somebody answers. Asking for what is unread marks it as read:",
    );
    // [inbound]
    for message in sms.unread().await?.items() {
        show::result(format!("from {:?}: {:?}", message.sender(), message.body()));
    }
    let left = sms.unread().await?.items().len();
    // [end]
    show::result(format!("{left} left unread"));
    show::code(SOURCE, "credit", "What is left, and what it went for:");
    // [credit]
    let credit = sms.credit().await?;
    let changes = sms.latest_credits(1).await?;
    // [end]
    let change = changes.items().first().ok_or("no change")?;
    show::result(format!(
        "{}, after {:?}: {:?}",
        credit.amount(),
        change.amount(),
        change.description()
    ));
    Ok(())
}

async fn revoked(sms: &Client, sandbox: &Sandbox) -> Outcome {
    let logins = || sandbox.sabapayamak().logins();
    expect("all calls need one login", logins() == 1)?;
    show::code(
        SOURCE,
        "again",
        "Now the provider revokes the token. The next call does not notice:",
    );
    sandbox.sabapayamak().revoke_all();
    // [again]
    let sent = sms.send("نوبت شما فرداست", [MOBILE]).await?;
    // [end]
    show::result(format!("message {:?}", sent.id()));
    let messages = sandbox.sabapayamak().sent_messages().len();
    expect(
        "one fresh login, and no message twice",
        logins() == 2 && messages == 2,
    )?;
    show::note(format!(
        "the sandbox's own record: {} logins, {messages} messages, each of them once",
        logins()
    ));
    Ok(())
}

async fn cron(login: &Login, sandbox: &Sandbox) -> Outcome {
    show::code(
        SOURCE,
        "cron",
        "A job that cron starts again and again. Its token is in a file, so it logs in once a day at most:",
    );
    let folder = std::env::temp_dir().join(format!("payvand-quickstart-{}", std::process::id()));
    let logins = sandbox.sabapayamak().logins();
    for _ in 0..3 {
        let credentials = account()?;
        let folder = folder.clone();
        // [cron]
        let tokens = login
            .token_source(credentials, TokenDays::new(1)?)
            .store(FileTokenStore::new(folder)?);
        let credit = Client::new(tokens).credit().await?;
        // [end]
        show::result(format!("credit {}", credit.amount()));
    }
    std::fs::remove_dir_all(&folder)?;
    let logins = sandbox.sabapayamak().logins() - logins;
    show::note(format!("three runs, logins: {logins}"));
    expect("three runs need one login", logins == 1)
}

async fn refused(login: &Login) -> Outcome {
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
    let Err(error) = login.authenticate(&wrong, TokenDays::new(1)?).await else {
        return Err("a wrong password should not log in".into());
    };
    // [end]
    show::result(format!("{error}"));
    show::note(format!("code {:?}", error.code()));
    show::note(format!("for an end user: {}", error.describe(Language::Persian)));
    Ok(())
}

/// The login and the credit change nothing; no message is sent.
async fn live() -> Outcome {
    show::title("Sabapayamak", "live service");
    let credit = Client::from_env()?.credit().await?;
    show::result(format!("credit {}", credit.amount()));
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
