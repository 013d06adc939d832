//! What is true for any answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use std::fmt::Write as _;

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Client, Content, Effect, Error, Kind, Link, LinkPage, RetryPolicy};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{TOKEN, builder, gateway, live, service};
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

fn client(body: impl Into<Vec<u8>>) -> Client {
    client_with_status(200, body)
}

fn client_with_status(status: u16, body: impl Into<Vec<u8>>) -> Client {
    let script = ScriptedTransport::always(Step::answer(status, body.into()));
    builder()
        .retry(RetryPolicy::never())
        .transport(script)
        .build()
        .unwrap()
}

/// A link as a provider may have it.
fn any_link() -> impl Strategy<Value = Value> {
    let text = "\\PC{0,12}|[\"\\\\/\u{0}-\u{1f}متن🦀]{0,6}";
    let time = prop::option::of(any::<i64>());
    (
        ("\\PC{1,10}", prop::option::of(text), prop::option::of("link|content|file|\\PC{1,5}")),
        (time.clone(), time, prop::option::of(any::<u64>()), prop::option::of(any::<bool>())),
        (prop::option::of("auto|custom"), prop::option::of("[^,،\\s]{1,5}([,،][^,،\\s]{1,5}){0,3}"), text),
    )
        .prop_map(|((hash, content, kind), (create, expire, visits, deleted), (method, tags, url))| {
            json!({
                "hash": hash, "urlOrContent": content, "shortenObjectKind": kind, "createTime": create,
                "expireTime": expire, "visitCount": visits, "isDeleted": deleted, "hashGeneratedMethod": method,
                "tags": tags, "hashURL": url,
            })
        })
}

fn assert_same(link: &Link, sent: &Value) -> Result<(), TestCaseError> {
    let text = |key: &str| sent[key].as_str();
    prop_assert_eq!(Some(link.hash()), text("hash"));
    prop_assert_eq!(link.content(), text("urlOrContent"));
    prop_assert_eq!(
        link.kind().map(podlink_api::LinkKind::as_str),
        text("shortenObjectKind").map(str::trim)
    );
    prop_assert_eq!(
        link.create_time().map(podlink_api::Timestamp::as_millis),
        sent["createTime"].as_i64()
    );
    prop_assert_eq!(
        link.expire_time().map(podlink_api::Timestamp::as_millis),
        sent["expireTime"].as_i64()
    );
    prop_assert_eq!(link.visit_count(), sent["visitCount"].as_u64());
    prop_assert_eq!(link.is_deleted(), sent["isDeleted"].as_bool());
    prop_assert_eq!(
        link.hash_method().map(podlink_api::HashMethod::as_str),
        text("hashGeneratedMethod")
    );
    prop_assert_eq!(link.hash_url(), text("hashURL").map(str::trim));
    prop_assert_eq!(
        link.tags().collect::<Vec<_>>(),
        text("tags")
            .map(|tags| tags.split([',', '،']).collect::<Vec<_>>())
            .unwrap_or_default()
    );
    Ok(())
}

/// With `\u` escapes for all that is not ASCII, as many servers write it.
fn escaped(json: &str) -> String {
    let mut escaped = String::new();
    for c in json.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// Every call's error on this answer.
fn outcomes(pod: &Client) -> [Result<(), Error>; 5] {
    runtime().block_on(async {
        [
            pod.add_link(Content::text("x")).await.map(|_| ()),
            pod.visit("a").await.map(|_| ()),
            pod.list_links().await.map(|_| ()),
            pod.deactivate("a").await,
            pod.click_stats("a").await.map(|_| ()),
        ]
    })
}

proptest! {
    #[test]
    fn any_page_survives_encoding_and_double_encoding(
        links in prop::collection::vec(any_link(), 0..8),
        total in any::<u64>(),
    ) {
        let inner = service(&json!({"totalCount": total, "linkVos": links}).to_string());
        for body in [gateway(&inner), live(&inner), escaped(&live(&inner)), live(&escaped(&inner)), escaped(&live(&escaped(&inner)))] {
            let page: LinkPage = runtime().block_on(client(body).list_links().send()).unwrap();
            prop_assert_eq!(page.total_count(), Some(total));
            prop_assert_eq!(page.links().len(), links.len());
            for (link, sent) in page.links().iter().zip(&links) {
                assert_same(link, sent)?;
            }
        }
    }

    #[test]
    fn any_text_survives_a_visit(text in "\\PC{0,40}|[\"\\\\{}\\[\\],:a-z\u{0}-\u{1f}]{0,20}") {
        prop_assume!(!text.trim().is_empty());
        let inner = service(&Value::from(text.as_str()).to_string());
        for body in [gateway(&inner), live(&inner)] {
            let visit = runtime().block_on(client(body).visit("a").send()).unwrap();
            prop_assert_eq!(visit, podlink_api::Visit::Content(text.clone()));
        }
    }

    #[test]
    fn any_bytes_are_taken(status in 200_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        for outcome in outcomes(&client_with_status(status, body)) {
            if let Err(error) = outcome {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn anything_that_looks_like_an_envelope_is_taken(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"", "\\\"", "\\", "null", "true", "false", "0", "200", "119", "-1", "1e999",
                "\"hasError\":", "\"error\":", "\"code\":", "\"result\":", "\"statusCode\":", "\"header\":", "\"hash\":",
                "\"linkVos\":", "\"totalCount\":", "\"ott\":", "\"message\":", "\"{\\\"error\\\":false,\\\"result\\\":", "\\u0", "😀",
            ]),
            0..40,
        ),
    ) {
        for outcome in outcomes(&client(pieces.concat())) {
            if let Err(error) = outcome {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    /// A good answer that is cut anywhere is never read as a whole one, and never as a refusal.
    #[test]
    fn an_answer_cut_short_is_no_answer(cut in 0.0..1.0, double: bool) {
        let inner = service(r#"{"hash":"sample20","urlOrContent":"متن","visitCount":0}"#);
        let body = if double { live(&inner) } else { gateway(&inner) };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let end = (body.len() as f64 * cut) as usize;
        let [added, visited, ..] = outcomes(&client(&body.as_bytes()[..end]));
        for outcome in [added, visited] {
            let error = outcome.unwrap_err();
            prop_assert_eq!(error.kind(), Kind::Decode);
            prop_assert_eq!(error.effect(), Effect::Unknown);
            let shown = format!("{error:?} {error}");
            prop_assert!(!shown.contains("one-time-secret"), "{}", shown);
        }
    }

    /// Neither the client's secrets nor the answer's one-time token get into an error, wherever they stand.
    #[test]
    fn no_secret_in_an_error(status in prop::sample::select(vec![200_u16, 400, 502]), before in "[a-z{\":, ]{0,20}", shape in 0..4) {
        let body = match shape {
            0 => format!("{before}\"ott\":\"one-time-secret-0987\" {TOKEN}"),
            1 => format!(r#"{{"hasError":true,"errorCode":5,"message":"{TOKEN} one-time-secret-0987","ott":"one-time-secret-0987","referenceNumber":"{TOKEN}"}}"#),
            2 => live(&format!(r#"{{"error":true,"code":116,"message":"for {TOKEN}","developerMessage":"{TOKEN}"}}"#)),
            _ => live(&service(&format!(r#"{{"hash":{{"x":"{TOKEN}"}}}}"#))),
        };
        for outcome in outcomes(&client_with_status(status, body)) {
            let Err(error) = outcome else { continue };
            let shown = format!("{error} {error:?} {:?} {:?}", error.details(), error.excerpt());
            prop_assert!(!shown.contains(TOKEN), "{shown}");
            prop_assert!(!shown.contains("one-time-secret"), "{shown}");
        }
    }
}
