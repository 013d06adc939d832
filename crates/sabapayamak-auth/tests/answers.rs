//! What every answer of the provider means: the document's sample, what public clients have seen, and more of the kind.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;
use sabapayamak_auth::testing::{ScriptedTransport, Step};
use sabapayamak_auth::{
    Client, Code, Credentials, Effect, Error, ErrorItem, Kind, Language, Reason, RetryPolicy, Session,
    TokenDays, TokenSource,
};
use serde_json::{Value, json};

const PASSWORD: &str = "not-a-real-password";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn credentials() -> Credentials {
    Credentials::builder()
        .username("user")
        .password(PASSWORD)
        .virtual_number("3000")
        .build()
        .unwrap()
}

fn days(days: u16) -> TokenDays {
    TokenDays::new(days).unwrap()
}

async fn login_with(step: Step) -> (Result<Session, Error>, usize) {
    let script = ScriptedTransport::always(step);
    let saba = Client::builder()
        .transport(script.clone())
        .retry(RetryPolicy::new(3).backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    let outcome = saba.authenticate(&credentials(), days(15)).await;
    (outcome, script.requests().len())
}

async fn login(status: u16, body: impl ToString) -> Result<Session, Error> {
    login_with(Step::answer(status, body.to_string())).await.0
}

/// An error as it prints.
fn printed(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {}", error.describe(Language::Persian));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(text, " {cause} {cause:?}");
        source = cause.source();
    }
    text
}

#[tokio::test(start_paused = true)]
async fn the_documents_sample_and_the_live_spelling_are_one_answer() {
    let document = login(200, include_str!("fixtures/authenticate.json"))
        .await
        .unwrap();
    let live = login(200, include_str!("fixtures/authenticate_camel_case.json"))
        .await
        .unwrap();
    for session in [&document, &live] {
        let user = session.user();
        assert_eq!(user.id(), Some("1"));
        assert_eq!(user.first_name(), Some("FirstName"));
        assert_eq!(user.last_name(), Some("LastName"));
        assert_eq!(user.username(), Some("UserName"));
        assert_eq!(user.domain(), Some("your.domain.com"));
        assert_eq!(user.virtual_number(), Some("3000..."));
        assert_eq!(session.message(), Some("با موفقیت انجام شد"));
        assert_eq!(session.token().secret().expose(), "not-a-real-token");
        assert_eq!(session.token().authorization(), "Bearer not-a-real-token");
        assert_eq!(session.token().lifetime(), Some(15 * DAY));
        assert!(!format!("{session:?}").contains("not-a-real"), "{session:?}");
        let json = serde_json::to_value(session).unwrap();
        assert!(!json.to_string().contains("not-a-real"), "{json}");
        assert_eq!(json["user"]["first_name"], "FirstName");
        assert!(
            json["expires_at"].is_i64() && json.get("token").is_none(),
            "{json}"
        );
    }
    assert!(document.notices().is_empty());
    let [notice] = live.notices() else {
        panic!("{live:?}")
    };
    assert!(notice.is_success());
    assert_eq!((notice.code(), notice.code_text()), (None, Some("1001")));
}

#[tokio::test(start_paused = true)]
async fn every_spelling_of_a_success_is_one() {
    let token = json!({"Token": "not-a-real-token"});
    for (http, body) in [
        (200, json!({"status": "200", "data": token, "errors": []})),
        (
            200,
            json!({"Status": 200, "DATA": {"TOKEN": "not-a-real-token"}, "Errors": null}),
        ),
        (200, json!({"status": "۲۰۰", "data": token})),
        (200, json!({"status": true, "data": token, "errors": ""})),
        (200, json!({"status": "OK", "data": token, "errors": [{}]})),
        (200, json!({"status": "1001", "data": token})),
        (200, json!({"status": "whatever this is", "data": token})),
        (
            200,
            json!({"status": "200", "message": "", "token": "not-a-real-token"}),
        ),
        (
            200,
            json!({"status": "200", "data": token, "errors": [{"code": "1001"}]}),
        ),
        // The body decides.
        (201, json!({"status": "200", "data": token, "errors": []})),
        (401, json!({"status": "200", "data": token, "errors": []})),
        (500, json!({"status": 200, "data": token, "errors": []})),
    ] {
        let session = login(http, &body)
            .await
            .unwrap_or_else(|error| panic!("{http} {body}: {error}"));
        assert_eq!(session.token().secret().expose(), "not-a-real-token");
        assert_eq!(session.user().first_name(), None);
    }
    let bom = format!("\u{FEFF}{}", include_str!("fixtures/authenticate.json"));
    assert!(login(200, bom).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_the_document_does_not_promise_is_reachable() {
    let data =
        json!({"Token": "not-a-real-token", "Credit": 12, "Echo": {"of": "not-a-real-token"}, "Id": 7});
    let session = login(200, json!({"status": "200", "data": data})).await.unwrap();
    assert_eq!(
        Value::from(session.user().fields().clone()),
        json!({"Credit": 12, "Echo": {"of": "[redacted]"}, "Id": 7})
    );
    assert_eq!(session.user().id(), Some("7"));

    // A name that is a part of the password stays; the whole password is taken out.
    let data = json!({"Token": "t", "Username": "not-a-real", "Domain": "password.example"});
    let session = login(200, json!({"status": "200", "data": data})).await.unwrap();
    assert_eq!(session.user().username(), Some("not-a-real"));
    for data in [
        json!({"Token": "t", "Username": "not-a-real", "Deep": [{"Echo": format!("p={PASSWORD}")}]}),
        json!({"Token": "t", PASSWORD: 1}),
        json!({"Token": "t", "Deep": [{"Echo": {PASSWORD: null}}]}),
        json!({"Token": "t", "Domain": format!("p={}", PASSWORD.replace('-', "&#45;"))}),
        json!({"Token": "t", "Domain": format!("p={}", PASSWORD.replace('-', "%252D"))}),
    ] {
        let session = login(200, json!({"status": "200", "data": data})).await.unwrap();
        let printed = format!("{session:?}");
        assert!(
            printed.contains("[redacted]") && !printed.contains("password"),
            "{printed}"
        );
    }
}

fn refusal(code: impl Into<Value>) -> Value {
    json!({
        "status": "400",
        "message": "خطا",
        "id": 1,
        "data": null,
        "errors": [{"message": "پیام سرویس", "url": "https://api.example/help", "code": code.into(), "field": "Password"}],
    })
}

#[tokio::test(start_paused = true)]
async fn every_code_is_typed_whatever_the_http_status() {
    for (number, code) in [
        (401, Code::InvalidToken),
        (1002, Code::NoData),
        (4001, Code::WrongCredentials),
        (4002, Code::DomainNotAllowed),
        (4003, Code::WrongSender),
        (4004, Code::SenderNotUsable),
        (77, Code::Unknown("77".to_owned())),
    ] {
        for (http, body) in [
            (200, refusal(number)),
            (200, refusal(number.to_string())),
            (400, refusal(number)),
            (401, refusal(number)),
        ] {
            let error = login(http, &body).await.unwrap_err();
            let effect = match &code {
                Code::Unknown(_) => Effect::Unknown,
                _ => Effect::None,
            };
            assert_eq!((error.kind(), error.effect()), (Kind::Api, effect), "{body}");
            assert_eq!(error.code(), Some(&code), "{body}");
            assert_eq!(code.number(), Some(number));
            assert_eq!(error.message(), Some("پیام سرویس"));
            // Both statuses are kept.
            assert_eq!(error.http_status().unwrap().as_u16(), http);
            let details = error.details().unwrap();
            assert_eq!(details.status(), Some("400"));
            let item = &details.errors()[0];
            assert_eq!(
                (item.code(), item.field()),
                (Some(code.clone()), Some("Password"))
            );
            assert_eq!(
                (item.message(), item.url()),
                (Some("پیام سرویس"), Some("https://api.example/help"))
            );
            assert_ne!(code.describe(Language::English), code.describe(Language::Persian));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_of_every_shape() {
    for (body, code, message) in [
        (
            json!({"status": "4001", "message": "نه", "errors": []}),
            Code::WrongCredentials,
            "نه",
        ),
        (
            json!({"status": 401, "message": "نه", "data": null}),
            Code::InvalidToken,
            "نه",
        ),
        (
            json!({"errors": {"code": 4003, "message": "نه"}}),
            Code::WrongSender,
            "نه",
        ),
        (
            json!({"errors": [{"Code": "۴۰۰۴", "Message": "نه"}]}),
            Code::SenderNotUsable,
            "نه",
        ),
        (
            json!({"status": "200", "errors": [{"code": 1001}, {"code": 4002}]}),
            Code::DomainNotAllowed,
            "",
        ),
        (
            json!({"status": "200", "data": null, "errors": ["نه"]}),
            Code::Unknown(String::new()),
            "نه",
        ),
        (
            json!({"status": false, "message": "نه", "data": null}),
            Code::Unknown("false".into()),
            "نه",
        ),
        (
            json!({"status": "ناموفق", "message": "نه", "data": null}),
            Code::Unknown("ناموفق".into()),
            "نه",
        ),
        (
            json!({"status": "400", "errors": [{"code": 18_446_744_073_709_551_615_u64}]}),
            Code::Unknown("18446744073709551615".into()),
            "",
        ),
    ] {
        let error = login(200, &body).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Api, Some(&code)), "{body}");
        assert_eq!(error.message(), Some(message), "{body}");
    }
    // A refusal that comes with a token is a refusal, and the token does not show.
    let body = json!({
        "status": "400",
        "message": "rejected not-a-real-token",
        "data": {"Token": "not-a-real-token"},
        "errors": [{"code": 4001, "message": format!("not-a-real-token {PASSWORD}"), "field": PASSWORD}],
    });
    let error = login(200, &body).await.unwrap_err();
    assert_eq!(error.code(), Some(&Code::WrongCredentials));
    assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
    assert_eq!(error.message(), Some("[redacted] [redacted]"));
    assert_eq!(error.effect(), Effect::Unknown, "there is a token all the same");
}

/// A refusal that nobody knows, or that something in the answer contradicts, may have had an effect.
#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_doubt_has_an_unknown_effect() {
    for (http, body) in [
        (200, refusal(9999)),
        (
            200,
            json!({"status": "200", "message": "sent", "data": null, "errors": ["blacklist: 09120000000"]}),
        ),
        (
            200,
            json!({"status": "200", "message": "sent", "errors": [{"code": 4004}]}),
        ),
        (
            400,
            json!({"status": "400", "errors": [{"code": 4004}, {"code": 9999}]}),
        ),
        (
            400,
            json!({"status": "400", "errors": [{"code": 4004, "messageId": 7}]}),
        ),
        (
            400,
            json!({"status": "400", "errors": [{"code": 4004, "Code": 1001}]}),
        ),
        (
            400,
            json!({"status": "400", "errors": [{"code": 4004}], "Errors": []}),
        ),
        (
            400,
            json!({"status": "400", "errors": [{"code": 4004}], "messageIds": [7]}),
        ),
        (
            400,
            json!({"title": "One or more validation errors occurred.", "status": 400, "errors": {"Text": ["no text"]}}),
        ),
    ] {
        let error = post(http, &body).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Api, Effect::Unknown),
            "{http} {body}"
        );
    }
}

/// ASP.NET's problem shape, and an empty message, have the words elsewhere.
#[tokio::test(start_paused = true)]
async fn the_providers_words_are_kept_wherever_they_stand() {
    for (body, words) in [
        (
            json!({"title": "عنوان", "status": 400, "errors": {"Text": ["متن خالی است", "کوتاه است"], "To": "نیست"}}),
            "متن خالی است",
        ),
        (json!({"title": "عنوان", "status": 400, "traceId": "0"}), "عنوان"),
        (json!({"title": "", "detail": "شرح", "status": 400}), "شرح"),
        (
            json!({"status": "400", "message": "", "data": null, "errors": ["واژه‌ها"]}),
            "واژه‌ها",
        ),
        (
            json!({"status": "400", "message": "بیرون", "errors": [{"code": 4004, "message": ""}]}),
            "بیرون",
        ),
    ] {
        let error = login(400, &body).await.unwrap_err();
        assert_eq!(error.message(), Some(words), "{body}");
        let fields: Vec<_> = error
            .details()
            .unwrap()
            .errors()
            .iter()
            .filter_map(ErrorItem::field)
            .collect();
        let expected = if body["errors"].is_object() {
            vec!["Text", "Text", "To"]
        } else {
            vec![]
        };
        assert_eq!(fields, expected, "{body}");
    }
}

/// If a key is there twice, it is unknown which one counts.
#[tokio::test(start_paused = true)]
async fn a_duplicate_key_is_no_success() {
    let session = r#"{"status":"401","status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#;
    let errors =
        r#"{"status":"200","errors":[{"code":401}],"errors":[],"data":{"Token":"not-a-real-token"}}"#;
    let refusal = r#"{"status":"200","status":"4001","data":null,"errors":[]}"#;
    let session_in_two_spellings = r#"{"status":"200","Status":"400","data":{"Token":"not-a-real-token"}}"#;
    let token_in_two_spellings =
        r#"{"status":"200","data":{"Token":"not-a-real-token"},"Data":{"Token":"not-a-real-other"}}"#;
    for (body, kind) in [
        (session, Kind::Api),
        (errors, Kind::Api),
        (refusal, Kind::Decode),
        (session_in_two_spellings, Kind::Decode),
        (token_in_two_spellings, Kind::Decode),
    ] {
        let login = login(200, body).await.unwrap_err();
        let (tokens, _) = tokens([Step::answer(200, body)]).await;
        let call = tokens.authorized().post("a").await.unwrap_err();
        for error in [login, call] {
            assert_eq!((error.kind(), error.effect()), (kind, Effect::Unknown), "{error}");
            assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_once_and_a_failing_service_again() {
    for http in [200, 401, 500, 503] {
        let (outcome, requests) = login_with(Step::answer(http, refusal(4001).to_string())).await;
        assert_eq!(
            (outcome.unwrap_err().is_retryable(), requests),
            (false, 1),
            "HTTP {http}"
        );
    }
    for (http, body) in [
        (200, refusal(500).to_string()),
        (500, String::new()),
        (429, "<h1>Slow</h1>".to_owned()),
    ] {
        let (outcome, requests) = login_with(Step::answer(http, body)).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.is_retryable(), requests), (true, 3), "{error}");
        assert_eq!(error.effect(), Effect::Unknown);
    }
    let (outcome, requests) = login_with(Step::unknown()).await;
    assert_eq!((outcome.unwrap_err().kind(), requests), (Kind::Interrupted, 3));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_utf_8_is_an_error_that_says_so() {
    let body = b"{\"status\":\"200\",\"data\":{\"Token\":\"not-a-real-token\",\"FirstName\":\"\xD3\"}}";
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
        (
            200,
            page.clone(),
            Kind::Decode,
            "not the provider's envelope at $ (HTTP 200",
        ),
        (200, String::new(), Kind::Decode, "not the provider's envelope"),
        (200, "[1]".to_owned(), Kind::Decode, "not the provider's envelope"),
        (
            200,
            "{\"a\":1}".to_owned(),
            Kind::Decode,
            "not the provider's envelope",
        ),
        (
            200,
            include_str!("fixtures/authenticate.json")[..20].to_owned(),
            Kind::Decode,
            "not the provider's envelope",
        ),
        (
            200,
            json!({"status": "200", "data": {}, "errors": []}).to_string(),
            Kind::Decode,
            "at $.data.Token",
        ),
        (
            200,
            json!({"status": "200", "data": {"Token": 7}}).to_string(),
            Kind::Decode,
            "at $.data.Token",
        ),
        (
            200,
            json!({"status": "200", "data": {"Token": null}}).to_string(),
            Kind::Decode,
            "at $.data.Token",
        ),
        (
            502,
            json!({"data": {"Token": "not-a-real-token"}, "message": "?", "status": "?"}).to_string(),
            Kind::Status,
            "HTTP 502",
        ),
        (403, page.clone(), Kind::Status, "not an Iranian one"),
        (
            404,
            page.clone(),
            Kind::Status,
            "nothing is there: check the path and the base URL",
        ),
        (302, page, Kind::Status, "a redirect, which is never followed"),
        (
            302,
            include_str!("fixtures/authenticate.json").to_owned(),
            Kind::Status,
            "a redirect",
        ),
    ] {
        let error = login(http, &body).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (kind, Effect::Unknown),
            "{http} {body}: {error}"
        );
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(error.excerpt(), None);
        assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_or_field_that_no_header_could_carry_is_a_typed_error() {
    let long = "a".repeat(8 * 1024 + 1);
    for (name, text) in [
        ("Token", "not-a-real\r\nX-Evil: 1"),
        ("Token", "not a real token"),
        ("Token", "توکن"),
        ("Token", ""),
        ("Token", long.as_str()),
        ("FirstName", "a\r\nb"),
        ("VirtualNumber", "3000\n3001"),
        ("Domain", long.as_str()),
    ] {
        let mut data = json!({"Id": "1", "Token": "not-a-real-token"});
        data[name] = text.into();
        let error = login(200, json!({"status": "200", "data": data, "errors": []}))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Decode, "{name}");
        assert_eq!(error.json_path(), Some(format!("$.data.{name}").as_str()));
        assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
    }
    // Spaces around a name are no reason to refuse it.
    let data = json!({"FirstName": " Sara \r\n", "Token": "not-a-real-token"});
    let session = login(200, json!({"status": "200", "data": data})).await.unwrap();
    assert_eq!(session.user().first_name(), Some("Sara"));
}

#[tokio::test(start_paused = true)]
async fn the_earlier_of_the_days_and_the_tokens_own_expiry() {
    // {"alg":"none"}, and {"iat":1000,"exp":4600}, {"iat":1000,"exp":99999999}
    for (token, life) in [
        (
            "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDYwMH0.c2lnbmVk",
            Duration::from_secs(3600),
        ),
        (
            "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6OTk5OTk5OTl9.c2lnbmVk",
            15 * DAY,
        ),
        ("eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDB9.c2lnbmVk", 15 * DAY),
        ("not-a-real-token", 15 * DAY),
    ] {
        let session = login(200, json!({"status": "200", "data": {"Token": token}}))
            .await
            .unwrap();
        assert_eq!(session.token().lifetime(), Some(life), "{token}");
        assert_eq!(session.token().expires_in(), Some(life));
        tokio::time::advance(life / 2).await;
        assert_eq!(session.token().expires_in(), Some(life / 2));
    }
}

#[test]
fn days_and_credentials_are_checked_before_anything_is_sent() {
    assert_eq!((TokenDays::MIN.get(), TokenDays::MAX.get()), (1, 365));
    for bad in [0, 366, u16::MAX] {
        let error = TokenDays::new(bad).unwrap_err();
        let kind = Kind::InvalidInput {
            argument: "number of days",
            reason: Reason::OutOfRange { least: 1, most: 365 },
        };
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None));
        assert_eq!(error.code(), None);
        assert_eq!(
            error.describe(Language::Persian),
            "درخواست ارسال نشد: شمار روزهای اعتبار توکن باید بین ۱ تا ۳۶۵ باشد."
        );
    }
    let full = || {
        Credentials::builder()
            .username("u")
            .password(PASSWORD)
            .virtual_number("3")
    };
    for (builder, missing) in [
        (full().username(" "), "user name"),
        (full().password(""), "password"),
        (full().virtual_number(""), "virtual number"),
        (Credentials::builder(), "user name"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), Kind::Configuration);
        assert!(error.to_string().contains(missing), "{error}");
    }
    assert_eq!(format!("{:?}", full().build().unwrap()), "Credentials { .. }");
    assert_eq!(format!("{:?}", full()), "CredentialsBuilder { .. }");
}

/// A source with a token, whose next calls get these answers.
async fn tokens(answers: impl IntoIterator<Item = Step>) -> (TokenSource, ScriptedTransport) {
    let login = Step::answer(200, include_str!("fixtures/authenticate.json"));
    let script = ScriptedTransport::new([login].into_iter().chain(answers));
    let saba = Client::builder().transport(script.clone()).build().unwrap();
    let tokens = saba.token_source(credentials(), days(15));
    tokens.authorization().await.unwrap();
    (tokens, script)
}

async fn post(http: u16, body: &Value) -> Result<sabapayamak_auth::Answer, Error> {
    let (tokens, script) = tokens([Step::answer(http, body.to_string())]).await;
    let outcome = tokens.authorized().post("api/v1/message").json("سلام").await;
    assert_eq!(script.requests().len(), 2, "{body}");
    outcome
}

#[tokio::test(start_paused = true)]
async fn answers_to_other_calls() {
    for (http, body) in [
        (
            200,
            json!({"status": "200", "message": "", "id": 1, "data": {"Id": 5}, "errors": []}),
        ),
        (
            500,
            json!({"status": "200", "message": "", "data": 5, "errors": null}),
        ),
        (
            500,
            json!({"status": "OK", "message": "", "data": 5, "errors": null}),
        ),
        (200, json!([1, 2, 3])),
        (200, json!({"status": 4, "messages": []})),
        (
            200,
            json!({"status": "delivered", "message": "to all", "data": []}),
        ),
        (204, json!("")),
    ] {
        let answer = post(http, &body)
            .await
            .unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(answer.status().as_u16(), http);
        assert_eq!(answer.json::<Value>().unwrap(), body);
    }
    for (http, body, kind, effect) in [
        (200, refusal(4004), Kind::Api, Effect::None),
        (400, refusal(1002), Kind::Api, Effect::None),
        // It failed, or did a part of it, or is perhaps not the provider: unknown.
        (200, refusal(500), Kind::Api, Effect::Unknown),
        (500, refusal(9999), Kind::Api, Effect::Unknown),
        (
            200,
            json!({"status": "400", "data": [{"Id": 5}], "errors": [{"code": 4004}]}),
            Kind::Api,
            Effect::Unknown,
        ),
        (
            200,
            json!({"status": "400", "data": "", "errors": [{"code": 4004}]}),
            Kind::Api,
            Effect::None,
        ),
        (
            200,
            json!({"status": "400", "data": "7", "errors": [{"code": 4004}]}),
            Kind::Api,
            Effect::Unknown,
        ),
        (
            504,
            json!({"status": 504, "message": "upstream timed out"}),
            Kind::Api,
            Effect::Unknown,
        ),
        (
            400,
            json!({"status": 400, "message": "bad"}),
            Kind::Api,
            Effect::Unknown,
        ),
        (502, json!("<html>"), Kind::Status, Effect::Unknown),
        (404, json!({}), Kind::Status, Effect::Unknown),
        (302, refusal(4004), Kind::Status, Effect::Unknown),
    ] {
        let error = post(http, &body).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (kind, effect),
            "{http} {body}: {error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_costs_one_login_and_the_call_is_made_once_more() {
    let login = || {
        Step::answer(
            200,
            include_str!("fixtures/authenticate.json").replace("real-token", "real-fresh-token"),
        )
    };
    for refused in [
        Step::answer(200, refusal(401).to_string()),
        Step::answer(200, refusal("401").to_string()),
        Step::answer(401, refusal(401).to_string()),
        Step::answer(
            200,
            json!({"status": "401", "message": "", "data": null}).to_string(),
        ),
        Step::answer(401, ""),
        Step::answer(401, "<html>"),
    ] {
        let done = Step::answer(200, json!({"status": "200", "data": 1, "errors": []}).to_string());
        let (tokens, script) = tokens([refused.clone(), login(), done]).await;
        let answer = tokens.authorized().post("api/v1/message").json("سلام").await;
        assert!(answer.is_ok(), "{refused:?} {answer:?}");
        let requests = script.requests();
        assert_eq!(requests.len(), 4);
        assert_eq!(requests[1].headers()["authorization"], "Bearer not-a-real-token");
        assert_eq!(
            requests[3].headers()["authorization"],
            "Bearer not-a-real-fresh-token"
        );
        assert_eq!(requests[1].body(), requests[3].body());

        // Only once.
        let (tokens, script) = tokens_refused_twice(&refused, login()).await;
        let error = tokens.authorized().post("api/v1/message").await.unwrap_err();
        assert_eq!(script.requests().len(), 4, "{error}");
    }
}

async fn tokens_refused_twice(refused: &Step, login: Step) -> (TokenSource, ScriptedTransport) {
    tokens([refused.clone(), login, refused.clone()]).await
}

#[tokio::test(start_paused = true)]
async fn errors_of_other_calls_hold_neither_token_nor_password() {
    let body = format!("<html>Bearer not-a-real-token {PASSWORD}</html>");
    let (tokens, _) = tokens([Step::answer(404, body)]).await;
    let error = tokens.authorized().get("api/v1/credit").await.unwrap_err();
    assert_eq!(error.excerpt(), Some("<html>Bearer [redacted] [redacted]</html>"));
    let mut echo = refusal(4004);
    echo["errors"][0]["message"] = "not-a-real-token".into();
    echo["errors"][0]["url"] = format!("https://x/?t=not-a-real-token&p={PASSWORD}").into();
    let error = post(200, &echo).await.unwrap_err();
    assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes: no panic, no success without a token, and no secret in the error.
    #[test]
    fn any_answer_is_a_session_or_a_typed_error(
        http in prop::sample::select(vec![200_u16, 201, 204, 301, 400, 401, 403, 429, 500, 503]),
        status in "(200|400|401|1001|ok|)",
        token in "([a-z]{0,9}|not-a-real-token|not-a-real-token\r\n)",
        message in "(|.{0,10}|not-a-real-token)",
        errors in "(null|\\[\\]|\\[1\\]|\\[\\{\\}\\]|\\{\"code\":4001\\}|\\[\\{\"code\":[0-9]{1,30}\\}\\]|\"x\")",
        cut in prop::option::weighted(0.2, 0_usize..120),
    ) {
        let body = format!(
            r#"{{"status":"{status}","message":{},"data":{{"Token":{}}},"errors":{errors}}}"#,
            Value::from(message),
            Value::from(token.clone()),
        );
        let body: String = body.chars().take(cut.unwrap_or(usize::MAX)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        match runtime.block_on(login(http, body)) {
            Ok(session) => prop_assert_eq!(session.token().secret().expose(), token.trim()),
            Err(error) => prop_assert!(!printed(&error).contains("not-a-real"), "{}", printed(&error)),
        }
    }
}
