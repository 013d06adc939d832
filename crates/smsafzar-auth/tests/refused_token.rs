//! A call with the token whose answer says 401: when it is made again, when it is not, and what its effect is.

#![allow(clippy::unwrap_used)]

use serde_json::json;
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{AuthorizedCall, Client, Credentials, Effect, TokenSource};

/// Over a script whose first answer is that of the login.
async fn tokens(answers: impl IntoIterator<Item = Step>) -> (TokenSource, ScriptedTransport) {
    let script = ScriptedTransport::new([login("1")].into_iter().chain(answers));
    let smsafzar = Client::builder().transport(script.clone()).build().unwrap();
    let credentials = Credentials::builder()
        .username("username")
        .password("not-a-real-password")
        .build()
        .unwrap();
    let tokens = smsafzar.token_source(credentials);
    tokens.authorization().await.unwrap();
    (tokens, script)
}

fn login(number: &str) -> Step {
    Step::answer(
        200,
        json!({"token": format!("not-a-real-token-{number}")}).to_string(),
    )
}

fn sent() -> Step {
    Step::answer(200, r#"{"batchId":7}"#)
}

fn message(tokens: &TokenSource) -> AuthorizedCall {
    let body = json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام"});
    tokens.authorized().post("messages/send").json(&body)
}

/// The tokens of the requests to the call, in their order.
fn tokens_of(script: &ScriptedTransport) -> Vec<String> {
    let calls = script
        .requests()
        .into_iter()
        .filter(|it| !it.uri().path().ends_with("/token"));
    calls
        .map(|it| it.headers()["authorization"].to_str().unwrap().to_owned())
        .collect()
}

const ONCE: [&str; 1] = ["Bearer not-a-real-token-1"];
const TWICE: [&str; 2] = ["Bearer not-a-real-token-1", "Bearer not-a-real-token-2"];

#[tokio::test(start_paused = true)]
async fn a_message_is_sent_again_only_if_the_answer_says_nothing_but_that_the_token_is_refused() {
    for (status, body, again) in [
        // the provider's own refusal
        (401, r#"{"errorCode":401,"errorMessage":"m"}"#, true),
        (
            200,
            r#"{"errorCode":"401","errorMessage":"m","validationErrors":[]}"#,
            true,
        ),
        (200, r#"{"ErrorCode":"۴۰۱"}"#, true),
        // of a gateway in front of the provider
        (401, "", true),
        (401, "Unauthorized", true),
        (401, r#"{"error":"invalid_token","error_description":"m"}"#, true),
        // an id or data beside it
        (200, r#"{"errorCode":401,"messageIds":[5,6]}"#, false),
        (
            401,
            r#"{"errorCode":401,"errorMessage":"m","batchId":null}"#,
            false,
        ),
        (401, r#"{"message":"Unauthorized","batchId":"b"}"#, false),
        (401, r#"{"batchId":"b"}"#, false),
        // another reason under HTTP 401
        (401, r#"{"errorCode":1004,"errorMessage":"m"}"#, false),
        // a server failed
        (500, r#"{"errorCode":401,"errorMessage":"m"}"#, false),
        (403, r#"{"errorCode":401,"errorMessage":"m"}"#, false),
        // it contradicts itself, or is cut short
        (200, r#"{"errorCode":0,"messageId":7,"errorCode":401}"#, false),
        (
            200,
            r#"{"errorCode":401,"ErrorCode":401,"errorMessage":"m"}"#,
            false,
        ),
        (401, r#"{"errorCode":401,"errorMess"#, false),
    ] {
        let answer = Step::answer(status, body);
        let (tokens, script) = tokens([answer.clone(), login("2"), sent(), sent()]).await;
        let outcome = message(&tokens).await;
        if again {
            assert!(outcome.is_ok(), "{status} {body}: {outcome:?}");
            assert_eq!(tokens_of(&script), TWICE, "{status} {body}");
            continue;
        }
        let error = outcome.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{status} {body}: {error}");
        assert_eq!(tokens_of(&script), ONCE, "{status} {body}");
        assert!(!error.is_retryable(), "{status} {body}");
        // The refused token is gone: the next message has a fresh one.
        message(&tokens).await.unwrap();
        assert_eq!(tokens_of(&script), TWICE, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_names_no_401_drops_no_token() {
    for (status, body) in [
        (403, r#"{"errorCode":1004,"errorMessage":"m"}"#),
        (500, r#"{"errorCode":4010000401,"errorMessage":"401"}"#),
        (502, "401"),
        (429, r#"{"errorCode":429,"errorMessage":"m"}"#),
    ] {
        let (tokens, script) = tokens([Step::answer(status, body), sent()]).await;
        message(&tokens).await.unwrap_err();
        message(&tokens).await.unwrap();
        assert_eq!(tokens_of(&script), [ONCE[0]; 2], "{status} {body}");
    }
}
