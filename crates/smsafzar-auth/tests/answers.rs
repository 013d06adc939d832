//! What every answer of the provider means: each sample of the document, and more of the kind.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use smsafzar_auth::bytes::Bytes;
use smsafzar_auth::http::{Request, Response, StatusCode};
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{
    CallOptions, Client, Code, Credentials, Effect, Error, Kind, Language, RateLimit, RetryPolicy, Session,
    TokenSource, Transport, TransportError, async_trait,
};
use tokio::time::Instant;

const PASSWORD: &str = "not-a-real-password";
const TOKEN: &str = r#"{"token":"not-a-real-token"}"#;

fn credentials() -> Credentials {
    Credentials::builder()
        .username("username")
        .password(PASSWORD)
        .build()
        .unwrap()
}

fn client(script: &ScriptedTransport) -> Client {
    Client::builder()
        .transport(script.clone())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::new(3).backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap()
}

async fn login_with(step: Step) -> (Result<Session, Error>, usize) {
    let script = ScriptedTransport::always(step);
    let outcome = client(&script).authenticate(&credentials()).await;
    (outcome, script.requests().len())
}

async fn login(status: u16, body: impl ToString) -> Result<Session, Error> {
    login_with(Step::answer(status, body.to_string())).await.0
}

fn printed(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {}", error.describe(Language::Persian));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(text, " {cause} {cause:?}");
        source = cause.source();
    }
    text
}

/// The document's samples of its errors, as they are printed there.
const SAMPLES: [(u16, &str, Code); 9] = [
    (
        400,
        r#"{"errorCode": 1001, "errorMessage": ".مقادیر پارامترهای ارسالی معتبر نمی باشند", "validationErrors": [
            {"field": "UserName", "errorMessage": ".حداقل طول فیلد [ نام کاربری ] 6 کاراکتر می باشد"},
            {"field": "Password", "errorMessage": ".حداقل طول فیلد [ کلمه عبور ] 8 کاراکتر می باشد"}]}"#,
        Code::InvalidParameters,
    ),
    (
        401,
        r#"{"errorCode": 401, "errorMessage": ".خطای احراز هویت رخ داده است"}"#,
        Code::Unauthorized,
    ),
    (
        403,
        r#"{"errorCode": 1004, "errorMessage": ".مجوز دسترسی به سرویس برای حساب کاربری تعریف نشده است"}"#,
        Code::ServiceNotAllowed,
    ),
    (
        403,
        r#"{"errorCode": 1005, "errorMessage": ".مجوز دسترسی به متد برای حساب کاربری تعریف نشده است"}"#,
        Code::MethodNotAllowed,
    ),
    (
        403,
        r#"{"errorCode": 1006, "errorMessage": ".آدرس آی پی جهت دسترسی به سرویس معتبر نمی باشد"}"#,
        Code::AddressNotAllowed,
    ),
    (
        403,
        r#"{"errorCode": 1010, "errorMessage": ".حساب کاربر غیر فعال می باشد"}"#,
        Code::AccountInactive,
    ),
    (
        403,
        r#"{"errorCode": 1011, "errorMessage": ".حساب کاربر در تاریخ: 1403/01/01 منقضی شده است"}"#,
        Code::AccountExpired,
    ),
    (
        429,
        r#"{"errorCode": 429, "errorMessage": "تعداد درخواست های ارسالی بیش ار حد مجاز می باشد. [ حداکثر تعداد درخواست ها در هر ثانیه 5 عدد می باشد. ]"}"#,
        Code::TooManyRequests,
    ),
    (
        500,
        r#"{"errorCode": 1000011011, "errorMessage": "خطایی در سرور رخ داده است. | شناسه خطا : 1000011011"}"#,
        Code::ServerFailure,
    ),
];

#[tokio::test(start_paused = true)]
async fn every_sample_of_an_error_is_its_code_with_its_http_status() {
    for (http, body, code) in SAMPLES {
        let error = login(http, body).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Api, Some(&code)), "{body}");
        assert_eq!(error.http_status().unwrap().as_u16(), http);
        let sample: Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            error.message(),
            sample["errorMessage"].as_str(),
            "the provider's words are untouched"
        );
        if code != Code::ServerFailure {
            assert_eq!(code.number(), sample["errorCode"].as_i64());
            assert_eq!(error.effect(), Effect::None);
        }
        assert_ne!(code.describe(Language::English), code.describe(Language::Persian));
    }
}

#[tokio::test(start_paused = true)]
async fn what_errors_carry_beside_their_code() {
    let [invalid, .., expired, _, failed] = &SAMPLES;
    let error = login(invalid.0, invalid.1).await.unwrap_err();
    let details = error.details().unwrap();
    let fields: Vec<_> = details
        .validation_errors()
        .iter()
        .map(|it| (it.field(), it.message()))
        .collect();
    assert_eq!(
        fields,
        [
            ("userName", "حداقل طول فیلد [ نام کاربری ] 6 کاراکتر می باشد."),
            ("password", "حداقل طول فیلد [ کلمه عبور ] 8 کاراکتر می باشد."),
        ]
    );

    let error = login(expired.0, expired.1).await.unwrap_err();
    assert_eq!(error.details().unwrap().expired_on(), Some("1403/01/01"));

    let error = login(failed.0, failed.1).await.unwrap_err();
    assert_eq!(error.details().unwrap().support_reference(), Some("1000011011"));
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 3));

    // Wider than any number type, or no number at all; and 1001 without its list.
    for reference in ["99999999999999999999999999", "A-17"] {
        let body = json!({"errorCode": reference, "errorMessage": ""});
        let error = login(500, body).await.unwrap_err();
        assert_eq!(error.details().unwrap().support_reference(), Some(reference));
    }
    let error = login(400, json!({"errorCode": "1001", "errorMessage": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&Code::InvalidParameters));
    assert!(error.details().unwrap().validation_errors().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_sample_of_a_success_and_its_variants() {
    for (http, body) in [
        (200, r#"{"token":"ltQZ6Yr3s-x5EZ2jg...."}"#.to_owned()),
        (201, r#"{"Token":"ltQZ6Yr3s-x5EZ2jg....","expires":7}"#.to_owned()),
        (200, "\u{FEFF} {\"TOKEN\":\"ltQZ6Yr3s-x5EZ2jg....\"}".to_owned()),
        (
            200,
            r#"{"token":"ltQZ6Yr3s-x5EZ2jg....","errorCode":0,"errorMessage":null}"#.to_owned(),
        ),
        (
            200,
            r#"{"token":"ltQZ6Yr3s-x5EZ2jg....","errorCode":null}"#.to_owned(),
        ),
    ] {
        let session = login(http, &body)
            .await
            .unwrap_or_else(|error| panic!("{body}: {error}"));
        let token = session.token();
        assert_eq!(token.authorization(), "Bearer ltQZ6Yr3s-x5EZ2jg....");
        assert_eq!(
            (token.lifetime(), token.expires_in()),
            (None, None),
            "kept until it is refused"
        );
        assert!(!format!("{session:?}").contains("ltQZ6Yr3s"), "{session:?}");
        assert_eq!(
            serde_json::to_value(&session).unwrap(),
            json!({"expires_at": null})
        );
    }
    // {"alg":"none"}.{"iat":1000,"exp":4600}
    let body = r#"{"token":"eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDYwMH0.c2lnbmVk"}"#;
    let session = login(200, body).await.unwrap();
    assert_eq!(session.token().lifetime(), Some(Duration::from_secs(3600)));
}

#[tokio::test(start_paused = true)]
async fn a_tokens_life_is_what_the_answers_date_leaves_of_it() {
    for (token, life) in [
        (
            // issued 50 minutes ago for an hour
            "eyJhbGciOiJub25lIn0.eyJpYXQiOjE0NDU0MDk0ODAsImV4cCI6MTQ0NTQxMzA4MH0.c2lnbmVk",
            Some(600),
        ),
        (
            // the same in milliseconds
            "eyJhbGciOiJub25lIn0.eyJpYXQiOjE0NDU0MDk0ODAwMDAsImV4cCI6MTQ0NTQxMzA4MDAwMH0.c2lnbmVk",
            Some(600),
        ),
        (
            // made for half an hour, by a clock that is an hour behind
            "eyJhbGciOiJub25lIn0.eyJpYXQiOjE0NDU0MDg4ODAsImV4cCI6MTQ0NTQxMDY4MH0.c2lnbmVk",
            Some(1800),
        ),
        (
            // the same without `iat`
            "eyJhbGciOiJub25lIn0.eyJleHAiOjE0NDU0MTA2ODB9.c2lnbmVk",
            None,
        ),
    ] {
        let body = json!({"token": token}).to_string();
        let step = Step::answer(200, body).header("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        let script = ScriptedTransport::always(step);
        let tokens = client(&script).token_source(credentials());
        let session = client(&script).authenticate(&credentials()).await.unwrap();
        assert_eq!(
            session.token().lifetime(),
            life.map(Duration::from_secs),
            "{token}"
        );
        for _ in 0..100 {
            tokens.authorization().await.unwrap();
        }
        assert_eq!(script.requests().len(), 2, "one login each: {token}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_body_decides_and_unknown_codes_are_kept() {
    for (http, body, code) in [
        (
            200,
            json!({"errorCode": 1010, "errorMessage": "x"}),
            Code::AccountInactive,
        ),
        (
            400,
            json!({"ErrorCode": "۱۰۰۶", "ErrorMessage": "x"}),
            Code::AddressNotAllowed,
        ),
        (
            200,
            json!({"errorCode": 401, "token": "not-a-real-token"}),
            Code::Unauthorized,
        ),
        (403, json!({"errorCode": 1099}), Code::Unknown("1099".into())),
        (400, json!({"errorCode": "E7"}), Code::Unknown("E7".into())),
        (
            400,
            json!({"errorCode": 18_446_744_073_709_551_615_u64}),
            Code::Unknown("18446744073709551615".into()),
        ),
    ] {
        let error = login(http, &body).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Api, Some(&code)), "{body}");
        assert!(!printed(&error).contains("not-a-real"));
    }
    assert_eq!(Code::Unknown("1099".into()).number(), Some(1099));
    assert_eq!(Code::Unknown("E7".into()).number(), None);
}

#[tokio::test(start_paused = true)]
async fn only_temporary_failures_are_retried() {
    for (http, body, code) in SAMPLES {
        let (outcome, requests) = login_with(Step::answer(http, body)).await;
        let again = matches!(code, Code::TooManyRequests | Code::ServerFailure);
        assert_eq!(outcome.unwrap_err().is_retryable(), again, "{code:?}");
        assert_eq!(requests, if again { 3 } else { 1 }, "{code:?}");
        // A gateway's status over the provider's words does not make a wrong password worth asking again.
        if !again {
            let (_, requests) = login_with(Step::answer(429, body)).await;
            assert_eq!(requests, 1, "{code:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_utf_8_is_an_error_that_says_so() {
    let body = b"{\"token\":\"not-a-real-token\",\"name\":\"\xD3\"}";
    let (outcome, _) = login_with(Step::answer(200, body.to_vec())).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Decode, Effect::Unknown));
    assert_eq!((error.json_path(), error.excerpt()), (Some("$"), None));
    assert!(error.to_string().contains("not UTF-8"), "{error}");
    assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_providers_is_said_without_an_excerpt() {
    let page = format!("<html>{PASSWORD} not-a-real-token</html>");
    for (http, body, kind, text) in [
        (200, page.as_str(), Kind::Decode, "no JSON object at $ (HTTP 200"),
        (200, "", Kind::Decode, "no JSON object"),
        (200, "[]", Kind::Decode, "no JSON object"),
        (200, r#"{"token":"not-a-real-"#, Kind::Decode, "no JSON object"),
        (200, "{}", Kind::Decode, "missing, or no text at $.token"),
        (200, r#"{"token":7}"#, Kind::Decode, "at $.token"),
        (
            200,
            r#"{"token":""}"#,
            Kind::Decode,
            "the token is missing or empty at $.token",
        ),
        (
            200,
            r#"{"token":"not-a-real\r\nX: 1"}"#,
            Kind::Decode,
            "a line break",
        ),
        (200, r#"{"token":"not-a-real token"}"#, Kind::Decode, "a space"),
        (403, &page, Kind::Status, "not an Iranian one"),
        (401, &page, Kind::Status, "HTTP 401"),
        (502, TOKEN, Kind::Status, "HTTP 502"),
        (302, TOKEN, Kind::Status, "a redirect"),
    ] {
        let error = login(http, body).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (kind, Effect::Unknown),
            "{http} {body}: {error}"
        );
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(error.excerpt(), None);
        assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
    }
    let long = json!({"token": "a".repeat(8 * 1024 + 1)});
    assert_eq!(login(200, long).await.unwrap_err().json_path(), Some("$.token"));
    // A secret in the provider's text is taken out.
    let echo = json!({
        "errorCode": 1001,
        "errorMessage": format!("{PASSWORD} is short"),
        "validationErrors": [{"field": PASSWORD, "errorMessage": format!(".{PASSWORD}")}],
        "token": "not-a-real-token",
    });
    let error = login(400, echo).await.unwrap_err();
    assert_eq!(error.message(), Some("[redacted] is short"));
    assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
}

/// If there are two codes, it is unknown which one counts.
#[tokio::test(start_paused = true)]
async fn a_duplicate_key_is_no_success() {
    for (body, kind) in [
        (
            r#"{"errorCode":1010,"errorCode":0,"token":"not-a-real-token"}"#,
            Kind::Api,
        ),
        (
            r#"{"errorCode":0,"token":"not-a-real-token","errorCode":1010}"#,
            Kind::Api,
        ),
        (
            r#"{"errorCode":0,"token":"not-a-real-token","ErrorCode":1010}"#,
            Kind::Api,
        ),
        (
            r#"{"token":"not-a-real-token","error_code":0,"ErrorCode":0}"#,
            Kind::Decode,
        ),
        (
            r#"{"token":"not-a-real-token","Token":"not-a-real-other"}"#,
            Kind::Decode,
        ),
    ] {
        let login = login(200, body).await.unwrap_err();
        let (tokens, _) = tokens([Step::answer(200, body)]).await;
        let call = tokens.authorized().post("messages/send").await.unwrap_err();
        for error in [login, call] {
            assert_eq!((error.kind(), error.effect()), (kind, Effect::Unknown), "{error}");
            assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
        }
    }
}

#[test]
fn credentials_are_checked_before_anything_is_sent() {
    let full = || Credentials::builder().username("u").password(PASSWORD);
    for (builder, missing) in [
        (full().username(" "), "user name"),
        (full().password(""), "password"),
        (full().domain(""), "domain"),
        (Credentials::builder(), "user name"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), Kind::Configuration);
        assert!(error.to_string().contains(missing), "{error}");
    }
    assert_eq!(format!("{:?}", full().build().unwrap()), "Credentials { .. }");
    // Its length is the server's to judge.
    assert!(full().password("short").build().is_ok());
}

/// A source with a token, whose next calls get these answers.
async fn tokens(answers: impl IntoIterator<Item = Step>) -> (TokenSource, ScriptedTransport) {
    let script = ScriptedTransport::new([Step::answer(200, TOKEN)].into_iter().chain(answers));
    let tokens = client(&script).token_source(credentials());
    tokens.authorization().await.unwrap();
    (tokens, script)
}

#[tokio::test(start_paused = true)]
async fn answers_to_other_calls() {
    for (http, body) in [
        (200, "[1]"),
        (201, ""),
        (200, "<html>"),
        (200, r#"{"errorCode":0,"id":1}"#),
    ] {
        let (tokens, _) = tokens([Step::answer(http, body)]).await;
        let answer = tokens
            .authorized()
            .post("messages/send")
            .json("سلام")
            .await
            .unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.body()[..]),
            (http, body.as_bytes())
        );
    }
    for (http, body, kind, effect) in [
        (
            200,
            r#"{"errorCode":1005,"errorMessage":"x"}"#,
            Kind::Api,
            Effect::Unknown,
        ),
        (
            403,
            r#"{"errorCode":1010,"errorMessage":"x"}"#,
            Kind::Api,
            Effect::None,
        ),
        (
            429,
            r#"{"errorCode":429,"errorMessage":"x"}"#,
            Kind::Api,
            Effect::None,
        ),
        (
            500,
            r#"{"errorCode":1000011011,"errorMessage":"x"}"#,
            Kind::Api,
            Effect::Unknown,
        ),
        (502, r#"{"errorCode":"upstream"}"#, Kind::Api, Effect::Unknown),
        (429, "<html>", Kind::Status, Effect::Unknown),
        (404, "{}", Kind::Status, Effect::Unknown),
        (307, r#"{"errorCode":1010}"#, Kind::Status, Effect::Unknown),
    ] {
        let (tokens, script) = tokens([Step::answer(http, body)]).await;
        let error = tokens
            .authorized()
            .post("messages/send")
            .json("سلام")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (kind, effect),
            "{http} {body}: {error}"
        );
        assert_eq!(script.requests().len(), 2, "a message is never sent twice");
    }
}

/// Of these nobody can tell whether the message was sent.
#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_not_documented_may_have_had_an_effect() {
    for (http, body, kind) in [
        (
            403,
            r#"{"errorCode":1004,"errorMessage":"x","messageIds":[7]}"#,
            Kind::Api,
        ),
        (
            403,
            r#"{"errorCode":1004,"errorMessage":"x","ErrorMessage":"y"}"#,
            Kind::Api,
        ),
        (200, r#"{"errorCode":false}"#, Kind::Api),
        (200, r#"{"errorCode":200,"errorMessage":"ok"}"#, Kind::Api),
        (200, r#"{"errorCode":"success"}"#, Kind::Api),
        (200, r#"{"errorCode":"00"}"#, Kind::Api),
        (200, r#"{"errorCode":[]}"#, Kind::Api),
        (200, r#"{"errorMessage":"x"}"#, Kind::Api),
        (400, r#"{"errorCode":500,"errorMessage":"x"}"#, Kind::Api),
        (400, r#"{"errorCode":1000011011}"#, Kind::Api),
        (408, r#"{"errorCode":408,"errorMessage":"x"}"#, Kind::Api),
        (400, r#"{"errorCode":400,"errorMessage":"x"}"#, Kind::Api),
        (408, "Request Timeout", Kind::Status),
        (400, "<html>Bad Request", Kind::Status),
    ] {
        let (tokens, script) = tokens([Step::answer(http, body)]).await;
        let call = tokens.authorized().post("messages/send");
        let error = call.json("سلام").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (kind, Effect::Unknown),
            "{http} {body}: {error}"
        );
        assert_eq!(script.requests().len(), 2, "a message is never sent twice");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_costs_one_login_and_the_call_is_made_once_more() {
    let refusal = r#"{"errorCode":401,"errorMessage":".خطای احراز هویت رخ داده است"}"#;
    for refused in [
        Step::answer(401, refusal),
        Step::answer(401, ""),
        Step::answer(401, "<html>"),
        Step::answer(200, refusal),
    ] {
        let login = Step::answer(200, r#"{"token":"not-a-real-fresh-token"}"#);
        let (tokens, script) = tokens([refused, login, Step::answer(200, "1")]).await;
        tokens
            .authorized()
            .post("messages/send")
            .json("سلام")
            .await
            .unwrap();
        let requests = script.requests();
        assert_eq!(requests.len(), 4);
        assert_eq!(requests[1].headers()["authorization"], "Bearer not-a-real-token");
        assert_eq!(
            requests[3].headers()["authorization"],
            "Bearer not-a-real-fresh-token"
        );
        assert_eq!(requests[1].body(), requests[3].body());
    }
    // When the account is locked out meanwhile, the call was refused and not done.
    let locked = Step::answer(403, SAMPLES[5].1);
    let (tokens, _) = tokens([Step::answer(401, refusal), locked]).await;
    let error = tokens.authorized().post("messages/send").await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::AccountInactive), Effect::None)
    );
    assert_eq!(error.http_status(), Some(StatusCode::FORBIDDEN));
}

/// Logins, retries and other calls, of all clones, pass one limit.
#[tokio::test(start_paused = true)]
async fn everything_counts_against_the_limit() {
    let script = ScriptedTransport::always(Step::answer(200, TOKEN));
    let smsafzar = Client::builder().transport(script.clone()).build().unwrap();
    let tokens = smsafzar.clone().token_source(credentials());
    for id in 0..6 {
        tokens.authorized().post("messages/send").json(&id).await.unwrap();
        smsafzar.clone().authenticate(&credentials()).await.unwrap();
    }
    let seen = script.seen();
    let times: Vec<_> = seen.iter().map(|it| (it.at - seen[0].at).as_secs()).collect();
    assert_eq!(times, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2]);

    let script = ScriptedTransport::always(Step::answer(503, ""));
    let smsafzar = Client::builder()
        .transport(script.clone())
        .retry(RetryPolicy::new(7).backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    assert!(smsafzar.authenticate(&credentials()).await.is_err());
    let seen = script.seen();
    let times: Vec<_> = seen.iter().map(|it| (it.at - seen[0].at).as_secs()).collect();
    assert_eq!(times, [0, 0, 0, 0, 0, 1, 1]);
}

/// Gives out tokens and accepts those above a number.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<GateState>>);

#[derive(Default)]
struct GateState {
    logins: u64,
    revoked_to: u64,
    refused: u64,
    accepted: Vec<u64>,
}

#[async_trait]
impl Transport for Gate {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut state = self.0.lock().unwrap();
        if request.uri().path() == "/auth/token" {
            state.logins += 1;
            return Ok(Response::new(
                format!(r#"{{"token":"not-a-real-token-{}"}}"#, state.logins).into(),
            ));
        }
        let token = request.headers()["authorization"].to_str().unwrap();
        let number: u64 = token.rsplit('-').next().unwrap().parse().unwrap();
        let mut response = Response::new(Bytes::new());
        if number <= state.revoked_to {
            state.refused += 1;
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        } else {
            state
                .accepted
                .push(serde_json::from_slice(request.body()).unwrap());
        }
        Ok(response)
    }
}

/// Calls that wait in the queue do not leave with a token that was refused meanwhile.
#[tokio::test(start_paused = true)]
async fn a_queue_is_not_sent_with_a_token_that_is_known_to_be_refused() {
    let gate = Gate::default();
    let smsafzar = Client::builder().transport(gate.clone()).build().unwrap();
    let tokens = smsafzar.token_source(credentials());
    tokens.authorized().post("messages/send").json(&0).await.unwrap();
    gate.0.lock().unwrap().revoked_to = 1;
    let begin = Instant::now();
    let calls: Vec<_> = (1..=40_u64)
        .map(|id| tokio::spawn(tokens.authorized().post("messages/send").json(&id).send()))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let state = gate.0.lock().unwrap();
    assert_eq!((state.logins, state.accepted.len()), (2, 41));
    assert!(
        state.refused <= 5,
        "only those that were under way: {}",
        state.refused
    );
    // 40 calls, one login and a few refusals, at five in 1.1 s.
    assert!(begin.elapsed() < Duration::from_secs(11), "{:?}", begin.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes: no panic, no success without a token, and no secret in the error.
    #[test]
    fn any_answer_is_a_session_or_a_typed_error(
        http in prop::sample::select(vec![200_u16, 201, 204, 301, 400, 401, 403, 429, 500, 503]),
        token in "([a-z]{0,9}|not-a-real-token|not-a-real-token\r\n)",
        code in "(null|0|1001|1011|401|[0-9]{1,30}|\"[a-z0-9]{0,5}\"|\\{\\}|true)",
        message in "(|.{0,20}|not-a-real-token|[0-9/]{0,12})",
        validation in "(null|\\[\\]|\\[1\\]|\\[\\{\\}\\]|\\[\\{\"field\":\"[^\"\\\\]{0,3}\",\"errorMessage\":1\\}\\]|\"x\")",
        cut in prop::option::weighted(0.2, 0_usize..100),
    ) {
        let body = format!(
            r#"{{"token":{},"errorCode":{code},"errorMessage":{},"validationErrors":{validation}}}"#,
            Value::from(token.clone()),
            Value::from(message),
        );
        let body: String = body.chars().take(cut.unwrap_or(usize::MAX)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        match runtime.block_on(login(http, body)) {
            Ok(session) => prop_assert_eq!(session.token().secret().expose(), token.trim()),
            Err(error) => prop_assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error)),
        }
    }
}
