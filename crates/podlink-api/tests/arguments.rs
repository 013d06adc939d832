//! What is refused before anything is sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

mod support;

use std::time::Duration;

use podlink_api::testing::ScriptedTransport;
use podlink_api::{Client, Content, Effect, Interval, Kind, Reason, Service, Timestamp};
use support::{builder, error_of};

#[tokio::test]
async fn what_is_refused_before_anything_is_sent() {
    let script = ScriptedTransport::default();
    let pod = builder().transport(script.clone()).build().unwrap();
    let (zero, hour) = (Timestamp::from_millis(0), 3_600_000);
    let at = Timestamp::from_millis;
    let stats = |interval, to| pod.click_stats("a").interval(interval).from(zero).to(at(to));
    let mut errors = vec![
        (
            pod.add_link(Content::text(" ")).await.unwrap_err(),
            "content",
            Reason::Empty,
        ),
        (
            pod.add_link(Content::text("a")).hash("").await.unwrap_err(),
            "hash",
            Reason::Empty,
        ),
        (pod.visit("").await.unwrap_err(), "hash", Reason::Empty),
        (pod.activate(" ").await.unwrap_err(), "hash", Reason::Empty),
        (pod.deactivate("").await.unwrap_err(), "hash", Reason::Empty),
        (pod.click_stats("").await.unwrap_err(), "hash", Reason::Empty),
        (
            pod.list_links().filter_tags(["a،b"]).await.unwrap_err(),
            "tag",
            Reason::Separator('،'),
        ),
        (
            pod.list_links().search_tags(["a", ""]).await.unwrap_err(),
            "tag",
            Reason::Empty,
        ),
        (
            pod.add_link(Content::text("a")).tags(["a,b"]).await.unwrap_err(),
            "tag",
            Reason::Separator(','),
        ),
        (
            pod.click_stats("a").from(at(2)).to(at(1)).await.unwrap_err(),
            "span",
            Reason::EndsBeforeItBegins,
        ),
        // the provider counts by the month if nothing else is asked for
        (
            pod.click_stats("a")
                .from(zero)
                .to(at(7306 * 24 * hour))
                .await
                .unwrap_err(),
            "span",
            Reason::SpanTooLong {
                most: Interval::Month.longest_span(),
            },
        ),
        (
            pod.click_stats("a")
                .from(at(i64::MIN))
                .to(at(i64::MAX))
                .await
                .unwrap_err(),
            "span",
            Reason::SpanTooLong {
                most: Interval::Month.longest_span(),
            },
        ),
    ];
    for error in &errors[errors.len() - 2..] {
        assert!(error.0.to_string().contains("by the month"), "{}", error.0);
    }
    for (interval, longest) in [
        (Interval::Minute, 2 * hour),
        (Interval::Hour, 7 * 24 * hour),
        (Interval::Day, 31 * 24 * hour),
        (Interval::Month, 7305 * 24 * hour),
    ] {
        assert_eq!(
            interval.longest_span(),
            Duration::from_millis(u64::try_from(longest).unwrap())
        );
        let error = stats(interval, longest + 1).await.unwrap_err();
        assert!(
            error.to_string().contains(&format!("by the {interval}")),
            "{error}"
        );
        let most = interval.longest_span();
        errors.push((error, "span", Reason::SpanTooLong { most }));
        // this one is sent, and finds the script empty
        assert_eq!(stats(interval, longest).await.unwrap_err().kind(), Kind::Connect);
    }
    assert_eq!(script.requests().len(), 4);
    for (error, argument, reason) in errors {
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::InvalidInput { argument, reason }, Effect::None),
            "{error}"
        );
        assert_eq!((error.code(), error.attempts()), (None, 0), "{error}");
    }

    let one_key = Client::builder("not-a-real-token")
        .api_key_for(Service::ListLinks, "not-a-real-key")
        .transport(script.clone())
        .build()
        .unwrap();
    for &of in Service::ALL {
        let error = error_of(&one_key, of).await.unwrap();
        if of == Service::ListLinks {
            assert_eq!(error.kind(), Kind::Connect);
            continue;
        }
        let kind = Kind::InvalidInput {
            argument: "API key",
            reason: Reason::Empty,
        };
        assert_eq!((error.kind(), error.code()), (kind, None));
        assert!(error.to_string().contains(&of.to_string()), "{error}");
    }
    assert_eq!(script.requests().len(), 5);
}

#[test]
fn a_client_that_cannot_work_says_what_to_change() {
    let build = |builder: podlink_api::ClientBuilder| {
        builder
            .transport(ScriptedTransport::default())
            .build()
            .unwrap_err()
            .to_string()
    };
    for (error, words) in [
        (build(Client::builder("t")), "no API key"),
        (build(Client::builder("").api_key("k")), "the API token is empty"),
        (
            build(Client::builder("a b").api_key("k")),
            "the API token has a space",
        ),
        (build(Client::builder("t").api_key("")), "an API key is empty"),
        (
            build(Client::builder("t").api_key_for(Service::Visit, "k\n")),
            "an API key has a space",
        ),
        (
            build(Client::builder("t").api_key("k").short_domain("a b")),
            "short domain",
        ),
        (
            build(Client::builder("t").api_key("k").base_url("http://example.com")),
            "https",
        ),
    ] {
        assert!(error.contains(words), "{error}");
    }
    let pod = builder()
        .short_domain("https://s.example.com/l")
        .transport(ScriptedTransport::default())
        .build()
        .unwrap();
    assert_eq!(pod.short_url("a"), "https://s.example.com/l/a");
}
