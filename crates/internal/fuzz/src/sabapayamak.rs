use std::sync::LazyLock;
use std::time::Duration;

use http_core::http::{Response, StatusCode};
use http_core::text::same;
use http_core::{Kind, RetryPolicy, fields};
use sabapayamak_auth::{Client, Credentials, Effect, Error, TokenDays};
use serde_json::{Map, Value};

use crate::exchange::{Exchange, Wire, run};
use crate::secrets::Parts;
use crate::verdict::judge;

const PASSWORD: &str = "pÄs/wörd+9=Zk&رمز";
/// In `data` of a login's answer, and in the token source before an authorised call.
const TOKEN: &str = "tO/6+S=iB2~gD.fake";
static LOGIN_PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[PASSWORD]));
static PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[PASSWORD, TOKEN]));

const DAYS: u16 = 15;

thread_local! {
    static BENCH: (Client, Credentials, Wire) = {
        let wire = Wire::default();
        let client = Client::builder().retry(RetryPolicy::never()).transport(wire.clone()).build().unwrap();
        let credentials = Credentials::builder().username("someone").password(PASSWORD).virtual_number("3000");
        (client, credentials.build().unwrap(), wire)
    };
}

/// An answer of Sabapayamak, to a login or to a call with its token.
pub fn sabapayamak(data: &[u8]) {
    let exchange = Exchange::read(data, &["login", "get", "post"], &[PASSWORD, TOKEN]);
    let days = TokenDays::new(DAYS).unwrap();
    BENCH.with(|(client, credentials, wire)| {
        if exchange.call == "login" {
            wire.play([], &exchange.response);
            let session = run(client.authenticate(credentials, days).send());
            assert_eq!(wire.requests(), 1);
            if let Ok(session) = &session {
                let token = session.token();
                let text = token.secret().expose();
                assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
                assert!(
                    token
                        .expires_in()
                        .is_some_and(|left| left <= Duration::from_secs(86_400 * u64::from(DAYS)))
                );
                let shown = format!("{session:?}{}", serde_json::to_string(session).unwrap());
                let is_a_word_of_ours = text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
                assert!(
                    text.len() < 8 || is_a_word_of_ours || !shown.contains(text),
                    "{shown}"
                );
                assert!(!shown.contains(PASSWORD), "{shown}");
            }
            let parts = if names_its_token_once(&exchange.json()) {
                &PARTS
            } else {
                &LOGIN_PARTS
            };
            judge_call(&exchange, session.as_ref().err(), parts);
        } else {
            let mut login = Response::new(
                format!(r#"{{"status":"200","data":{{"Token":"{TOKEN}"}},"errors":[]}}"#).into(),
            );
            *login.status_mut() = StatusCode::OK;
            wire.play([login], &exchange.response);
            let calls = client.token_source(credentials.clone(), days).authorized();
            let call = if exchange.call == "get" {
                calls.get("a")
            } else {
                calls.post("a")
            };
            let answer = run(call.unwrap().send());
            match &answer {
                Ok(answer) => assert_eq!(answer.body(), exchange.response.body()),
                // Fresh tokens, and whoever brings them is this very answer.
                Err(_) if wire.requests() > 2 => return,
                Err(_) => {}
            }
            judge_call(&exchange, answer.as_ref().err(), &PARTS);
        }
    });
}

fn judge_call(exchange: &Exchange<'_>, error: Option<&Error>, parts: &Parts) {
    let status = exchange.status();
    let json = exchange.json();
    let refusal = refusal(&json);
    let Some(error) = error else {
        assert!(!status.is_redirection(), "a redirect");
        assert!(refusal.is_none(), "a refusal: {refusal:?}");
        let says_yes = json.get("status").and_then(fields::word).is_some();
        let says_yes = says_yes
            || json
                .as_object()
                .is_some_and(|it| fields::find(it, "status").is_some());
        assert!(status.is_success() || says_yes, "HTTP {status}");
        return;
    };
    judge(error, status, false, parts);
    if error.effect() == Effect::None && error.kind() == Kind::Provider {
        let details = error.details().expect("a refusal has details");
        assert!(
            details.status().is_some() || !details.errors().is_empty(),
            "{error:?}"
        );
        let data = json
            .as_object()
            .and_then(|it| fields::find(it, "data"))
            .and_then(Value::as_object);
        assert!(
            data.is_none_or(Map::is_empty),
            "it answered, and refused: {error:?}"
        );
    }
}

/// What anybody would call a refusal: a code among the errors that is not 1001, or a status that is one of HTTP's.
fn refusal(json: &Value) -> Option<String> {
    let word = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let object = json.as_object()?;
    // An exact name comes first; of two that differ in case nobody can say.
    let unambiguous = |name: &str| {
        let once = object.keys().filter(|key| same(key, name)).count() == 1;
        once.then(|| object.get(name)).flatten()
    };
    let codes = unambiguous("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let refusing = codes
        .filter_map(|item| item.get("code").and_then(word))
        .find(|code| code != "1001" && !code.is_empty());
    let status = unambiguous("status").and_then(word);
    let looks_whole = object.len() > 1 && unambiguous("status").is_some() && unambiguous("errors").is_some();
    refusing.or_else(|| status.filter(|it| looks_whole && matches!(it.parse(), Ok(300_u16..=599))))
}

/// The token stands in the one place in which a reader looks for it.
fn names_its_token_once(json: &Value) -> bool {
    let tokens = |value: Option<&Value>| {
        let fields = value.and_then(Value::as_object);
        fields.map_or(0, |it| it.keys().filter(|key| same(key, "token")).count())
    };
    let object = json.as_object();
    let data = object.and_then(|it| it.get("data"));
    tokens(Some(json)) == 0
        && object.is_some_and(|it| it.keys().filter(|key| same(key, "data")).count() == 1)
        && tokens(data) == 1
        && data.and_then(|it| it.get("Token")) == Some(&Value::from(TOKEN))
}
