//! What each documented answer becomes, and that answer with something around it, in it or against it: the committed table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

mod support;

use payvand_answer_table::{Documented, assert_committed, table};
use smsafzar_api::bytes::Bytes;
use smsafzar_api::http::Response;
use smsafzar_api::{Error, StatusQuery};
use support::{LINE, NUMBER, TEXT, client};

const ID: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

/// HTTP statuses and codes.
type Refusals = &'static [(u16, &'static str)];

/// Of each call an answer that the manual allows, and the refusals of its own.
const CALLS: [(&str, &str, Refusals); 6] = [
    (
        "send",
        r#"{"batchId":"104729","messageId":"ID"}"#,
        &[
            (400, "1001"),
            (400, "1100"),
            (401, "401"),
            (403, "1006"),
            (429, "429"),
            (500, "1000011011"),
        ],
    ),
    (
        "send_bulk",
        r#"{"batchId":7,"sentMessageIdes":["ID"]}"#,
        &[(403, "1011")],
    ),
    ("cancel", r#"{"batchId":"104729"}"#, &[(400, "1106")]),
    (
        "status",
        r#"{"messages":[{"id":"ID","status":2}]}"#,
        &[(400, "1001")],
    ),
    (
        "received",
        r#"{"messages":[{"id":"ID","senderNumber":"09120000000","content":"لغو"}]}"#,
        &[(401, "401")],
    ),
    (
        "balance",
        r#"{"balance":125000,"unit":"rial"}"#,
        &[(500, "1000011011")],
    ),
];

fn documented() -> Vec<Documented> {
    let mut all = Vec::new();
    for (call, success, refusals) in CALLS {
        let success = success.replace("ID", ID);
        let with = |json: &str, more: &str| json.replacen('{', &format!("{{{more},"), 1);
        let contradictions = [
            ("a code", r#""errorCode":1004"#),
            ("the code 0", r#""errorCode":0"#),
            ("words of an error", r#""errorMessage":"x""#),
            ("no error", r#""errorCode":null"#),
        ];
        all.push(Documented {
            name: format!("{call} 200 success"),
            wrap: str::to_owned,
            contradictions: contradictions
                .map(|(name, more)| (name, with(&success, more)))
                .into(),
            json: success,
        });
        for (status, code) in refusals {
            let refusal = format!(r#"{{"errorCode":{code},"errorMessage":"پیام"}}"#);
            all.push(Documented {
                name: format!("{call} {status} code {code}"),
                wrap: str::to_owned,
                contradictions: vec![
                    ("ids beside", with(&refusal, r#""messageIds":["a-1"]"#)),
                    ("a code that is no number", refusal.replace(code, "\"success\"")),
                ],
                json: refusal,
            });
        }
    }
    all
}

#[test]
fn each_answer_is_what_the_table_says() {
    let sms = client([]).0;
    let read = |name: &str, body: String| -> Result<String, Error> {
        let mut words = name.split(' ');
        let (call, status) = (words.next().unwrap(), words.next().unwrap());
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status.parse().unwrap();
        Ok(match call {
            "send" => {
                let sent = sms.send(LINE, NUMBER, TEXT).read(&response)?;
                format!("{:?} {:?}", sent.batch_id(), sent.message_ids())
            }
            "send_bulk" => {
                let sent = sms.send_bulk().from(LINE).to(NUMBER).text(TEXT);
                let sent = sent.read(&response)?;
                format!("{:?} {:?}", sent.batch_id(), sent.message_ids())
            }
            "cancel" => sms.cancel("7").read(&response)?.fields().len().to_string(),
            "status" => {
                let statuses = sms.status(StatusQuery::batch("7")).read(&response)?;
                format!("{:?}", statuses.list())
            }
            "received" => format!("{:?}", sms.received(1).read(&response)?.list()),
            _ => {
                let balance = sms.balance().read(&response)?;
                format!("{:?} {:?}", balance.amount(), balance.unit())
            }
        })
    };
    assert_committed(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt"),
        &table(&documented(), read),
    );
}
