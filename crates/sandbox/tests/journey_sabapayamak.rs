//! The Sabapayamak client against the sandbox: whole journeys, counted at the server.

#![allow(clippy::unwrap_used, clippy::panic)]

mod contract;

use std::time::Duration;

use contract::checked::Checked;
use payvand_sandbox::sabapayamak::{AccountState, Sabapayamak, SabapayamakShape, TokenKind};
use payvand_sandbox::{Fault, Sandbox};
use sabapayamak_auth::{Client, Code, Credentials, Effect, Kind, TokenDays, TokenSource};
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn client(sandbox: &Sandbox) -> Client {
    Client::builder().base_url(sandbox.url()).build().unwrap()
}

fn credentials(username: &str) -> Credentials {
    Credentials::builder()
        .username(username)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
        .build()
        .unwrap()
}

fn days() -> TokenDays {
    TokenDays::new(15).unwrap()
}

fn tokens(sandbox: &Sandbox) -> TokenSource {
    client(sandbox).token_source(credentials(Sabapayamak::USERNAME), days())
}

async fn leave(tokens: &TokenSource, body: Value) -> Result<Value, sabapayamak_auth::Error> {
    let message = json!({"Text": body.to_string(), "Numbers": ["09120000000"]});
    let answer = tokens.authorized().post("api/v1/message").json(&message).await?;
    answer.json()
}

#[tokio::test]
async fn one_login_for_many_calls_and_one_more_after_a_refusal() {
    let sandbox = Checked::start().await.unwrap();
    let saba = sandbox.sabapayamak();
    for shape in [
        SabapayamakShape::new(),
        SabapayamakShape::new().camel_case().numbers().notice(),
        SabapayamakShape::new().http_statuses(),
    ] {
        saba.set_shape(shape);
        let (logins, messages) = (saba.logins(), saba.messages().len());
        let tokens = tokens(&sandbox);
        for text in ["سلام", "درود"] {
            leave(&tokens, json!({"text": text})).await.unwrap();
        }
        assert_eq!(saba.logins() - logins, 1);
        saba.revoke_all();
        leave(&tokens, json!({"text": "بدرود"})).await.unwrap();
        assert_eq!(saba.logins() - logins, 2, "{shape:?}");
        let list = tokens.authorized().get("api/v1/messages").await.unwrap();
        let list: Value = list.json().unwrap();
        assert_eq!(
            list["data"].as_array().unwrap().len(),
            messages + 3,
            "each message is there once"
        );
    }
}

#[tokio::test]
async fn every_account_and_every_token() {
    let sandbox = Checked::start().await.unwrap();
    let saba = client(&sandbox);
    let session = saba
        .authenticate(&credentials(Sabapayamak::USERNAME), days())
        .await
        .unwrap();
    assert_eq!(session.user().username(), Some(Sabapayamak::USERNAME));
    assert_eq!(session.user().virtual_number(), Some(Sabapayamak::VIRTUAL_NUMBER));
    assert_eq!(session.token().lifetime(), Some(15 * DAY));

    for (username, state) in Sabapayamak::REFUSED {
        let before = sandbox.request_count();
        let error = saba
            .authenticate(&credentials(username), days())
            .await
            .unwrap_err();
        let (kind, code, requests) = match state {
            AccountState::Inactive => (Kind::Api, Some(Code::SenderNotUsable), 1),
            AccountState::Expired => (Kind::Api, Some(Code::Unknown("4005".into())), 1),
            AccountState::AddressRefused => (Kind::Api, Some(Code::DomainNotAllowed), 1),
            AccountState::RateLimited => (Kind::Status, None, 3),
            AccountState::Failing => (Kind::Api, Some(Code::ServerFailure), 3),
            other => panic!("{other:?}"),
        };
        assert_eq!((error.kind(), error.code()), (kind, code.as_ref()), "{error}");
        assert_eq!(sandbox.request_count() - before, requests, "{username}");
    }
    for (username, password, number, code) in [
        (
            Sabapayamak::USERNAME,
            "wrong password",
            Sabapayamak::VIRTUAL_NUMBER,
            Code::WrongCredentials,
        ),
        (
            "nobody",
            Sabapayamak::PASSWORD,
            Sabapayamak::VIRTUAL_NUMBER,
            Code::WrongCredentials,
        ),
        (
            Sabapayamak::USERNAME,
            Sabapayamak::PASSWORD,
            "3001",
            Code::WrongSender,
        ),
    ] {
        let wrong = Credentials::builder()
            .username(username)
            .password(password)
            .virtual_number(number);
        let error = saba
            .authenticate(&wrong.build().unwrap(), days())
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some(&code));
        assert_eq!(error.http_status().unwrap(), 200, "refused inside a 200");
    }

    for kind in [TokenKind::Jwt, TokenKind::JwtWithoutIat, TokenKind::Opaque] {
        sandbox.sabapayamak().set_token_kind(kind);
        let token = saba
            .authenticate(&credentials(Sabapayamak::USERNAME), days())
            .await
            .unwrap()
            .token()
            .clone();
        let life = token.lifetime().unwrap();
        assert!(life <= 15 * DAY && life > 14 * DAY, "{kind:?} {life:?}");
    }
}

/// Only the sandbox's clock moves: our token is still fresh by ours, and the provider refuses it.
#[tokio::test]
async fn a_token_that_expired_at_the_server_is_replaced() {
    let sandbox = Checked::start().await.unwrap();
    let tokens = tokens(&sandbox);
    leave(&tokens, json!(1)).await.unwrap();
    sandbox.advance(16 * DAY);
    leave(&tokens, json!(2)).await.unwrap();
    assert_eq!(sandbox.sabapayamak().logins(), 2);
    assert_eq!(sandbox.sabapayamak().messages().len(), 2);
}

#[tokio::test]
async fn a_message_is_never_sent_twice() {
    let sandbox = Checked::start().await.unwrap();
    let saba = sandbox.sabapayamak();
    let tokens = tokens(&sandbox);
    tokens.authorization().await.unwrap();
    for (fault, arrived) in [
        (Fault::close().after_processing(), 1),
        (Fault::reset().after_processing(), 1),
        (Fault::answer(502, "<html>").after_processing(), 1),
        (Fault::answer(503, ""), 0),
        (Fault::close(), 0),
        (
            Fault::answer(307, "").header("location", "http://127.0.0.1:9/"),
            0,
        ),
    ] {
        let (requests, messages) = (saba.request_count(), saba.messages().len());
        saba.fail_next(fault.clone());
        let error = leave(&tokens, json!("once")).await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{fault:?} {error}");
        assert_eq!(saba.request_count() - requests, 1, "{fault:?}");
        assert_eq!(saba.messages().len() - messages, arrived, "{fault:?}");
    }
    // A login and a list may be asked again.
    let fresh = self::tokens(&sandbox);
    saba.fail_next_n(2, Fault::close());
    fresh.authorization().await.unwrap();
    saba.fail_next_n(2, Fault::close());
    fresh.authorized().get("api/v1/messages").await.unwrap();
}

#[tokio::test]
async fn many_callers_at_once_log_in_once() {
    let sandbox = Checked::start().await.unwrap();
    let saba = sandbox.sabapayamak();
    let tokens = tokens(&sandbox);
    for round in 1..=3 {
        let calls: Vec<_> = (0..200)
            .map(|id| {
                let tokens = tokens.clone();
                tokio::spawn(async move { leave(&tokens, json!(id)).await })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(
            (saba.logins(), saba.messages().len()),
            (round, 200 * usize::try_from(round).unwrap())
        );
        saba.revoke_all();
    }
}
