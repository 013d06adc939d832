//! A call with the token whose answer says 401: when it is made again, when it is not, and what its effect is.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

use sabapayamak_auth::testing::{ScriptedTransport, Step};
use sabapayamak_auth::{
    AuthorizedCall, Client, Credentials, Effect, Kind, RetryPolicy, TokenDays, TokenSource,
};
use serde_json::json;

/// Over a script whose first answer is that of the login.
async fn tokens(answers: impl IntoIterator<Item = Step>) -> (TokenSource, ScriptedTransport) {
    let script = ScriptedTransport::new([login("1")].into_iter().chain(answers));
    let retry = RetryPolicy::new(3).backoff(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let saba = Client::builder()
        .transport(script.clone())
        .retry(retry)
        .build()
        .unwrap();
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password")
        .virtual_number("3000")
        .build()
        .unwrap();
    let tokens = saba.token_source(credentials, TokenDays::new(15).unwrap());
    tokens.authorization().await.unwrap();
    (tokens, script)
}

fn login(number: &str) -> Step {
    let data = json!({"Token": format!("not-a-real-token-{number}")});
    Step::answer(
        200,
        json!({"status": "200", "data": data, "errors": []}).to_string(),
    )
}

fn sent() -> Step {
    Step::answer(
        200,
        json!({"status": "200", "data": {"id": 7}, "errors": []}).to_string(),
    )
}

fn message(tokens: &TokenSource) -> AuthorizedCall {
    let body = json!({"Text": "سلام", "Numbers": ["09120000000"]});
    tokens.authorized().post("api/v1/message").json(&body)
}

/// The tokens of the requests to the call, in their order.
fn tokens_of(script: &ScriptedTransport) -> Vec<String> {
    let calls = script
        .requests()
        .into_iter()
        .filter(|it| !it.uri().path().ends_with("/authenticate"));
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
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"code":401}]}"#,
            true,
        ),
        (
            401,
            r#"{"status":"400","message":"m","id":1,"data":{},"errors":[{"code":"401","message":"m"}]}"#,
            true,
        ),
        (
            200,
            r#"{"Status":401,"Message":"m","Data":[],"Errors":null}"#,
            true,
        ),
        (200, r#"{"status":"۴۰۱","message":"","data":""}"#, true),
        (
            200,
            r#"{"status":"200","data":null,"errors":[{"code":1001},{"code":401}]}"#,
            true,
        ),
        (200, r#"{"errors":{"code":401}}"#, true),
        // of a gateway in front of the provider
        (401, "", true),
        (401, "<html><h1>Unauthorized</h1></html>", true),
        (401, r#"{"message":"Unauthorized"}"#, true),
        (
            401,
            r#"{"type":"about:blank","title":"Unauthorized","status":401,"traceId":"0"}"#,
            true,
        ),
        // an id or data beside it
        (
            200,
            r#"{"status":"200","data":{"messageId":77},"errors":[{"code":401}]}"#,
            false,
        ),
        (401, r#"{"status":"401","data":{"id":77},"errors":[]}"#, false),
        (
            200,
            r#"{"status":"401","data":77,"errors":[{"code":401}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"401","message":"m","data":null,"messageId":77}"#,
            false,
        ),
        (401, r#"{"message":"Unauthorized","messageId":77}"#, false),
        (
            401,
            r#"{"status":"200","message":"sent","data":{"id":7},"errors":[]}"#,
            false,
        ),
        // not the only thing that failed
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"code":401},{"code":4444}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"code":401},{"message":"m"}]}"#,
            false,
        ),
        (
            401,
            r#"{"status":"400","data":null,"errors":[{"code":4003}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"code":401},{"messageId":77}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"code":401,"messageId":77}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"code":401,"Code":401}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"401","Status":"200","data":null,"errors":[]}"#,
            false,
        ),
        (
            200,
            r#"{"status":"500","data":null,"errors":[{"code":401}]}"#,
            false,
        ),
        // a server failed
        (500, r#"{"errors":[{"code":4444},{"code":401}]}"#, false),
        (
            500,
            r#"{"status":"401","message":"m","data":null,"errors":[{"code":401}]}"#,
            false,
        ),
        (
            403,
            r#"{"status":"401","message":"m","data":null,"errors":[{"code":401}]}"#,
            false,
        ),
        (
            307,
            r#"{"status":"401","data":null,"errors":[{"code":401}]}"#,
            false,
        ),
        // it contradicts itself, or is cut short
        (
            200,
            r#"{"status":"401","data":{"id":7},"data":null,"errors":[{"code":401}]}"#,
            false,
        ),
        (401, r#"{"status":"401","data":null,"err"#, false),
        (401, r#"{"message":"no"} {"messageId":77}"#, false),
        (401, "<style>a { color: red }</style>", false),
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
        let dropped = status != 307;
        let expected = if dropped { TWICE } else { [ONCE[0]; 2] };
        assert_eq!(tokens_of(&script), expected, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_names_no_401_drops_no_token() {
    for (status, body) in [
        (200, r#"{"status":"400","data":null,"errors":[{"code":4003}]}"#),
        (403, "<html>"),
        (502, "Unauthorized 401"),
        (
            200,
            r#"{"status":"400","data":null,"errors":[{"message":"401"}]}"#,
        ),
    ] {
        let (tokens, script) = tokens([Step::answer(status, body), sent()]).await;
        message(&tokens).await.unwrap_err();
        message(&tokens).await.unwrap();
        assert_eq!(tokens_of(&script), [ONCE[0]; 2], "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_ends_the_call_with_no_effect() {
    let refused = || Step::answer(401, "");
    let (tokens, script) = tokens([refused(), login("2"), refused(), login("3"), refused()]).await;
    let error = message(&tokens).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::None));
    assert_eq!(tokens_of(&script), TWICE);
}

/// An attempt in doubt stays in doubt, whatever the next one gives.
#[tokio::test(start_paused = true)]
async fn the_effect_is_that_of_all_attempts() {
    type Build = fn(&TokenSource) -> AuthorizedCall;
    let put: Build = |tokens| tokens.authorized().put("api/v1/x").idempotent(true);
    let get: Build = |tokens| tokens.authorized().get("api/v1/credit");
    let read: Build = |tokens| tokens.authorized().get("api/v1/credit").read_only();
    let post: Build = |tokens| tokens.authorized().post("api/v1/message");
    let refused = || Step::answer(401, "");
    let no_login = || Step::answer(403, "<html>");
    let in_doubt_then_no_login = || vec![Step::unknown(), refused(), no_login()];
    let in_doubt_then_no_connection = || vec![Step::unknown(), refused(), login("2"), Step::not_sent()];
    for (what, build, steps, effect) in [
        ("put", put, in_doubt_then_no_login(), Effect::Unknown),
        ("get", get, in_doubt_then_no_login(), Effect::Unknown),
        ("read", read, in_doubt_then_no_login(), Effect::None),
        ("put", put, in_doubt_then_no_connection(), Effect::Unknown),
        ("put", put, vec![refused(), no_login()], Effect::None),
        ("post", post, vec![refused(), no_login()], Effect::None),
        (
            "post",
            post,
            vec![Step::not_sent(), refused(), no_login()],
            Effect::None,
        ),
        (
            "post",
            post,
            vec![refused(), login("2"), Step::unknown()],
            Effect::Unknown,
        ),
        (
            "get",
            get,
            vec![Step::unknown(), Step::answer(403, "")],
            Effect::Unknown,
        ),
        (
            "read",
            read,
            vec![Step::unknown(), Step::answer(403, "")],
            Effect::None,
        ),
    ] {
        let case = format!("{what} {steps:?}");
        let (tokens, _) = tokens(steps).await;
        let error = build(&tokens).await.unwrap_err();
        assert_eq!(error.effect(), effect, "{case}: {error}");
    }
}

/// A GET of unread messages marks them as read: if its answer is lost, so are the messages.
#[tokio::test(start_paused = true)]
async fn unread_messages_are_asked_for_once() {
    for (path, requests, effect) in [
        ("api/v1/recived-messages/unread", 1, Effect::Unknown),
        (
            "api/v1/recived-messages/date/UNREAD/?StartDate=1405/01/01",
            1,
            Effect::Unknown,
        ),
        ("api/v1/recived-messages", 3, Effect::None),
        ("api/v1/unread/1", 3, Effect::None),
    ] {
        let (tokens, script) = tokens([Step::unknown(), Step::unknown(), Step::unknown()]).await;
        let error = tokens.authorized().get(path).read_only().await.unwrap_err();
        assert_eq!(error.effect(), effect, "{path}");
        assert_eq!(tokens_of(&script).len(), requests, "{path}");
    }
}
