//! Secrets that are ordinary words of the providers' answers: they change nothing of what an answer means, and stay in
//! nothing that is kept of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Debug;

use http_core::testing::{ScriptedTransport, Step};
use http_core::{Code, Error, REDACTED, RetryPolicy};
use serde_json::Value;

/// Stands for the secret in an answer.
const ECHO: &str = "<echo>";
const ORDINARY: &str = "not-a-real-secret-9z8y7x";

const WORDS: [&str; 31] = [
    "0",
    "1",
    "200",
    "401",
    "500",
    "1001",
    "1003",
    "9999",
    "404",
    "true",
    "false",
    "success",
    "fail",
    "status",
    "message",
    "Token",
    "token",
    "invalid",
    "id",
    "Id",
    "FirstName",
    "Username",
    "data",
    "code",
    "errors",
    "errorCode",
    "result",
    "completed",
    "uniqid",
    "1403",
    "link",
];

/// What came of a call: the judgement, and the texts that were kept.
#[derive(Debug)]
struct Told {
    judgement: String,
    kept: Vec<String>,
}

impl Told {
    fn of<T, C: Code>(
        outcome: &Result<T, Error<C>>,
        of_answer: impl Fn(&T) -> (String, Value),
        of_details: impl Fn(&C::Details) -> Value,
    ) -> Self {
        let mut kept = Vec::new();
        let judgement = match outcome {
            Ok(answer) => {
                let (meaning, texts) = of_answer(answer);
                leaves(&texts, &mut kept);
                format!("answered: {meaning}")
            }
            Err(error) => {
                let mut code = format!("{:?}", error.code());
                // The word of an unknown code is kept, and is no judgement.
                if let Some((_, word)) = code.split_once("Unknown(") {
                    let word = word
                        .trim_start_matches("Some(")
                        .trim_end_matches(')')
                        .trim_matches('"');
                    kept.push(word.to_owned());
                    "unknown".clone_into(&mut code);
                }
                kept.extend(
                    [error.message(), error.excerpt()]
                        .into_iter()
                        .flatten()
                        .map(str::to_owned),
                );
                let details = error.details().map(of_details).unwrap_or_default();
                leaves(&details, &mut kept);
                format!(
                    "{:?} {code} {:?} {:?}",
                    error.kind(),
                    error.effect(),
                    error.is_retryable()
                )
            }
        };
        Self { judgement, kept }
    }

    fn and(self, more: impl Debug) -> Self {
        Self {
            judgement: format!("{}, {more:?}", self.judgement),
            ..self
        }
    }
}

/// Every text, number and key.
fn leaves(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Number(number) => all.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, all)),
        Value::Object(map) => {
            for (key, item) in map {
                all.push(key.clone());
                leaves(item, all);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Gives each answer, full of each of the words, to a client whose secret is that word, and to one whose secret is not.
async fn each_word_changes_nothing(
    answers: &[(u16, &str)],
    judge: impl AsyncFn(&str, &dyn Fn() -> Step) -> Vec<Told>,
) {
    for (status, body) in answers {
        for word in WORDS {
            let body = body.replace(ECHO, word);
            let answer = || Step::answer(*status, body.clone());
            let ordinary = judge(ORDINARY, &answer).await;
            let told = judge(word, &answer).await;
            assert_eq!(told.len(), ordinary.len());
            for (told, ordinary) in told.iter().zip(&ordinary) {
                assert_eq!(told.judgement, ordinary.judgement, "{word} in {status} {body}");
                for text in &told.kept {
                    let text = text.replace(REDACTED, "");
                    let holds = text == word || word.len() >= 4 && text.contains(word);
                    assert!(!holds, "{word} in {text:?}, of {status} {body}");
                }
            }
        }
    }
}

fn never() -> RetryPolicy {
    RetryPolicy::never()
}

mod aparat {
    use aparat_api::{Client, OrderKind};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn aparat() {
        let answers = [
            (
                200,
                r#"{"status":true,"message":"<echo>","uniqid":"5f0c","balance":7123,"more":["<echo>"]}"#,
            ),
            (
                200,
                r#"{"status":"success","message":"a <echo>","data":{"id":"5f0c","credit":"7123","<echo>":1}}"#,
            ),
            (
                200,
                r#"{"status":200,"msg":"<echo>","result":{"status":"true","order":5123,"coins":7123}}"#,
            ),
            (200, r#"{"status":false,"message":"token invalid"}"#),
            (200, r#"{"status":"false","message":"<echo>"}"#),
            (200, r#"{"status":"fail","message":"<echo>","id":"<echo>"}"#),
            (
                200,
                r#"{"status":0,"message":"تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید"}"#,
            ),
            (401, r#"{"status":401,"message":"invalid request"}"#),
            (500, r#"{"status":"error","message":"<echo>"}"#),
            (200, r#"{"status":"completed","message":"<echo>"}"#),
            (200, r#"{"status":true,"state":"<echo>!","message":""}"#),
            (200, r#"{"status":"success","message":"token invalid"}"#),
            (200, r#"{"token":"<echo>","balance":"7123"}"#),
            (404, "<p><echo> &amp; more</p>"),
            (200, "token invalid"),
        ];
        each_word_changes_nothing(&answers, async |token, answer| {
            let client = || {
                let script = ScriptedTransport::always(answer());
                Client::builder(token)
                    .transport(script)
                    .retry(never())
                    .build()
                    .unwrap()
            };
            let account = client().account().await;
            let order = client()
                .order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100)
                .await;
            let state = client().order_status("5f0c").await;
            let no_details = |(): &()| Value::Null;
            vec![
                Told::of(
                    &account,
                    |it| (format!("{:?}", it.balance()), json!([it.message(), it.fields()])),
                    no_details,
                ),
                Told::of(
                    &order,
                    |it| {
                        (
                            it.id().is_some().to_string(),
                            json!([it.id(), it.message(), it.fields()]),
                        )
                    },
                    no_details,
                ),
                Told::of(
                    &state,
                    |it| {
                        let state = it
                            .state()
                            .map(|state| (state.is_final(), std::mem::discriminant(state)));
                        (format!("{state:?}"), json!([it.message(), it.fields()]))
                    },
                    no_details,
                ),
            ]
        })
        .await;
    }
}

mod podlink {
    use podlink_api::{Client, Content, Details, Visit};
    use serde_json::json;

    use super::*;

    fn details(details: &Details) -> Value {
        let reference = details.support_reference();
        json!([
            reference.number(),
            reference.message_id(),
            details.service_status(),
            details.developer_message()
        ])
    }

    #[tokio::test]
    async fn podlink() {
        let answers = [
            (
                200,
                r#"{"hasError":false,"errorCode":0,"referenceNumber":"<echo>","result":{"result":{"error":false,"code":200,"result":true},"statusCode":200}}"#,
            ),
            (
                200,
                r#"{"hasError":false,"result":{"result":"{\"error\":false,\"code\":200,\"result\":{\"hash\":\"abc\",\"more\":\"<echo>\"}}","statusCode":200}}"#,
            ),
            (
                200,
                r#"{"hasError":false,"result":{"error":false,"code":200,"result":{"totalCount":1,"linkVos":[{"hash":"abc","more":"<echo>"}],"<echo>":1}}}"#,
            ),
            (
                200,
                r#"{"hasError":true,"errorCode":21,"message":"<echo>","referenceNumber":"<echo>","messageId":"<echo>"}"#,
            ),
            (
                200,
                r#"{"hasError":false,"result":{"error":true,"code":401,"message":"<echo>","developerMessage":"<echo>"}}"#,
            ),
            (
                200,
                r#"{"hasError":false,"result":{"error":true,"code":9999,"message":"<echo>"}}"#,
            ),
            (
                200,
                r#"{"hasError":false,"result":{"result":"<echo>","statusCode":404}}"#,
            ),
            (
                200,
                r#"{"hasError":false,"result":{"error":"<echo>","code":500,"result":"<echo>"}}"#,
            ),
            (404, "<p><echo> &amp; more</p>"),
        ];
        each_word_changes_nothing(&answers, async |secret, answer| {
            let mut told = Vec::new();
            for (token, key) in [(secret, "an-ordinary-key"), ("an-ordinary-token", secret)] {
                let client = || {
                    let script = ScriptedTransport::always(answer());
                    let builder = Client::builder(token).api_key(key);
                    builder.transport(script).retry(never()).build().unwrap()
                };
                let added = client().add_link(Content::link("https://example.com/long")).await;
                told.push(Told::of(
                    &added,
                    |it| {
                        (
                            it.hash().to_owned(),
                            json!([
                                it.unknown_fields(),
                                it.support_reference().number(),
                                it.support_reference().message_id()
                            ]),
                        )
                    },
                    details,
                ));
                let listed = client().list_links().await;
                told.push(Told::of(
                    &listed,
                    |it| {
                        (
                            it.links().len().to_string(),
                            json!([
                                it.unknown_fields(),
                                it.links()[0].unknown_fields(),
                                it.support_reference().number()
                            ]),
                        )
                    },
                    details,
                ));
                let activated = client().activate("abc").await;
                told.push(Told::of(&activated, |()| (String::new(), Value::Null), details));
                let visited = client().visit("abc").await;
                told.push(Told::of(
                    &visited,
                    |it| match it {
                        Visit::Redirect(to) => ("redirect".to_owned(), json!(to)),
                        Visit::Content(text) => ("content".to_owned(), json!(text)),
                        other => panic!("{other:?}"),
                    },
                    details,
                ));
            }
            told
        })
        .await;
    }

    /// A long secret in its address makes it a gateway's; a word does not.
    #[tokio::test]
    async fn where_a_link_leads() {
        for word in WORDS.into_iter().filter(|word| word.len() < 8) {
            let address = format!("https://example.com/a/{word}/b");
            let answer = json!({
                "hasError": false,
                "result": {"result": "", "header": {"Location": address}, "statusCode": 302},
            });
            let step = Step::answer(200, answer.to_string());
            let builder = Client::builder(word).api_key("an-ordinary-key");
            let client = builder
                .transport(ScriptedTransport::always(step))
                .build()
                .unwrap();
            let shown = if word.len() < 4 { word } else { REDACTED };
            let expected = Visit::Redirect(format!("https://example.com/a/{shown}/b"));
            assert_eq!(client.visit("abc").await.unwrap(), expected);
        }
    }
}

mod sabapayamak {
    use sabapayamak_auth::{Answer, Client, Credentials, Details, Session, TokenDays};
    use serde_json::json;

    use super::*;

    const ANSWERS: [(u16, &str); 11] = [
        (
            200,
            r#"{"status":"200","message":"<echo>","data":{"Id":"7","FirstName":"Sara","Username":"u-123","Domain":"<echo>","Token":"<token>","more":"<echo>"},"errors":[{"code":"1001","message":"<echo>"}]}"#,
        ),
        (
            200,
            r#"{"status":true,"message":"ok","data":{"id":7,"firstName":"Sara","username":"u-123","token":"<token>","<echo>":1},"errors":[{"code":1001}]}"#,
        ),
        (
            200,
            r#"{"status":"success","message":"ok","data":{"Token":"<token>"},"errors":[]}"#,
        ),
        (
            200,
            r#"{"status":"false","message":"<echo>","data":null,"errors":[{"code":"401","message":"<echo>","field":"<echo>","url":"<echo>"}]}"#,
        ),
        (
            200,
            r#"{"status":"401","message":"<echo>","data":[],"errors":[]}"#,
        ),
        (200, r#"{"status":1003,"message":"a <echo>","data":null}"#),
        (
            500,
            r#"{"status":"500","message":"<echo>","data":null,"errors":[{"code":"500"}]}"#,
        ),
        (
            200,
            r#"{"status":"9999","message":"<echo>","errors":[{"code":"9999","message":"<echo>"}]}"#,
        ),
        (404, r#"{"status":"404","message":"<echo>","errors":[]}"#),
        (200, r#"{"status":"<echo> ","message":"m","data":{"id":1}}"#),
        (404, "<p><echo> &amp; more</p>"),
    ];

    fn details(details: &Details) -> Value {
        json!([details.status(), values_of(details.errors())])
    }

    fn credentials(password: &str) -> Credentials {
        let builder = Credentials::builder().username("u-123").password(password);
        builder.virtual_number("3000").build().unwrap()
    }

    fn login(token: &str) -> Step {
        Step::answer(200, ANSWERS[2].1.replace("<token>", token))
    }

    fn client(script: &ScriptedTransport) -> Client {
        Client::builder()
            .transport(script.clone())
            .retry(never())
            .build()
            .unwrap()
    }

    #[tokio::test]
    async fn a_login() {
        let answers = ANSWERS.map(|(status, body)| (status, body.replace("<token>", "an-ordinary-token")));
        let answers: Vec<_> = answers
            .iter()
            .map(|(status, body)| (*status, body.as_str()))
            .collect();
        each_word_changes_nothing(&answers, async |password, answer| {
            let script = ScriptedTransport::always(answer());
            let days = TokenDays::new(15).unwrap();
            let outcome = client(&script).authenticate(&credentials(password), days).await;
            vec![Told::of(
                &outcome,
                |it: &Session| {
                    let user = it.user();
                    let meaning = (
                        user.id().is_some(),
                        user.first_name().is_some(),
                        user.username().is_some(),
                    );
                    let successes: Vec<_> = it
                        .notices()
                        .iter()
                        .map(|item| (item.is_success(), item.code()))
                        .collect();
                    let texts = json!([
                        it.message(),
                        user.id(),
                        user.first_name(),
                        user.username(),
                        user.domain(),
                        user.fields(),
                        values_of(it.notices()),
                    ]);
                    (format!("{meaning:?} {successes:?}"), texts)
                },
                details,
            )]
        })
        .await;
    }

    /// Without our own keys.
    fn values_of(items: &[sabapayamak_auth::ErrorItem]) -> Value {
        let items = items
            .iter()
            .map(|item| json!([item.code_text(), item.message(), item.field(), item.url()]));
        items.collect()
    }

    #[tokio::test]
    async fn a_call_with_the_token() {
        each_word_changes_nothing(&ANSWERS, async |secret, answer| {
            let mut told = Vec::new();
            for (password, token) in [(secret, "an-ordinary-token"), ("an-ordinary-password", secret)] {
                let script = ScriptedTransport::new([login(token), answer(), login(token), answer()]);
                let tokens = client(&script).token_source(credentials(password), TokenDays::new(15).unwrap());
                let outcome = tokens.authorized().get("api/v1/credit").await;
                let requests = script.requests().len();
                // The answer is the caller's own, as it came.
                let one = Told::of(&outcome, |_: &Answer| (String::new(), Value::Null), details);
                told.push(one.and(requests));
            }
            told
        })
        .await;
    }
}

mod smsafzar {
    use serde_json::json;
    use smsafzar_auth::{Answer, Client, Credentials, Details, RateLimit, Session};

    use super::*;

    const ANSWERS: [(u16, &str); 11] = [
        (200, r#"{"token":"an-ordinary-token"}"#),
        (
            200,
            r#"{"Token":"an-ordinary-token","errorCode":0,"errorMessage":"<echo>"}"#,
        ),
        (401, r#"{"errorCode":401,"errorMessage":"<echo>"}"#),
        (
            400,
            r#"{"errorCode":"1001","errorMessage":"<echo>","validationErrors":[{"field":"Token","errorMessage":".<echo>"},{"field":"<echo>","errorMessage":"<echo>"}]}"#,
        ),
        (200, r#"{"errorCode":1003,"errorMessage":"<echo>"}"#),
        (
            403,
            r#"{"errorCode":"1011","errorMessage":"حساب کاربر در تاریخ: 1403/01/01 منقضی شده است"}"#,
        ),
        (429, r#"{"errorCode":429,"errorMessage":"<echo>"}"#),
        (500, r#"{"errorCode":12345,"errorMessage":"<echo>"}"#),
        (200, r#"{"errorCode":"9999","errorMessage":"a <echo>"}"#),
        (200, r#"{"errorCode":true,"errorMessage":"<echo>"}"#),
        (404, "<p><echo> &amp; more</p>"),
    ];

    fn details(details: &Details) -> Value {
        let errors = details.validation_errors().iter();
        let errors: Vec<_> = errors.map(|it| [it.field(), it.message()]).collect();
        json!([errors, details.support_reference(), details.expired_on()])
    }

    fn credentials(password: &str) -> Credentials {
        Credentials::builder()
            .username("username")
            .password(password)
            .build()
            .unwrap()
    }

    fn client(script: &ScriptedTransport) -> Client {
        let builder = Client::builder()
            .rate_limit(RateLimit::unlimited())
            .retry(never());
        builder.transport(script.clone()).build().unwrap()
    }

    #[tokio::test]
    async fn a_login() {
        each_word_changes_nothing(&ANSWERS, async |password, answer| {
            let script = ScriptedTransport::always(answer());
            let outcome = client(&script).authenticate(&credentials(password)).await;
            let of_session = |it: &Session| (it.token().secret().expose().to_owned(), Value::Null);
            let mut told = Told::of(&outcome, of_session, details);
            if let Err(error) = &outcome {
                let expired = error
                    .details()
                    .is_some_and(|details| details.expired_on().is_some());
                told = told.and(expired);
            }
            vec![told]
        })
        .await;
    }

    #[tokio::test]
    async fn a_call_with_the_token() {
        each_word_changes_nothing(&ANSWERS, async |secret, answer| {
            let mut told = Vec::new();
            for (password, token) in [(secret, "an-ordinary-token"), ("an-ordinary-password", secret)] {
                let login = || Step::answer(200, json!({ "token": token }).to_string());
                let script = ScriptedTransport::new([login(), answer(), login(), answer()]);
                let tokens = client(&script).token_source(credentials(password));
                let outcome = tokens.authorized().get("account/balance").await;
                let requests = script.requests().len();
                let one = Told::of(&outcome, |_: &Answer| (String::new(), Value::Null), details);
                told.push(one.and(requests));
            }
            told
        })
        .await;
    }
}
