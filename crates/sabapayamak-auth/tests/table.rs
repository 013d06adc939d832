//! What each documented answer becomes, and that answer with something around it, in it or against it: the committed table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

use payvand_answer_table::{Documented, assert_committed, table};
use sabapayamak_auth::bytes::Bytes;
use sabapayamak_auth::http::Response;
use sabapayamak_auth::testing::{ScriptedTransport, Step};
use sabapayamak_auth::{Client, Credentials, Error, RetryPolicy, TokenDays};

const LOGIN: &str = r#"{"status":"200","message":"ok","id":1,"data":{"Id":"1","FirstName":"Sara","VirtualNumber":"30001234","Token":"not-a-real-token"},"errors":[]}"#;

/// What public clients show, and a code that nobody knows.
const REFUSALS: [&str; 8] = ["401", "500", "1002", "4001", "4002", "4003", "4004", "9999"];

fn documented() -> Vec<Documented> {
    let sent = r#"{"status":"200","message":"ok","id":1,"data":[{"Id":5}],"errors":[]}"#;
    let mut all = Vec::new();
    for (call, success) in [("login", LOGIN), ("send", sent)] {
        let failed = success.replace("\"errors\":[]", r#""errors":[{"code":4003,"message":"x"}]"#);
        all.push(Documented {
            name: format!("{call} success"),
            json: success.to_owned(),
            wrap: str::to_owned,
            contradictions: vec![
                ("a failing item", failed),
                (
                    "the item 1001",
                    success.replace("\"errors\":[]", r#""errors":[{"code":1001}]"#),
                ),
                ("a status of failure", success.replace("\"200\"", "\"400\"")),
                (
                    "words as errors",
                    success.replace("\"errors\":[]", r#""errors":["blacklist"]"#),
                ),
            ],
        });
        for code in REFUSALS {
            let refusal = format!(
                r#"{{"status":"400","message":"خطا","id":1,"data":null,"errors":[{{"message":"پیام","code":{code},"field":"Text"}}]}}"#
            );
            all.push(Documented {
                name: format!("{call} code {code}"),
                wrap: str::to_owned,
                contradictions: vec![
                    ("data beside", refusal.replace("null", r#"[{"Id":5}]"#)),
                    ("the status 200", refusal.replace("\"400\"", "\"200\"")),
                    (
                        "an id in the item",
                        refusal.replace("\"field\"", "\"messageId\":7,\"field\""),
                    ),
                    (
                        "a code twice",
                        refusal.replace("\"field\"", "\"Code\":1001,\"field\""),
                    ),
                ],
                json: refusal,
            });
        }
        all.push(Documented {
            name: format!("{call} problem"),
            json: r#"{"title":"عنوان","status":400,"traceId":"0","errors":{"Text":["خالی است"]}}"#.to_owned(),
            wrap: str::to_owned,
            contradictions: Vec::new(),
        });
    }
    all
}

#[test]
fn each_answer_is_what_the_table_says() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let credentials = Credentials::builder()
        .username("u")
        .password("not-a-real-password")
        .virtual_number("30001234");
    let credentials = credentials.build().unwrap();
    let read = |name: &str, body: String| -> Result<String, Error> {
        let script = ScriptedTransport::new([Step::answer(200, LOGIN), Step::answer(200, body.clone())]);
        let client = Client::builder()
            .retry(RetryPolicy::never())
            .transport(script)
            .build()
            .unwrap();
        if name.starts_with("login") {
            let call = client.authenticate(&credentials, TokenDays::MIN);
            let session = call.read(&Response::new(Bytes::from(body)))?;
            let user = session.user();
            return Ok(format!("{:?} {:?}", user.id(), user.virtual_number()));
        }
        let tokens = client.token_source(credentials.clone(), TokenDays::MIN);
        let answer = runtime.block_on(tokens.authorized().post("api/v1/message").send())?;
        Ok(answer.body().len().to_string())
    };
    assert_committed(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt"),
        &table(&documented(), read),
    );
}
