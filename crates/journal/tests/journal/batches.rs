//! Messages: a key for each row of a request.

use std::time::Duration;

use futures_util::TryStreamExt;
use payvand_journal::{DescribedCall, Entry, Filter, JournalError, Record, SentMessage, State, Verdict};
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Fault, Sandbox};
use sabapayamak_api::{TokenDays, sabapayamak_auth};
use smsafzar_api::smsafzar_auth;

use crate::support::{Folder, SECOND};

pub(crate) fn afzar(url: &str) -> smsafzar_api::Client {
    let login = smsafzar_auth::Client::builder().base_url(url).timeout(2 * SECOND);
    let credentials = smsafzar_api::Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    let tokens = login.build().unwrap().token_source(credentials.build().unwrap());
    smsafzar_api::Client::new(tokens)
}

fn saba(sandbox: &Sandbox) -> sabapayamak_api::Client {
    let login = sabapayamak_auth::Client::builder()
        .base_url(sandbox.url())
        .timeout(2 * SECOND);
    let credentials = sabapayamak_api::Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER);
    let login = login.build().unwrap();
    let tokens = login.token_source(credentials.build().unwrap(), TokenDays::new(1).unwrap());
    sabapayamak_api::Client::new(tokens)
}

fn states<E: std::fmt::Debug>(entries: &[Entry<SentMessage, E>]) -> Vec<State> {
    entries.iter().map(Entry::state).collect()
}

#[tokio::test]
async fn a_batch_has_an_entry_for_each_row() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let sms = afzar(sandbox.url());
    let journal = folder.journal().await;
    let long = "س".repeat(71);
    let batch = |texts: [&str; 3]| {
        let batch = sms.send_bulk().from("10001234");
        let numbers = ["09120000000", "09350000000", "09190000000"];
        texts
            .iter()
            .zip(numbers)
            .fold(batch, |batch, (text, number)| batch.text(*text).to(number))
    };
    let texts = ["سلام", "سلام", &long];
    let first = journal.run_many(["a", "b", "c"], batch(texts)).await.unwrap();
    let second = journal.run_many(["a", "b", "c"], batch(texts)).await.unwrap();
    for (first, second) in first.iter().zip(&second) {
        let (Entry::Done(first), Entry::Done(second)) = (first, second) else {
            panic!("{first:?} {second:?}")
        };
        assert_eq!(first, second);
        assert!(first.id().is_some() && first.batch_id().is_some());
    }
    assert_eq!(sandbox.smsafzar().sent_messages().len(), 3);
    let records: Vec<Record> = journal.entries(Filter::default()).try_collect().await.unwrap();
    assert_eq!(records.iter().map(Record::cost).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(records[2].unit(), "parts");

    // A row belongs to its key, in whichever batch it stands.
    let error = journal.run_many(["a", "c", "b"], batch(texts)).await.unwrap_err();
    assert!(matches!(error, JournalError::KeyReused { .. }), "{error}");
    let error = journal.run_many(["a", "b", "d"], batch(texts)).await.unwrap_err();
    assert!(
        matches!(error, JournalError::SomeKnown { known: 2, new: 1 }),
        "{error}"
    );
    for keys in [vec!["a", "b"], vec!["a", "b", "b"], vec!["a", "b", "c", "d"]] {
        let error = journal.run_many(keys, batch(texts)).await.unwrap_err();
        assert!(matches!(error, JournalError::KeyCount { .. }), "{error}");
    }
    let error = journal.run("z", batch(texts)).await.unwrap_err();
    assert!(
        matches!(error, JournalError::KeyCount { rows: 3, keys: 1 }),
        "{error}"
    );
    assert_eq!(sandbox.smsafzar().sent_messages().len(), 3);

    let is_send = |it: &payvand_sandbox::RecordedRequest| it.path().contains("/send");
    sandbox.fail_next_where(is_send, Fault::close().after_processing());
    let lost = journal.run_many(["d", "e", "f"], batch(texts)).await.unwrap();
    assert_eq!(states(&lost), [State::InDoubt; 3]);
    sandbox.fail_next_where(
        is_send,
        Fault::answer(400, r#"{"errorCode":1001,"errorMessage":"x"}"#),
    );
    let refused = journal.run_many(["g", "h", "i"], batch(texts)).await.unwrap();
    assert_eq!(states(&refused), [State::NotDone; 3]);
    let again = journal.run_many(["g", "h", "i"], batch(texts)).await.unwrap();
    assert_eq!(states(&again), [State::Done; 3]);
    assert_eq!(sandbox.smsafzar().sent_messages().len(), 9);

    let one = journal
        .run("one", sms.send("10001234", "09120000000", "سلام"))
        .await
        .unwrap();
    assert!(matches!(one, Entry::Done(_)), "{one:?}");
    sandbox.smsafzar().add_template("code", "کد: {code}", "10001234");
    let code = journal.run("code", sms.template("code").to("09120000000").set("code", "1234"));
    let code = code.await.unwrap();
    assert!(matches!(code, Entry::Done(_)), "{code:?}");
    let error = journal.run("code", sms.template("code").to("09120000000").set("code", "4321"));
    let error = error.await.unwrap_err();
    assert!(matches!(error, JournalError::KeyReused { .. }), "{error}");
}

#[tokio::test]
async fn each_recipient_of_sabapayamak_has_an_entry_of_its_own() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let sms = saba(&sandbox);
    let journal = folder.journal().await.grace(Duration::ZERO);
    sandbox.sabapayamak().refuse_number("09350000000", 27);
    let batch = || sms.send("سلام", ["09120000000", "09350000000"]);
    let entries = journal.run_many(["a", "b"], batch()).await.unwrap();
    assert_eq!(states(&entries), [State::Done, State::NotDone]);
    let Entry::NotDone(why) = &entries[1] else {
        unreachable!()
    };
    assert_eq!(why.to_string(), "the provider gave it the status 27");

    let is_send = |it: &payvand_sandbox::RecordedRequest| it.path().ends_with("/message");
    for (is_sent, text) in [(true, "یک"), (false, "دو")] {
        let fault = Fault::close();
        sandbox.fail_next_where(is_send, if is_sent { fault.after_processing() } else { fault });
        let call = sms.send(text, ["09120000000"]).timeout(SECOND / 2);
        let entry = journal.run(text, call.clone()).await.unwrap();
        assert!(matches!(entry, Entry::InDoubt(_)), "{entry:?}");
        tokio::time::sleep(SECOND / 2).await;
        let verdict = journal.reconcile(text, &call).await.unwrap();
        let is_likely = matches!(verdict, Verdict::Likely(payvand_journal::Settled::Happened, _));
        assert_eq!(is_likely, is_sent, "{verdict:?}");
    }
}

#[tokio::test]
async fn a_call_of_ones_own_is_described_and_made_once() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let sms = afzar(sandbox.url());
    let journal = folder.journal().await;
    let authorized = sms.tokens().authorized();
    let call = |text: &str| {
        let body = serde_json::json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": text});
        DescribedCall::new(authorized.post("messages/send").json(&body), "a greeting")
    };
    for _ in 0..2 {
        let Entry::Done(answer) = journal.run("a", call("سلام")).await.unwrap() else {
            panic!("it was not sent")
        };
        assert_eq!(answer.status(), Some(200));
    }
    let error = journal.run("a", call("بدرود")).await.unwrap_err();
    assert!(matches!(error, JournalError::KeyReused { .. }), "{error}");
    // Refused before anything is sent or stored.
    let away = DescribedCall::new(authorized.post("https://elsewhere.example/"), "a greeting");
    let entry = journal.run("b", away).await.unwrap();
    assert!(matches!(entry, Entry::NotDone(_)), "{entry:?}");
    assert!(journal.entry("b").await.unwrap().is_none());
    assert_eq!(sandbox.smsafzar().sent_messages().len(), 1);
}
