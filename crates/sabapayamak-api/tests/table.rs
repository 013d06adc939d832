//! What each documented answer becomes, and that answer with something around it, in it or against it: the committed table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

mod support;

use payvand_answer_table::{Documented, assert_committed, table};
use sabapayamak_api::Error;
use sabapayamak_api::bytes::Bytes;
use sabapayamak_api::http::Response;
use support::{ONE, TEXT, client};

/// Of some calls, one for each form of an answer, the `data` that the manual or public clients show.
const CALLS: [(&str, &str); 4] = [
    (
        "send",
        r#"{"id":4711,"detail":[{"status":0,"number":"9123456789","recID":81}]}"#,
    ),
    ("credit", "12500.5"),
    ("messages", r#"[{"MessageID":1,"Body":"لغو","Sender":"3000"}]"#),
    (
        "unread",
        r#"[{"Body":"لغو","Sender":"9120000000","IsRead":false}]"#,
    ),
];

/// The codes, of which a list has one that says that it is empty.
const CODES: [u32; 6] = [401, 500, 1002, 4001, 4003, 9999];

fn documented() -> Vec<Documented> {
    let mut all = Vec::new();
    for (call, data) in CALLS {
        let success = |status: &str, errors: &str| {
            format!(r#"{{"status":{status},"data":{data},"errors":[{errors}]}}"#)
        };
        all.push(Documented {
            name: format!("{call} success"),
            json: success("200", ""),
            wrap: str::to_owned,
            contradictions: vec![
                ("an error beside", success("200", r#"{"code":4003}"#)),
                ("a notice beside", success("200", r#"{"code":"1001"}"#)),
                ("a status that fails", success("\"400\"", "")),
                ("a status of no meaning", success("\"x\"", "")),
                ("no status", success("null", "")),
                ("no data", success("200", "").replace(data, "null")),
                ("data of another form", success("200", "").replace(data, "\"x\"")),
            ],
        });
        for code in CODES {
            let refusal =
                format!(r#"{{"status":"400","message":"پیام","data":null,"errors":[{{"code":{code}}}]}}"#);
            all.push(Documented {
                name: format!("{call} {code}"),
                wrap: str::to_owned,
                contradictions: vec![
                    ("data beside", refusal.replace("null", data)),
                    ("a status of success", refusal.replace("\"400\"", "200")),
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
        let response = Response::new(Bytes::from(body));
        Ok(match name.split(' ').next().unwrap() {
            "send" => {
                let sent = sms.send(TEXT, [ONE]).read(&response)?;
                format!("{:?} {:?}", sent.id(), sent.recipients()[0].outcome())
            }
            "credit" => sms.credit().read(&response)?.amount().to_owned(),
            "messages" => {
                let messages = sms.messages("1404/01/01", "1404/01/02").read(&response)?;
                format!("{:?}", messages.items())
            }
            _ => format!("{:?}", sms.unread().read(&response)?.items()),
        })
    };
    assert_committed(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt"),
        &table(&documented(), read),
    );
}
