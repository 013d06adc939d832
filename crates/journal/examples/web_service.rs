//! A web service that takes an idempotency key from its own caller: whoever sends the same request twice gets the same answer,
//! and one message is sent.
//!
//! `cargo run -p payvand-journal --features smsafzar --example journal_web_service`, against a sandbox in the same process.

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Router, serve};
use payvand_journal::{Effect, Entry, Journal, JournalError};
use payvand_sandbox::Sandbox;
use payvand_sandbox::smsafzar::Smsafzar;
use smsafzar_api::{Client, Credentials, smsafzar_auth};

#[derive(Clone)]
struct Service {
    sms: Client,
    journal: Journal,
}

/// The body is the number.
async fn welcome(State(service): State<Service>, headers: HeaderMap, number: String) -> (StatusCode, String) {
    let Some(key) = headers.get("idempotency-key").and_then(|it| it.to_str().ok()) else {
        return (StatusCode::BAD_REQUEST, "an Idempotency-Key is needed".to_owned());
    };
    let key = key.to_owned();
    let call = service.sms.send("10001234", number, "خوش آمدید");
    // On a task of its own: a caller who goes away must not leave it in doubt whether the message was sent.
    let run = tokio::spawn(async move { service.journal.run(key, call).await });
    match run.await {
        Ok(Ok(Entry::Done(sent))) => (StatusCode::OK, sent.id().unwrap_or("sent").to_owned()),
        Ok(Ok(Entry::NotDone(why))) => (StatusCode::BAD_GATEWAY, format!("not sent: {why}")),
        Ok(Err(error @ JournalError::KeyReused { .. })) => (StatusCode::CONFLICT, error.to_string()),
        Ok(Err(error)) if error.effect() == Effect::None => {
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string())
        }
        // The same key may be sent again: it never sends the message twice.
        Ok(_) | Err(_) => (
            StatusCode::ACCEPTED,
            "nobody knows yet whether it was sent".to_owned(),
        ),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let login = smsafzar_auth::Client::builder().base_url(sandbox.url()).build()?;
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    let sms = Client::new(login.token_source(credentials.build()?));
    let file = std::env::temp_dir().join(format!("journal-web-{}.sqlite", std::process::id()));
    let journal = Journal::open(&file).await?;
    let app = Router::new()
        .route("/welcome", post(welcome))
        .with_state(Service { sms, journal });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/welcome", listener.local_addr()?);
    let server = tokio::spawn(async move { serve(listener, app).await });

    let ask = tokio::task::spawn_blocking(move || {
        let send = |number: &str| {
            let request = ureq::post(&url).header("idempotency-key", "visitor-17");
            let answer = request
                .config()
                .http_status_as_error(false)
                .build()
                .send(number)?;
            Ok::<_, ureq::Error>((answer.status().as_u16(), answer.into_body().read_to_string()?))
        };
        Ok::<_, ureq::Error>([send("09120000000")?, send("09120000000")?, send("09350000000")?])
    });
    let answers = ask.await??;
    println!("{answers:?}");
    assert_eq!(answers[0], answers[1]);
    assert_eq!((answers[0].0, answers[2].0), (200, 409));
    assert_eq!(sandbox.smsafzar().sent_messages().len(), 1);
    server.abort();
    std::fs::remove_file(file)?;
    Ok(())
}

#[test]
fn it_sends_one_message() {
    main().unwrap();
}
