//! The SMS calls of Sabapayamak, over the wire.

#![allow(clippy::unwrap_used, clippy::panic)]

mod contract;

use std::time::Duration;

use contract::checked::Checked;
use payvand_sandbox::sabapayamak::{AccountState, Sabapayamak, SabapayamakShape};
use payvand_sandbox::sms::{InboundMessage, MessageState};
use serde_json::{Value, json};

const ONE: &str = "09120000000";
const TWO: &str = "09350000000";

struct Service {
    sandbox: Checked,
    http: reqwest::Client,
    authorization: String,
}

impl Service {
    async fn start() -> Self {
        let sandbox = Checked::start().await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut service = Self {
            sandbox,
            http,
            authorization: String::new(),
        };
        let session = service
            .log_in("Username", "Password", "VirtualNumber", "TokenValidDay")
            .await;
        service.authorization = format!("Bearer {}", token(&session));
        service
    }

    async fn log_in(&self, username: &str, password: &str, number: &str, days: &str) -> Value {
        let login = json!({
            username: Sabapayamak::USERNAME,
            password: Sabapayamak::PASSWORD,
            number: Sabapayamak::VIRTUAL_NUMBER,
            days: 15,
        });
        self.call("POST", "user/authenticate", &login).await
    }

    fn saba(&self) -> Sabapayamak {
        self.sandbox.sabapayamak()
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/v1/{path}", self.sandbox.url());
        let request = self.http.request(method.parse().unwrap(), url);
        let request = request.header("authorization", &self.authorization);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let text = request.body(body).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    async fn send(&self, text: &str, numbers: Value) -> Value {
        self.call("POST", "message", &json!({"Text": text, "Numbers": numbers}))
            .await
    }

    async fn get(&self, path: &str) -> Value {
        self.call("GET", path, &Value::Null).await
    }
}

fn token(session: &Value) -> &str {
    session["data"]["Token"].as_str().unwrap()
}

fn code(answer: &Value) -> &Value {
    assert_eq!(answer["data"], Value::Null, "{answer}");
    &answer["errors"][0]["code"]
}

#[tokio::test]
async fn three_spellings_of_the_login_two_paths_and_every_header() {
    let mut service = Service::start().await;
    for (username, password, number, days) in [
        ("Username", "Password", "VirtualNumber", "TokenValidDay"),
        ("username", "password", "virtualnumber", "tokenvalidday"),
        ("username", "password", "virtualNumber", "tokenValidDay"),
    ] {
        let session = service.log_in(username, password, number, days).await;
        for scheme in ["Bearer ", "Bearer  ", ""] {
            service.authorization = format!("{scheme}{}", token(&session));
            for (path, text, numbers) in [("message", "Text", "Numbers"), ("messages", "text", "numbers")] {
                let sent = service
                    .call("POST", path, &json!({text: "سلام", numbers: [ONE]}))
                    .await;
                assert_eq!(sent["status"], "200", "{username}, {scheme}, {path}: {sent}");
            }
        }
    }
    assert_eq!(service.saba().sent_messages().len(), 18);
    service.authorization = "Basic abc".to_owned();
    assert_eq!(code(&service.send("سلام", json!([ONE])).await), 401);
}

#[tokio::test]
async fn each_recipient_has_an_answer_of_its_own() {
    let service = Service::start().await;
    let saba = service.saba();
    saba.refuse_number(TWO, 27);
    let sent = service
        .send("سلام", json!([ONE, TWO, "0912", "+989130000000"]))
        .await;
    let detail = sent["data"]["Detail"].as_array().unwrap();
    let seen: Vec<_> = detail
        .iter()
        .map(|it| json!([it["status"], it["number"], it["recID"]]))
        .collect();
    let rows = [
        json!([0, ONE, 1]),
        json!([27, TWO, 0]),
        json!([10, "0912", 0]),
        json!([0, "+989130000000", 2]),
    ];
    assert_eq!(seen, rows);
    let numbers: Vec<_> = saba
        .sent_messages()
        .iter()
        .map(|it| it.recipient().to_owned())
        .collect();
    assert_eq!(numbers, [ONE, "09130000000"]);

    saba.set_credit(Sabapayamak::USERNAME, 3 * Sabapayamak::PRICE);
    let sent = service.send(&"س".repeat(71), json!([ONE, "09130000000"])).await;
    let statuses: Vec<_> = sent["data"]["Detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(statuses, [0, 14]);
    assert_eq!(service.get("credit").await["data"], 1.0);
    assert_eq!(saba.credit(Sabapayamak::USERNAME), Some(Sabapayamak::PRICE));
    let changes = service.get("credits/1").await;
    assert_eq!(
        (&changes["data"][0]["Amount"], &changes["data"][0]["CreditRemain"]),
        (&json!(2.0), &json!(1.0))
    );
}

#[tokio::test]
async fn a_message_moves_with_the_clock_and_is_found_again() {
    let service = Service::start().await;
    let sent = service.send("سلام", json!([ONE, TWO])).await;
    let id = &sent["data"]["Id"];
    let flags = async || {
        let deliveries = service.get(&format!("deliveries/{id}")).await;
        let deliveries = deliveries["data"].as_array().unwrap().iter();
        deliveries
            .map(|it| it["DeliveryFlag"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(flags().await, [0, 0]);
    service.sandbox.advance(Duration::from_secs(1));
    assert_eq!(flags().await, [1, 1]);
    service.sandbox.advance(Duration::from_secs(4));
    assert_eq!(flags().await, [2, 2]);
    assert!(
        service
            .saba()
            .sent_messages()
            .iter()
            .all(|it| it.state() == MessageState::Delivered)
    );

    let everything = service.get("messages").await["data"].clone();
    let message = &everything[0];
    assert_eq!(
        (&message["MessageID"], &message["Body"], &message["MessageCount"]),
        (id, &json!("سلام"), &json!(2))
    );
    assert_eq!(service.get(&format!("messages/{id}")).await["data"], *message);
    let line = Sabapayamak::VIRTUAL_NUMBER;
    assert_eq!(
        service.get(&format!("messages/number/{line}")).await["data"],
        everything
    );
    assert_eq!(service.get("messages/number/1").await["data"], json!([]));
    assert_eq!(code(&service.get("messages/77").await), 1002);
    assert_eq!(service.get("deliveries/77").await["data"], json!([]));
    service.saba().set_shape(SabapayamakShape::new().no_data());
    assert_eq!(code(&service.get("deliveries/77").await), 1002);

    let today = message["InsertDate"].as_str().unwrap().split(' ').next().unwrap();
    service.saba().set_shape(SabapayamakShape::new());
    for path in ["messages", "credits"] {
        for (first, last, count) in [
            (today, today, 1),
            ("1349/01/01", "1399/12/30", 0),
            ("1400/01/01", "1499/01/01", 1),
        ] {
            let found = service
                .get(&format!("{path}?StartDate={first}&EndDate={last}"))
                .await;
            assert_eq!(
                found["data"].as_array().unwrap().len(),
                count,
                "{path}: {first} to {last}"
            );
        }
        for day in ["1404/12/30", "2025-03-21", ""] {
            let refused = service
                .get(&format!("{path}?StartDate={day}&EndDate=1404/01/01"))
                .await;
            assert_eq!(refused["errors"][0]["field"], "StartDate", "{day}: {refused}");
        }
    }
}

#[tokio::test]
async fn unread_messages_are_read_by_asking_for_them() {
    let service = Service::start().await;
    let (saba, line) = (service.saba(), Sabapayamak::VIRTUAL_NUMBER);
    let count = async |path: &str| {
        let found = service.get(&format!("recived-messages{path}")).await;
        found["data"]
            .as_array()
            .map_or_else(|| panic!("{found}"), Vec::len)
    };
    let span = "?StartDate=1400/01/01&EndDate=1499/01/01";
    let lines = [
        format!("/virtaul-number/{line}"),
        format!("/virtaul-number/{line}/unread"),
    ];
    for unread in ["/unread", &format!("/date/unread{span}"), &lines[1]] {
        saba.receive(ONE, line, "سلام");
        saba.receive(ONE, "39999999", "به خط دیگری");
        assert_eq!(count(unread).await, 1, "{unread}");
        assert_eq!(count(unread).await, 0, "{unread}");
    }
    for all in ["", span, &lines[0]] {
        assert_eq!(count(all).await, 3, "{all}");
    }
    saba.receive(TWO, line, "یکی دیگر");
    let one = service.get("recived-messages/7").await;
    assert_eq!(
        (&one["data"]["Body"], &one["data"]["IsRead"]),
        (&json!("یکی دیگر"), &json!(false))
    );
    assert_eq!(count("/7/unread").await, 1);
    assert_eq!(count("/7/unread").await, 0);
    assert_eq!(code(&service.get("recived-messages/77").await), 1002);
    let read: Vec<_> = saba
        .received_messages()
        .iter()
        .map(InboundMessage::is_read)
        .collect();
    assert_eq!(read, [true, false, true, false, true, false, true]);
}

#[tokio::test]
async fn every_error_that_was_seen() {
    let service = Service::start().await;
    let saba = service.saba();
    for (body, field) in [
        (json!([]), "body"),
        (json!({"Numbers": [ONE]}), "Text"),
        (json!({"Text": "", "Numbers": [ONE]}), "Text"),
        (json!({"Text": "a", "Numbers": []}), "Numbers"),
        (json!({"Text": "a", "Numbers": vec![ONE; 101]}), "Numbers"),
    ] {
        let refused = service.call("POST", "message", &body).await;
        assert_eq!(
            (code(&refused), &refused["errors"][0]["field"]),
            (&json!(400), &json!(field))
        );
    }
    for (name, value) in [
        ("Username", Value::Null),
        ("Password", json!(1)),
        ("VirtualNumber", json!(3000)),
    ] {
        let mut login =
            json!({"Username": "a", "Password": "b", "VirtualNumber": "3000", "TokenValidDay": 1});
        login[name] = value;
        let refused = service.call("POST", "user/authenticate", &login).await;
        assert_eq!(refused["errors"][0]["field"], name, "{refused}");
    }
    for (state, expected) in [
        (AccountState::Inactive, 4004),
        (AccountState::Expired, 4005),
        (AccountState::AddressRefused, 4002),
        (AccountState::Failing, 500),
    ] {
        saba.set_account_state(Sabapayamak::USERNAME, state);
        assert_eq!(
            code(&service.send("سلام", json!([ONE])).await),
            expected,
            "{state:?}"
        );
    }
    saba.set_account_state(Sabapayamak::USERNAME, AccountState::Active);
    saba.revoke_all();
    for path in [
        "messages",
        "messages/1",
        "deliveries/1",
        "credit",
        "credits",
        "credits/1",
        "recived-messages",
        "recived-messages/unread",
    ] {
        assert_eq!(code(&service.get(path).await), 401, "{path}");
    }
    assert_eq!(code(&service.send("سلام", json!([ONE])).await), 401);
    assert_eq!(saba.sent_messages(), []);
}

#[tokio::test]
async fn the_live_spelling_reaches_into_lists() {
    let service = Service::start().await;
    service
        .saba()
        .set_shape(SabapayamakShape::new().camel_case().numbers());
    let sent = service.send("سلام", json!([ONE])).await;
    assert_eq!(sent["data"]["detail"][0]["recID"], 1);
    let messages = service.get("messages").await;
    assert_eq!(messages["data"][0]["deliveries"][0]["recordID"], 1);
    assert_eq!(messages["data"][0]["messageID"], sent["data"]["id"]);
}
