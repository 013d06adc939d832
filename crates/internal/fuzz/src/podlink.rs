use std::sync::LazyLock;

use http_core::RetryPolicy;
use http_core::text::{fold, same};
use podlink_api::{Client, Code, Content, Effect, Error, Kind, Level, Visit};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::exchange::{Exchange, Wire, run};
use crate::secrets::Parts;
use crate::verdict::judge;

const TOKEN: &str = "pT/4+Q=yM8~wL&fake<1>";
const KEY: &str = "kE/5+R='N3~sH&fake";
/// Made up by the answer, where it stands as the document shows it.
const ONE_TIME: &str = "oT9Qz4Wv7Xk2Jm5R";
static PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[TOKEN, KEY]));
static ONE_TIME_PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[ONE_TIME]));

const CALLS: [&str; 6] = ["add", "visit", "list", "activate", "deactivate", "stats"];

thread_local! {
    static BENCH: (Client, Wire) = {
        let wire = Wire::default();
        let builder = Client::builder(TOKEN).api_key(KEY).retry(RetryPolicy::never()).transport(wire.clone());
        (builder.build().unwrap(), wire)
    };
}

/// An answer of the short links' gateway.
pub fn podlink(data: &[u8]) {
    let exchange = Exchange::read(data, &CALLS, &[TOKEN, KEY]);
    BENCH.with(|(client, wire)| {
        wire.play([], &exchange.response);
        match exchange.call {
            "add" => {
                let added = run(client.add_link(Content::text("x")).send());
                if let Ok(link) = &added {
                    let name = link.hash().trim();
                    assert!(!name.is_empty(), "a link without a hash");
                    assert!(
                        Url::parse(&link.short_url()).is_ok_and(|url| url.path().len() > 1),
                        "{link:?}"
                    );
                    no_secret(link, link.other());
                }
                judge_call(&exchange, &added);
            }
            "visit" => {
                let visit = run(client.visit("a").send());
                if let Ok(visit) = &visit {
                    judge_visit(&exchange, visit);
                }
                judge_call(&exchange, &visit);
            }
            "list" => {
                let page = run(client.list_links().send());
                if let Ok(page) = &page {
                    no_secret(page, page.other());
                    for link in page.links() {
                        no_secret(link, link.other());
                        assert!(
                            link.tags()
                                .all(|tag| !tag.is_empty() && !tag.contains([',', '،'])),
                            "{link:?}"
                        );
                    }
                }
                judge_call(&exchange, &page);
            }
            "stats" => {
                let stats = run(client.click_stats("a").send());
                if let Ok(stats) = &stats {
                    no_secret(stats, stats.other());
                }
                judge_call(&exchange, &stats);
            }
            call => {
                let done = if call == "activate" {
                    run(client.activate("a").send())
                } else {
                    run(client.deactivate("a").send())
                };
                if done.is_ok() {
                    let last = levels(&exchange.json(), false).pop();
                    let refused = last.is_some_and(|it| it.get("result") == Some(&Value::Bool(false)));
                    assert!(!refused, "`result: false` is a refusal");
                }
                judge_call(&exchange, &done);
            }
        }
        assert_eq!(wire.requests(), 1, "no call is sent twice");
    });
}

/// What the document does not have was searched for secrets; what it has is the caller's own.
fn no_secret<T: Serialize>(answer: &T, other: &serde_json::Map<String, Value>) {
    assert!(serde_json::to_string(answer).is_ok());
    PARTS.assert_not_in(&serde_json::to_string(other).unwrap());
    let mut inside = vec![other];
    while let Some(map) = inside.pop() {
        assert!(
            !map.keys().any(|key| same(key, "ott")),
            "a one-time token is kept"
        );
        inside.extend(map.values().filter_map(Value::as_object));
    }
}

fn judge_visit(exchange: &Exchange<'_>, visit: &Visit) {
    match visit {
        Visit::Redirect(address) => {
            PARTS.assert_not_in(address);
            let url = Url::parse(address).expect("an absolute address");
            assert_ne!(url.path(), "/srv/sc/nzh/doServiceCall", "the gateway's own");
        }
        Visit::Content(text) => {
            PARTS.assert_not_in(text);
            assert!(!text.trim().is_empty());
            assert!(exchange.status().is_success(), "a gateway's page: {text}");
        }
    }
}

fn judge_call<T>(exchange: &Exchange<'_>, outcome: &Result<T, Error>) {
    let is_visit = exchange.call == "visit";
    let status = exchange.status();
    let levels = levels(&exchange.json(), is_visit);
    let refusing = levels.iter().find(|level| refuses(level, is_visit));
    match outcome {
        Ok(_) => {
            let leads_on = is_visit && status.is_redirection();
            assert!(status.is_success() || leads_on, "HTTP {status}");
            assert!(leads_on || refusing.is_none(), "a refusal: {refusing:?}");
        }
        Err(error) => {
            let only_reads = matches!(exchange.call, "list" | "stats");
            judge(error, status, only_reads, &PARTS);
            if error.effect() == Effect::None && !only_reads {
                assert_ne!(error.code(), Some(&Code::Internal), "it may have failed half-way");
                let level = error.details().and_then(podlink_api::Details::level);
                assert!(
                    matches!(level, Some(Level::Gateway | Level::Service | Level::Result)),
                    "{error:?}"
                );
                assert!(
                    !matches!(error.code(), Some(Code::Unknown(_) | Code::ServiceStatus(_))),
                    "{error:?}"
                );
            }
            if error.kind() == Kind::Provider && refusing.is_none() {
                let text = String::from_utf8_lossy(exchange.response.body());
                let is_named = ["error", "code", "false"]
                    .iter()
                    .any(|word| fold(&text).contains(word));
                assert!(is_named || text.contains("\\u"), "{error:?}");
            }
            judge_one_time_token(exchange, error);
        }
    }
}

/// The objects inside each other, as a plain reader of JSON sees them.
fn levels(json: &Value, is_visit: bool) -> Vec<Value> {
    let mut levels = Vec::new();
    let mut next = json.clone();
    while levels.len() < 3 && next.is_object() {
        let inside = next.get("result").cloned().unwrap_or_default();
        let speaks = next.get("error").is_some();
        levels.push(next);
        next = match inside {
            // Somebody's text may be JSON too.
            Value::String(text) if !is_visit && !speaks && levels.len() < 3 => {
                serde_json::from_str(text.trim()).unwrap_or_default()
            }
            other => other,
        };
    }
    levels
}

fn refuses(level: &Value, is_visit: bool) -> bool {
    let number = |key: &str| level.get(key).and_then(Value::as_i64);
    let is_failure = |key| number(key).is_some_and(|number| number != 0 && !(200..300).contains(&number));
    let leads_on = is_visit && matches!(number("statusCode"), Some(300..=399));
    level.get("hasError") == Some(&Value::Bool(true))
        || level.get("error") == Some(&Value::Bool(true))
        || is_failure("errorCode")
        || is_failure("statusCode") && !leads_on
}

/// It stays out of the error where it stands under its name alone.
fn judge_one_time_token(exchange: &Exchange<'_>, error: &Error) {
    let text = String::from_utf8_lossy(exchange.response.body());
    let without = text.replace(&format!("\"ott\":\"{ONE_TIME}\""), "");
    if ONE_TIME_PARTS.find(&without).is_none() {
        ONE_TIME_PARTS.assert_not_in(&format!("{error}{error:?}"));
    }
}
