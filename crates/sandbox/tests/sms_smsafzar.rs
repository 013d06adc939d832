//! The SMS calls of SMSAfzar, over the wire.

#![allow(clippy::unwrap_used, clippy::panic)]

mod contract;

use std::time::{Duration, UNIX_EPOCH};

use contract::checked::Checked;
use payvand_sandbox::sms::{MessageState, SentMessage};
use payvand_sandbox::smsafzar::{AccountState, Smsafzar};
use serde_json::{Value, json};

struct Service {
    sandbox: Checked,
    http: reqwest::Client,
    token: String,
}

impl Service {
    async fn start() -> Self {
        let sandbox = Checked::start().await.unwrap();
        sandbox.smsafzar().set_rate_limit(None);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut service = Self {
            sandbox,
            http,
            token: String::new(),
        };
        let login = json!({"userName": Smsafzar::USERNAME, "password": Smsafzar::PASSWORD, "domain": Smsafzar::DOMAIN});
        let (_, session) = service.call("POST", "auth/token", &login).await;
        session["token"].as_str().unwrap().clone_into(&mut service.token);
        service
    }

    fn afzar(&self) -> Smsafzar {
        self.sandbox.smsafzar()
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/{path}", self.sandbox.url());
        let request = self.http.request(method.parse().unwrap(), url);
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = request.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, &body).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, &Value::Null).await
    }

    async fn statuses(&self, query: Value) -> Vec<Value> {
        let (status, answer) = self.post("messages/status", query).await;
        assert_eq!(status, 200, "{answer}");
        let messages = answer["messages"].as_array().unwrap().iter();
        messages.map(|it| it["status"].clone()).collect()
    }

    /// In Unix seconds, so long after now.
    fn after(&self, seconds: u64) -> u64 {
        self.sandbox.now().duration_since(UNIX_EPOCH).unwrap().as_secs() + seconds
    }
}

fn message() -> Value {
    json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام"})
}

#[tokio::test]
async fn a_message_moves_and_costs_its_parts() {
    let service = Service::start().await;
    let before = service.afzar().balance(Smsafzar::USERNAME).unwrap();
    let long =
        json!({"senderNumber": "10001234", "recipientNumber": "989120000000", "content": "س".repeat(71)});
    let (status, sent) = service.post("messages/send", long).await;
    assert_eq!(status, 200, "{sent}");
    let (_, balance) = service.get("account/balance").await;
    assert_eq!(
        balance,
        json!({"amount": before - 2 * Smsafzar::PRICE, "unit": "rial"})
    );
    let ids = json!({"sentMessageIdes": sent["sentMessageIdes"]});
    assert_eq!(service.statuses(ids.clone()).await, [json!(1)]);
    service.sandbox.advance(Duration::from_secs(1));
    assert_eq!(service.statuses(ids.clone()).await, [json!(2)]);
    service.sandbox.advance(Duration::from_secs(4));
    assert_eq!(service.statuses(ids).await, [json!(3)]);
    let batch = json!({"batchId": sent["batchId"]});
    assert_eq!(service.statuses(batch).await, [json!(3)]);
    assert_eq!(
        service.statuses(json!({"sentMessageIdes": ["unknown"]})).await,
        [Value::Null; 0]
    );

    let messages = service.afzar().sent_messages();
    let [message] = &messages[..] else {
        panic!("{messages:?}")
    };
    assert_eq!((message.recipient(), message.segments()), ("09120000000", 2));
    assert_eq!(message.state(), MessageState::Delivered);
    assert_eq!(json!(Smsafzar::id_of(message)), sent["sentMessageIdes"][0]);
}

#[tokio::test]
async fn a_batch_pairs_its_lists() {
    let service = Service::start().await;
    let afzar = service.afzar();
    let (one, two) = ("09120000000", "09350000000");
    for (senders, recipients, contents, expected) in [
        (
            json!(["1000"]),
            json!([one, two]),
            json!(["a"]),
            vec![("1000", one, "a"), ("1000", two, "a")],
        ),
        (
            json!(["1000"]),
            json!([one]),
            json!(["a", "b"]),
            vec![("1000", one, "a"), ("1000", one, "b")],
        ),
        (
            json!(["1000", "2000"]),
            json!([one, two]),
            json!(["a", "b"]),
            vec![("1000", one, "a"), ("2000", two, "b")],
        ),
        (
            json!(["1000", "2000"]),
            json!([one]),
            json!(["a"]),
            vec![("1000", one, "a"), ("2000", one, "a")],
        ),
    ] {
        let before = afzar.sent_messages().len();
        let body = json!({"senderNumbers": senders, "recipientNumbers": recipients, "contents": contents});
        let (status, sent) = service.post("messages/send/bulk", body).await;
        assert_eq!(
            (status, sent["sentMessageIdes"].as_array().unwrap().len()),
            (200, expected.len())
        );
        let messages = afzar.sent_messages().split_off(before);
        let rows: Vec<_> = messages
            .iter()
            .map(|it| (it.sender(), it.recipient(), it.text()))
            .collect();
        assert_eq!(rows, expected);
        assert!(messages.iter().all(|it| json!(it.batch()) == sent["batchId"]));
    }
    for (senders, recipients, contents, field) in [
        (
            json!(["1000"]),
            json!([one, two]),
            json!(["a", "b", "c"]),
            "RecipientNumbers",
        ),
        (json!([]), json!([one]), json!(["a"]), "SenderNumbers"),
        (
            json!(["1000"]),
            json!(vec![one; 101]),
            json!(["a"]),
            "RecipientNumbers",
        ),
        (
            json!(["1000"]),
            json!([one, "0212"]),
            json!(["a"]),
            "RecipientNumbers",
        ),
        (json!(["1000"]), json!([one]), json!(["a", ""]), "Contents"),
    ] {
        let before = afzar.sent_messages().len();
        let body = json!({"senderNumbers": senders, "recipientNumbers": recipients, "contents": contents});
        let (status, refusal) = service.post("messages/send/bulk", body).await;
        assert_eq!((status, &refusal["errorCode"]), (400, &json!(1001)), "{refusal}");
        assert_eq!(refusal["validationErrors"][0]["field"], field, "{refusal}");
        assert_eq!(afzar.sent_messages().len(), before);
    }
}

#[tokio::test]
async fn a_template_is_filled_in() {
    let service = Service::start().await;
    let afzar = service.afzar();
    afzar.add_template("Visit", "{name} عزیز، {day} منتظریم", "20001234");
    let code = json!([{"name": "code", "value": "{name}"}]);
    let body = json!({"recipientNumber": "9120000000", "templateId": Smsafzar::TEMPLATE, "parameters": code});
    assert_eq!(service.post("messages/send/template", body).await.0, 200);
    let values = json!([{"name": "day", "value": "شنبه"}, {"name": "name", "value": "سارا"}]);
    let body = json!({"senderNumber": "30001234", "recipientNumber": "09120000000", "templateId": "Visit", "parameters": values});
    assert_eq!(service.post("messages/send/template", body).await.0, 200);
    let messages = afzar.sent_messages();
    let sent: Vec<_> = messages
        .iter()
        .map(|it| (it.sender(), it.text(), it.template().unwrap()))
        .collect();
    let expected = [
        (Smsafzar::LINE, "کد ورود شما: {name}", Smsafzar::TEMPLATE),
        ("30001234", "سارا عزیز، شنبه منتظریم", "Visit"),
    ];
    assert_eq!(sent, expected);
    for (id, parameters, field) in [
        ("Unknown", json!([]), "TemplateId"),
        (Smsafzar::TEMPLATE, json!([]), "Parameters"),
        (
            Smsafzar::TEMPLATE,
            json!([{"name": "code", "value": "1".repeat(101)}]),
            "Parameters",
        ),
    ] {
        let body = json!({"recipientNumber": "09120000000", "templateId": id, "parameters": parameters});
        let (status, refusal) = service.post("messages/send/template", body).await;
        assert_eq!((status, &refusal["errorCode"]), (400, &json!(1001)), "{refusal}");
        assert_eq!(refusal["validationErrors"][0]["field"], field, "{refusal}");
    }
}

#[tokio::test]
async fn a_scheduled_batch_can_be_cancelled_until_thirty_seconds_before() {
    let service = Service::start().await;
    let afzar = service.afzar();
    let before = afzar.balance(Smsafzar::USERNAME);
    let mut batches = Vec::new();
    for _ in 0..2 {
        let mut later = message();
        later["sendTimestamp"] = json!(service.after(100));
        let (status, sent) = service.post("messages/send", later).await;
        assert_eq!(status, 200, "{sent}");
        batches.push(sent["batchId"].to_string());
    }
    let cancel = async |batch: &str| {
        let path = format!("messages/send/scheduled/{batch}");
        let (status, answer) = service.call("DELETE", &path, &Value::Null).await;
        (status, answer["errorCode"].clone())
    };
    let no_such_batch = (400, json!(1106));
    assert_eq!(cancel("77").await, no_such_batch);
    assert_eq!(cancel("none").await, no_such_batch);
    service.sandbox.advance(Duration::from_secs(60));
    assert_eq!(cancel(&batches[0]).await, (200, Value::Null));
    assert_eq!(cancel(&batches[0]).await, no_such_batch);
    service.sandbox.advance(Duration::from_secs(20));
    assert_eq!(cancel(&batches[1]).await, no_such_batch);
    service.sandbox.advance(Duration::from_secs(30));
    let states: Vec<_> = afzar.sent_messages().iter().map(SentMessage::state).collect();
    assert_eq!(states, [MessageState::Cancelled, MessageState::Delivered]);
    let paid = before.unwrap() - afzar.balance(Smsafzar::USERNAME).unwrap();
    assert_eq!(paid, Smsafzar::PRICE, "only the one that was sent");

    let mut past = message();
    past["sendTimestamp"] = json!(1_600_000_000);
    let (http, refusal) = service.post("messages/send", past).await;
    assert_eq!(
        (http, &refusal["validationErrors"][0]["field"]),
        (400, &json!("SendTimestamp"))
    );
}

#[tokio::test]
async fn a_test_can_drop_messages_in() {
    let service = Service::start().await;
    for text in ["یک", "دو", "سه"] {
        service.afzar().receive("09120000000", "10001234", text);
    }
    let (_, received) = service.get("messages/received/recent?count=2").await;
    let texts: Vec<_> = received["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["content"])
        .collect();
    assert_eq!(texts, ["سه", "دو"]);
    for query in ["", "?count=0", "?count=101", "?count=a"] {
        let (status, refusal) = service.get(&format!("messages/received/recent{query}")).await;
        assert_eq!((status, &refusal["errorCode"]), (400, &json!(1001)), "{query}");
        assert_eq!(refusal["validationErrors"][0]["field"], "count");
    }
}

#[tokio::test]
async fn every_error_of_the_manual() {
    let service = Service::start().await;
    let afzar = service.afzar();
    let mut expected = Vec::new();
    for (field, body) in [
        (
            "SenderNumber",
            json!({"senderNumber": "1000 1234", "recipientNumber": "09120000000", "content": "a"}),
        ),
        (
            "RecipientNumber",
            json!({"senderNumber": "10001234", "recipientNumber": "0912", "content": "a"}),
        ),
        (
            "Content",
            json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": ""}),
        ),
        ("SentMessageIdes", Value::Null),
    ] {
        let (status, refusal) = match field {
            "SentMessageIdes" => {
                service
                    .post("messages/status", json!({"sentMessageIdes": vec!["a"; 101]}))
                    .await
            }
            _ => service.post("messages/send", body).await,
        };
        assert_eq!((status, &refusal["errorCode"]), (400, &json!(1001)), "{refusal}");
        assert_eq!(refusal["validationErrors"][0]["field"], field);
    }
    afzar.refuse_number("+989350000000");
    let refused = json!({"senderNumber": "10001234", "recipientNumber": "09350000000", "content": "a"});
    expected.push((400, json!(1101), service.post("messages/send", refused).await));
    afzar.set_balance(Smsafzar::USERNAME, Smsafzar::PRICE - 1);
    expected.push((400, json!(1100), service.post("messages/send", message()).await));
    for (state, status, code) in [
        (AccountState::ServiceRefused, 403, json!(1004)),
        (AccountState::MethodRefused, 403, json!(1005)),
        (AccountState::AddressRefused, 403, json!(1006)),
        (AccountState::Inactive, 403, json!(1010)),
        (AccountState::Expired, 403, json!(1011)),
        (AccountState::RateLimited, 429, json!(429)),
        (AccountState::Failing, 500, json!(Smsafzar::SUPPORT_REFERENCE)),
    ] {
        afzar.set_account_state(Smsafzar::USERNAME, state);
        expected.push((status, code, service.post("messages/send", message()).await));
    }
    afzar.set_account_state(Smsafzar::USERNAME, AccountState::Active);
    afzar.revoke_all();
    expected.push((401, json!(401), service.post("messages/send", message()).await));
    for (status, code, (got, refusal)) in expected {
        assert_eq!((got, &refusal["errorCode"]), (status, &code), "{refusal}");
    }
    assert!(afzar.sent_messages().is_empty() && afzar.messages().is_empty());
}

#[tokio::test]
async fn a_user_sees_and_cancels_nothing_of_another() {
    let service = Service::start().await;
    let mut later = message();
    later["sendTimestamp"] = json!(service.after(100));
    let (_, sent) = service.post("messages/send", later).await;
    service
        .afzar()
        .add_account("another-user", Smsafzar::PASSWORD, Smsafzar::DOMAIN);
    let login =
        json!({"userName": "another-user", "password": Smsafzar::PASSWORD, "domain": Smsafzar::DOMAIN});
    let (_, session) = service.post("auth/token", login).await;
    let other = Service {
        token: session["token"].as_str().unwrap().to_owned(),
        ..service
    };
    assert_eq!(
        other
            .statuses(json!({"sentMessageIdes": sent["sentMessageIdes"]}))
            .await,
        [Value::Null; 0]
    );
    let path = format!("messages/send/scheduled/{}", sent["batchId"]);
    assert_eq!(
        other.call("DELETE", &path, &Value::Null).await.1["errorCode"],
        1106
    );
}
