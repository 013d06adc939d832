use std::sync::LazyLock;

use http_core::http::Response;
use http_core::text::same;
use http_core::{Kind, RetryPolicy};
use serde_json::Value;
use smsafzar_auth::{Client, Code, Credentials, Effect, Error};

use crate::exchange::{Exchange, Wire, run};
use crate::secrets::Parts;
use crate::verdict::judge;

const PASSWORD: &str = "wÖrd/pÄss+8=Yj&گذر";
const TOKEN: &str = "aF/7+T=hC3~fE.fake";
static LOGIN_PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[PASSWORD]));
static PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[PASSWORD, TOKEN]));

thread_local! {
    static BENCH: (Credentials, Wire) = {
        let credentials = Credentials::builder().username("someone").password(PASSWORD);
        (credentials.build().unwrap(), Wire::default())
    };
}

/// An answer of SMSAfzar, to a login or to a call with its token.
pub fn smsafzar(data: &[u8]) {
    let exchange = Exchange::read(data, &["login", "get", "post"], &[PASSWORD, TOKEN]);
    BENCH.with(|(credentials, wire)| {
        // Its own limiter: a `Retry-After` of one input is no concern of the next.
        let client = Client::builder()
            .retry(RetryPolicy::never())
            .transport(wire.clone())
            .build()
            .unwrap();
        if exchange.call == "login" {
            wire.play([], &exchange.response);
            let session = run(client.authenticate(credentials).send());
            assert_eq!(wire.requests(), 1);
            if let Ok(session) = &session {
                let text = session.token().secret().expose();
                assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
                let shown = format!("{session:?}{}", serde_json::to_string(session).unwrap());
                let is_a_word_of_ours = text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
                assert!(
                    text.len() < 8 || is_a_word_of_ours || !shown.contains(text),
                    "{shown}"
                );
            }
            let json = exchange.json();
            let its_own = json.get("token") == Some(&Value::from(TOKEN)) && named(&json, "token") == 1;
            let parts = if its_own { &PARTS } else { &LOGIN_PARTS };
            judge_call(&exchange, session.as_ref().err(), parts);
        } else {
            wire.play(
                [Response::new(format!(r#"{{"token":"{TOKEN}"}}"#).into())],
                &exchange.response,
            );
            let calls = client.token_source(credentials.clone()).authorized();
            let call = if exchange.call == "get" {
                calls.get("a")
            } else {
                calls.post("a")
            };
            let answer = run(call.unwrap().send());
            match &answer {
                Ok(answer) => assert_eq!(answer.body(), exchange.response.body()),
                // A fresh login, and whoever answers it is this very answer.
                Err(_) if wire.requests() > 2 => return,
                // The server asked to be left alone for longer than the call may take.
                Err(error) if error.kind() == Kind::Timeout => return,
                Err(_) => {}
            }
            judge_call(&exchange, answer.as_ref().err(), &PARTS);
        }
    });
}

fn named(json: &Value, name: &str) -> usize {
    let keys = json.as_object().into_iter().flat_map(serde_json::Map::keys);
    keys.filter(|key| same(key, name)).count()
}

fn judge_call(exchange: &Exchange<'_>, error: Option<&Error>, parts: &Parts) {
    let status = exchange.status();
    let json = exchange.json();
    let code = json.get("errorCode").filter(|_| named(&json, "errorCode") == 1);
    let refuses = match code {
        Some(Value::Number(number)) => number.to_string() != "0",
        Some(Value::String(text)) => !matches!(text.trim(), "" | "0" | "۰" | "٠"),
        _ => false,
    };
    let Some(error) = error else {
        assert!(status.is_success(), "HTTP {status}");
        assert!(!refuses, "a refusal: {json}");
        return;
    };
    judge(error, status, false, parts);
    if error.effect() == Effect::None && error.kind() == Kind::Provider {
        assert!(
            !status.is_server_error(),
            "it may have failed half-way: {error:?}"
        );
        assert_ne!(error.code(), Some(&Code::ServerFailure), "{error:?}");
        assert!(
            named(&json, "errorCode") >= 1,
            "no refusal of the provider's own: {error:?}"
        );
    }
}
