//! What each documented answer becomes, and that answer with something around it, in it or against it: the committed table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

use payvand_answer_table::{Documented, assert_committed, table};
use smsafzar_auth::bytes::Bytes;
use smsafzar_auth::http::Response;
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{Client, Credentials, Error, RateLimit, RetryPolicy};

const LOGIN: &str = r#"{"token":"not-a-real-token"}"#;

/// The document's codes with their HTTP status, and what public clients of other services send in their place.
const REFUSALS: [(u16, &str); 10] = [
    (400, "1001"),
    (401, "401"),
    (403, "1004"),
    (403, "1005"),
    (403, "1006"),
    (403, "1010"),
    (403, "1011"),
    (429, "429"),
    (500, "1000011011"),
    (400, "9999"),
];

fn documented() -> Vec<Documented> {
    let mut all = Vec::new();
    for (call, success) in [
        ("login", LOGIN),
        ("send", r#"{"batchId":5,"messageIds":["a-1"]}"#),
    ] {
        let with = |more: &str| success.replacen('{', &format!("{{{more},"), 1);
        let contradictions = [
            ("a code", r#""errorCode":1004"#),
            ("the code 0", r#""errorCode":0"#),
            ("false as code", r#""errorCode":false"#),
            ("words of an error", r#""errorMessage":"x""#),
            ("an empty error", r#""errorCode":null,"errorMessage":null"#),
        ];
        all.push(Documented {
            name: format!("{call} 200 success"),
            json: success.to_owned(),
            wrap: str::to_owned,
            contradictions: contradictions.map(|(name, more)| (name, with(more))).into(),
        });
        for (status, code) in REFUSALS {
            let refusal = format!(r#"{{"errorCode":{code},"errorMessage":"پیام"}}"#);
            let with = |more: &str| refusal.replacen('{', &format!("{{{more},"), 1);
            all.push(Documented {
                name: format!("{call} {status} code {code}"),
                wrap: str::to_owned,
                contradictions: vec![
                    ("ids beside", with(r#""messageIds":["a-1"]"#)),
                    (
                        "validation errors",
                        with(r#""validationErrors":[{"field":"content","errorMessage":"x"}]"#),
                    ),
                    ("a code that is no number", refusal.replace(code, "\"success\"")),
                ],
                json: refusal,
            });
        }
        all.push(Documented {
            name: format!("{call} 200 code 1004"),
            json: r#"{"errorCode":1004,"errorMessage":"پیام"}"#.to_owned(),
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
        .password("not-a-real-password");
    let credentials = credentials.build().unwrap();
    let read = |name: &str, body: String| -> Result<String, Error> {
        let mut words = name.split(' ');
        let (call, status) = (words.next().unwrap(), words.next().unwrap().parse().unwrap());
        let script = ScriptedTransport::new([Step::answer(200, LOGIN), Step::answer(status, body.clone())]);
        let client = Client::builder()
            .retry(RetryPolicy::never())
            .rate_limit(RateLimit::unlimited())
            .transport(script)
            .build()
            .unwrap();
        if call == "login" {
            let mut response = Response::new(Bytes::from(body));
            *response.status_mut() = status.try_into().unwrap();
            let session = client.authenticate(&credentials).read(&response)?;
            return Ok(session.token().secret().expose().to_owned());
        }
        let tokens = client.token_source(credentials.clone());
        let answer = runtime.block_on(tokens.authorized().post("messages/send").send())?;
        Ok(answer.body().len().to_string())
    };
    assert_committed(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt"),
        &table(&documented(), read),
    );
}
