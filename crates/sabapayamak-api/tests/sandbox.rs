//! Against the sandbox: whole journeys, judged by what it has at the end.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use payvand_sandbox::sabapayamak::{Sabapayamak, SabapayamakShape};
use payvand_sandbox::{Fault, Sandbox};
use sabapayamak_api::{Client, Credentials, Effect, RecipientOutcome, sabapayamak_auth};
use support::{ONE, TEXT, TWO, days};

fn client(sandbox: &Sandbox) -> Client {
    let login = sabapayamak_auth::Client::builder().base_url(sandbox.url());
    let credentials = Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER);
    Client::new(
        login
            .build()
            .unwrap()
            .token_source(credentials.build().unwrap(), days()),
    )
}

#[tokio::test]
async fn messages_are_sent_and_found_again_in_every_shape() {
    for shape in [
        SabapayamakShape::new(),
        SabapayamakShape::new().camel_case().numbers().no_data(),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let (sms, saba) = (client(&sandbox), sandbox.sabapayamak());
        saba.set_shape(shape);
        saba.refuse_number(TWO, 27);
        let credit = async || sms.credit().await.unwrap().amount().parse::<f64>().unwrap();
        let before = credit().await;
        let sent = sms.send("سلام", [ONE, TWO]).await.unwrap();
        let outcomes: Vec<_> = sent
            .recipients()
            .iter()
            .map(|it| it.outcome().record_id())
            .collect();
        assert_eq!(outcomes, [Some("1"), None]);
        assert!(matches!(
            sent.recipients()[1].outcome(),
            RecipientOutcome::Refused { status: 27, .. }
        ));
        assert!((before - credit().await - 1.0).abs() < 1e-6);

        sandbox.advance(Duration::from_secs(5));
        let id = sent.id().unwrap();
        let deliveries = sms.deliveries(id).await.unwrap();
        assert_eq!(
            (deliveries.items()[0].number(), deliveries.items()[0].flag()),
            (Some(ONE), Some("2"))
        );
        assert_eq!(sms.message(id).await.unwrap().items()[0].body(), Some("سلام"));
        for found in [
            sms.messages("1400/01/01", "1499/12/29").await.unwrap(),
            sms.messages_of_line(Sabapayamak::VIRTUAL_NUMBER).await.unwrap(),
        ] {
            assert_eq!((found.items().len(), found.items()[0].id()), (1, Some(id)));
        }
        assert_eq!(
            sms.messages("1349/01/01", "1399/12/29")
                .await
                .unwrap()
                .items()
                .len(),
            0
        );
        assert_eq!(
            sms.message("77").await.unwrap().items().len(),
            0,
            "1002 is no data"
        );
        for found in [
            sms.credits("1400/01/01", "1499/12/29").await.unwrap(),
            sms.latest_credits(1).await.unwrap(),
        ] {
            assert_eq!(found.items().len(), 1);
        }
        assert_eq!(saba.logins(), 1);
    }
}

#[tokio::test]
async fn unread_messages_are_read_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, saba, line) = (
        client(&sandbox),
        sandbox.sabapayamak(),
        Sabapayamak::VIRTUAL_NUMBER,
    );
    for round in 1..=3 {
        saba.receive(ONE, line, "لغو");
        let unread = match round {
            1 => sms.unread().await,
            2 => sms.unread_between("1400/01/01", "1499/12/29").await,
            _ => sms.unread_on_line(line).await,
        };
        assert_eq!(unread.unwrap().items().len(), 1, "{round}");
        assert_eq!(sms.unread().await.unwrap().items().len(), 0);
    }
    assert_eq!(
        sms.received("1400/01/01", "1499/12/29")
            .await
            .unwrap()
            .items()
            .len(),
        3
    );
    assert_eq!(sms.received_on_line(line).await.unwrap().items().len(), 3);
    assert_eq!(
        sms.received_by_id("2").await.unwrap().items()[0].body(),
        Some("لغو")
    );
}

#[tokio::test]
async fn a_message_whose_answer_is_lost_is_there_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sms, saba) = (client(&sandbox), sandbox.sabapayamak());
    sms.credit().await.unwrap();
    let faults = [
        Fault::close().after_processing(),
        Fault::reset().after_processing(),
        Fault::answer(502, "<html>").after_processing(),
        Fault::answer(200, "<html>").after_processing(),
        Fault::answer(200, r#"{"status":401,"data":{"id":7},"errors":[{"code":401}]}"#).after_processing(),
    ];
    for (count, fault) in faults.into_iter().enumerate() {
        saba.fail_next(fault.clone());
        let error = sms.send(TEXT, [ONE]).await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{fault:?}: {error}");
        assert_eq!(saba.sent_messages().len(), count + 1, "{fault:?}");
    }
    saba.revoke_all();
    sms.send(TEXT, [ONE]).await.unwrap();
    assert_eq!(saba.sent_messages().len(), 6);
}
