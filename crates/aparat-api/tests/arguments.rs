//! Counts, links, ids and tokens that are refused before anything is sent, and those that are not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

mod support;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, Effect, Kind, Language, OrderKind, Reason};
use support::observed::{Observer, Watch, watch};
use support::{LINK, PLACED, builder, over};

#[tokio::test(start_paused = true)]
async fn counts_at_the_edges() {
    for (count, sent) in [
        (0, 0),
        (1, 0),
        (49, 0),
        (50, 1),
        (7000, 1),
        (7001, 0),
        (u32::MAX, 0),
    ] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let outcome = over(&script).order(OrderKind::Like, LINK, count).await;
        assert_eq!(script.requests().len(), sent, "{count}");
        assert_eq!(outcome.is_ok(), sent == 1, "{count}");
        if let Err(error) = outcome {
            let reason = Reason::OutOfRange {
                least: 50,
                most: 7000,
            };
            let kind = Kind::InvalidInput {
                argument: "count",
                reason,
            };
            assert_eq!(error.code(), None);
            assert_eq!((error.kind(), error.effect()), (kind, Effect::None));
            assert_eq!((error.attempts(), error.http_status()), (0, None));
            assert!(error.to_string().contains("the count must be from 50 to 7000"));
            assert_eq!(
                error.describe(Language::Persian),
                "درخواست ارسال نشد: تعداد باید بین ۵۰ تا ۷۰۰۰ باشد."
            );
        }
    }
    for count in [0, 49, 7001, u32::MAX] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let client = builder(&script).leave_limits_to_provider().build().unwrap();
        client.order(OrderKind::Like, LINK, count).await.unwrap();
        let uri = script.requests()[0].uri().to_string();
        assert!(uri.contains(&format!("&count={count}&")), "{uri}");
    }
}

#[tokio::test(start_paused = true)]
async fn links_are_absolute_urls() {
    for good in [
        LINK,
        "http://aparat.com",
        "HTTPS://www.aparat.com:443/v/a?b=c#d",
        "https://www.aparat.com/v/ویدیوی\u{200C}من",
        "https://آپارات.ir/v/a",
        "https://24sms.ایران/v/a",
        "https://1404.ایران",
        "https://127.0.0.1/a",
        "https://[::1]/a",
    ] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        over(&script).order(OrderKind::Like, good, 100).await.unwrap();
        assert_eq!(script.requests().len(), 1, "{good}");
    }
    for (reason, bad) in [
        (Reason::Empty, ""),
        (Reason::Empty, " "),
        (Reason::NotAbsolute, "abcd"),
        (Reason::NotAbsolute, "/v/abcd"),
        (Reason::NotAbsolute, "//www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "www.aparat.com:443/v/abcd"),
        (Reason::NotAbsolute, "https:www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "https:/www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "https:///www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "https:\\\\www.aparat.com\\v\\abcd"),
        (Reason::NotAbsolute, "https:www.aparat.com/://v"),
        (Reason::NotAbsolute, "https://"),
        (Reason::NotAbsolute, "https://?a"),
        (Reason::NotAbsolute, "https://#a"),
        (Reason::Space, "https://a b/c"),
        (Reason::Space, "https://www.aparat.com/v/a b"),
        (Reason::Space, " https://www.aparat.com/v/abcd"),
        (
            Reason::InvisibleCharacter('\n'),
            "https://www.aparat.com/v/abcd\n",
        ),
        (
            Reason::InvisibleCharacter('\t'),
            "https://www.apa\trat.com/v/abcd",
        ),
        (Reason::InvisibleCharacter('\0'), "https://www.aparat.com/v/\0"),
        (Reason::NotAbsolute, "mailto:a@aparat.com"),
        (Reason::NotAbsolute, "data:text/plain,a"),
        (Reason::NotAbsolute, "file:///etc/passwd"),
        (Reason::NotAbsolute, "24sms.ایران/v/a"),
        (Reason::NotAbsolute, "https:1404.ایران"),
        (Reason::NotAbsolute, "https:///1404.ایران"),
        (Reason::Space, "https://1404.ایران/v a"),
        (Reason::NotAbsolute, "https://1404.xn--a/"),
    ] {
        let Watch {
            client,
            journal,
            script,
        } = watch([Step::answer(200, PLACED)], Observer::default());
        let error = client.order(OrderKind::Like, bad, 100).await.unwrap_err();
        let kind = Kind::InvalidInput {
            argument: "link",
            reason,
        };
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{bad:?}");
        assert_eq!(error.code(), None);
        assert_eq!((error.attempts(), error.is_retryable()), (0, false));
        assert_eq!((script.requests().len(), journal.lines().len()), (0, 0));
        assert_eq!(client.budget_left(), Some(1000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_too_long_for_a_request_is_refused_here() {
    let Watch {
        client,
        journal,
        script,
    } = watch([Step::answer(200, PLACED)], Observer::default());
    let link = format!("{LINK}/{}", "x".repeat(100_000));
    let error = client.order(OrderKind::Like, link, 100).await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::None, 0));
    let kind = Kind::InvalidInput {
        argument: "address",
        reason: Reason::TooLong { most: 65_534 },
    };
    assert_eq!((error.kind(), error.code()), (kind, None));
    assert_eq!(script.requests().len(), 0);
    assert_eq!(client.budget_left(), Some(1000));
    assert_eq!(
        journal.lines().last().unwrap(),
        &format!("1 not placed {:?}", Some(kind))
    );
}

#[tokio::test(start_paused = true)]
async fn ids_are_taken_as_they_are_but_not_empty() {
    for id in ["", " ", "\u{A0}\n"] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let error = over(&script).order_status(id).await.unwrap_err();
        let kind = Kind::InvalidInput {
            argument: "order id",
            reason: Reason::Empty,
        };
        assert_eq!((error.kind(), error.code(), error.attempts()), (kind, None, 0));
        assert_eq!(script.requests().len(), 0);
    }
    let script = ScriptedTransport::always(Step::answer(200, PLACED));
    over(&script).order_status("5f0c1e2d3b4ag/../؟").await.unwrap();
}

#[test]
fn invalid_tokens_are_refused() {
    for bad in [
        "",
        " ",
        "not-a-real-token\n",
        "not a real token",
        "\0",
        "not-a-real\u{A0}token",
    ] {
        let error = Client::builder(bad)
            .transport(ScriptedTransport::default())
            .build()
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Configuration, Effect::None)
        );
        assert!(!format!("{error:?}").contains("not-a") && !format!("{error:?}").contains("not a"));
    }
}
