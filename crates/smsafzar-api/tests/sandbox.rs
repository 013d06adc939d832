//! Against the sandbox: whole journeys, judged by what it has at the end.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use payvand_sandbox::sms::MessageState;
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Fault, Sandbox};
use smsafzar_api::{Client, Code, Credentials, Effect, RateLimit, StatusQuery, smsafzar_auth};
use support::{LINE, NUMBER, TEXT};

fn client(sandbox: &Sandbox) -> Client {
    sandbox.smsafzar().set_rate_limit(None);
    let login = smsafzar_auth::Client::builder().base_url(sandbox.url());
    let login = login.rate_limit(RateLimit::unlimited()).build().unwrap();
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    Client::new(login.token_source(credentials.build().unwrap()))
}

#[tokio::test]
async fn a_code_is_sent_arrives_and_is_paid_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, afzar) = (client(&sandbox), sandbox.smsafzar());
    let before: u64 = sms.balance().await.unwrap().amount().unwrap().parse().unwrap();
    let sent = sms
        .template(Smsafzar::TEMPLATE)
        .to("+989123456789")
        .set("code", "1234")
        .await
        .unwrap();
    let status = async || {
        let statuses = sms.status(sent.message_ids()).await.unwrap();
        statuses.items()[0].status().unwrap().to_owned()
    };
    assert_eq!(status().await, "1");
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(status().await, "3");
    let messages = afzar.sent_messages();
    assert_eq!(
        (messages[0].text(), messages[0].recipient()),
        ("کد ورود شما: 1234", NUMBER)
    );
    let balance = sms.balance().await.unwrap();
    assert_eq!(balance.amount(), Some(&*(before - Smsafzar::PRICE).to_string()));
    assert_eq!((balance.unit(), afzar.logins()), (Some("rial"), 1));
}

#[tokio::test]
async fn a_batch_waits_and_is_cancelled() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, afzar) = (client(&sandbox), sandbox.smsafzar());
    let at = sandbox.now() + Duration::from_secs(100);
    let batch = sms
        .send_bulk()
        .from(LINE)
        .text("سلام")
        .to(NUMBER)
        .to("09350000000")
        .at(at);
    let sent = batch.await.unwrap();
    let ids: Vec<_> = afzar.sent_messages().iter().map(Smsafzar::id_of).collect();
    assert_eq!(sent.message_ids(), ids);
    let batch = sent.batch_id().unwrap();
    let statuses = sms.status(StatusQuery::batch(batch)).await.unwrap();
    assert_eq!(statuses.items().len(), 2);
    sms.cancel(batch).await.unwrap();
    assert!(
        afzar
            .sent_messages()
            .iter()
            .all(|it| it.state() == MessageState::Cancelled)
    );
    let error = sms.cancel(batch).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::NoSuchBatch), Effect::None)
    );
}

#[tokio::test]
async fn inbound_messages_are_read() {
    let sandbox = Sandbox::start().await.unwrap();
    let sms = client(&sandbox);
    sandbox.smsafzar().receive(NUMBER, LINE, "لغو");
    let received = sms.received(5).await.unwrap();
    let message = &received.items()[0];
    assert_eq!(
        [message.sender(), message.line(), message.text()],
        [NUMBER, LINE, "لغو"].map(Some)
    );
}

#[tokio::test]
async fn refused_recipients_and_an_empty_account_are_refusals() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, afzar) = (client(&sandbox), sandbox.smsafzar());
    afzar.refuse_number(NUMBER);
    let error = sms.send(LINE, NUMBER, TEXT).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::Unknown("1101".into())), Effect::None)
    );
    afzar.set_balance(Smsafzar::USERNAME, 0);
    let error = sms.send(LINE, "09350000000", TEXT).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::Unknown("1100".into())), Effect::None)
    );
    assert_eq!(afzar.sent_messages(), []);
}

#[tokio::test]
async fn a_message_whose_answer_is_lost_is_there_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, afzar) = (client(&sandbox), sandbox.smsafzar());
    sms.balance().await.unwrap();
    let faults = [
        Fault::close().after_processing(),
        Fault::reset().after_processing(),
        Fault::answer(502, "<html>").after_processing(),
        Fault::answer(429, "<html>").after_processing(),
        Fault::answer(200, "<html>").after_processing(),
        Fault::answer(401, r#"{"errorCode":401,"messageIds":[1]}"#).after_processing(),
    ];
    for (count, fault) in faults.into_iter().enumerate() {
        afzar.fail_next(fault.clone());
        let error = sms.send(LINE, NUMBER, TEXT).await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{fault:?}: {error}");
        assert_eq!(afzar.sent_messages().len(), count + 1, "{fault:?}");
    }
}

/// A token that is revoked costs one more login, and no message twice.
#[tokio::test]
async fn a_revoked_token_is_replaced() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, afzar) = (client(&sandbox), sandbox.smsafzar());
    sms.send(LINE, NUMBER, TEXT).await.unwrap();
    afzar.revoke_all();
    sms.send(LINE, NUMBER, TEXT).await.unwrap();
    assert_eq!((afzar.logins(), afzar.sent_messages().len()), (2, 2));
}

/// Sends, reads and logins count together.
#[tokio::test]
async fn the_limit_of_the_login_holds_for_all_calls() {
    let sandbox = Sandbox::start().await.unwrap();
    let login = smsafzar_auth::Client::builder()
        .base_url(sandbox.url())
        .build()
        .unwrap();
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    let sms = Client::new(login.token_source(credentials.build().unwrap()));
    for _ in 0..4 {
        sms.send(LINE, NUMBER, TEXT).await.unwrap();
        sms.balance().await.unwrap();
    }
    assert_eq!((sandbox.request_count(), sandbox.smsafzar().too_many()), (9, 0));
}
