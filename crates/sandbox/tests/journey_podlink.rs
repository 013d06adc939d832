//! Whole journeys of the TinyLink client against the sandbox, and the sandbox's record of what really happened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

mod contract;

use std::time::Duration;

use contract::checked::Checked;
use payvand_sandbox::podlink::{Podlink, PodlinkShape, RefusedBy};
use payvand_sandbox::{Fault, Sandbox};
use podlink_api::{
    Client, ClientBuilder, Code, Content, Effect, HashMethod, Interval, Kind, Level, Link, LinkKind, OrderBy,
    ParameterStyle, RetryPolicy, Service, Share, Timestamp, Visit,
};
use reqwest::redirect::Policy;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0";

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder(Podlink::TOKEN)
        .api_key(Podlink::API_KEY)
        .base_url(sandbox.url())
        .short_domain(sandbox.url())
        .retry(RetryPolicy::new(3).backoff(Duration::from_millis(1), Duration::from_millis(2)))
}

fn client(sandbox: &Sandbox) -> Client {
    builder(sandbox).build().unwrap()
}

async fn open(url: &str, agent: &str, referer: &str) -> reqwest::Response {
    let browser = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let request = browser
        .get(url)
        .header("user-agent", agent)
        .header("referer", referer);
    request.send().await.unwrap()
}

fn shares(of: &[Share]) -> Vec<(&str, u64)> {
    of.iter()
        .map(|share| (share.name.as_str(), share.count))
        .collect()
}

fn hashes(links: &[Link]) -> Vec<&str> {
    links.iter().map(Link::hash).collect()
}

#[tokio::test]
async fn a_link_from_its_creation_to_its_end() {
    let sandbox = Checked::start().await.unwrap();
    let pod = client(&sandbox);
    let target = "https://example.com/خبر?a=1&b=2";
    let link = pod
        .add_link(Content::link(target))
        .hash("نوروز")
        .tags(["خبر", "tag1"])
        .await
        .unwrap();
    assert_eq!(
        (link.hash(), link.content(), link.visit_count()),
        ("نوروز", Some(target), Some(0))
    );
    assert!(link.support_reference().number().is_some());
    let text = pod.add_link(Content::text("متن «تستی»")).await.unwrap();
    let file = pod
        .add_link(Content::file("https://example.com/a.pdf"))
        .await
        .unwrap();
    assert_eq!(
        (text.kind(), file.kind()),
        (Some(&LinkKind::Content), Some(&LinkKind::File))
    );

    // Readers open the short address.
    let normal = "https://example.com/%D8%AE%D8%A8%D8%B1?a=1&b=2";
    for (agent, referer) in [
        (CHROME, "https://t.me/x"),
        (FIREFOX, "https://t.me/y"),
        (CHROME, ""),
    ] {
        let opened = open(&link.short_url(), agent, referer).await;
        assert_eq!(
            (opened.status().as_u16(), &opened.headers()["location"]),
            (302, &normal.parse().unwrap())
        );
    }
    assert_eq!(
        open(&text.short_url(), CHROME, "").await.text().await.unwrap(),
        "متن «تستی»"
    );

    // So does the client.
    assert_eq!(
        pod.visit("نوروز").await.unwrap(),
        Visit::Redirect(normal.to_owned())
    );
    assert_eq!(
        pod.visit(text.hash()).await.unwrap(),
        Visit::Content("متن «تستی»".to_owned())
    );
    assert_eq!(
        pod.visit(file.hash()).await.unwrap(),
        Visit::Redirect("https://example.com/a.pdf".to_owned())
    );

    let page = pod.list_links().order_by(OrderBy::VisitCount).await.unwrap();
    assert_eq!((page.total_count(), hashes(page.links())[0]), (Some(3), "نوروز"));
    let listed = &page.links()[0];
    assert_eq!(
        (listed.visit_count(), listed.is_deleted()),
        (Some(4), Some(false))
    );
    assert_eq!(listed.tags().collect::<Vec<_>>(), ["خبر", "tag1"]);
    assert_eq!(
        (listed.kind(), listed.hash_method()),
        (Some(&LinkKind::Link), Some(&HashMethod::Custom))
    );
    assert_eq!(listed.short_url(), link.short_url());
    let lifetime = listed.expire_time().unwrap().as_millis() - listed.create_time().unwrap().as_millis();
    assert_eq!(lifetime, 730 * 24 * 60 * 60 * 1000);

    let stats = pod.click_stats("نوروز").await.unwrap();
    assert_eq!(
        (stats.total_count(), stats.is_url(), stats.content()),
        (4, Some(true), Some(target))
    );
    assert_eq!(
        shares(stats.browsers()),
        [("Chrome", 2), ("Firefox", 1), ("Unknown", 1)]
    );
    assert_eq!(
        shares(stats.oses()),
        [("Windows 10", 2), ("Linux", 1), ("Unknown", 1)]
    );
    assert_eq!(shares(stats.referers()), [("t.me", 2), ("Unknown", 2)]);
    assert_eq!(shares(&stats.countries()[0].cities), [("Unknown", 4)]);
    assert_eq!(stats.create_time(), listed.create_time());

    pod.deactivate("نوروز").await.unwrap();
    assert_eq!(open(&link.short_url(), CHROME, "").await.status(), 404);
    let error = pod.visit("نوروز").await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::NotFound), Effect::None)
    );
    pod.activate("نوروز").await.unwrap();
    assert_eq!(open(&link.short_url(), CHROME, "").await.status(), 302);

    sandbox.advance(Duration::from_secs(731 * 24 * 60 * 60));
    assert_eq!(
        pod.visit("نوروز").await.unwrap_err().code(),
        Some(&Code::NotFound)
    );
    assert_eq!(sandbox.podlink().link("نوروز").unwrap().clicks().len(), 5);
}

#[tokio::test]
async fn clicks_fall_into_minutes_hours_days_and_months() {
    let sandbox = Checked::start().await.unwrap();
    let pod = client(&sandbox);
    let link = pod.add_link(Content::text("x")).await.unwrap();
    // To the second half of an hour, so that a few seconds do not matter: buckets are the provider's.
    let start = sandbox.now();
    for hours in [0, 1, 24 * 40] {
        sandbox.advance(Duration::from_secs(hours * 60 * 60));
        for _ in 0..2 {
            open(&link.short_url(), CHROME, "").await;
        }
    }
    let now = sandbox.now();
    let ask = |interval| pod.click_stats(link.hash()).interval(interval);
    for (interval, size) in [
        (Interval::Minute, 60),
        (Interval::Hour, 3600),
        (Interval::Day, 86400),
    ] {
        let span = interval.longest_span();
        let late = ask(interval).from(now - span).to(now).await.unwrap();
        assert_eq!(late.total_count(), 2, "{interval}");
        assert_eq!(late.clicks().iter().map(|clicks| clicks.count).sum::<u64>(), 2);
        for clicks in late.clicks() {
            assert_eq!(
                clicks.since.as_millis() % (size * 1000),
                0,
                "{interval} {}",
                clicks.since
            );
            let age = Timestamp::from(now).as_millis() - clicks.since.as_millis();
            assert!((0..2 * size * 1000).contains(&age), "{interval} {}", clicks.since);
        }
    }
    let months = ask(Interval::Month).from(start).to(now).await.unwrap();
    assert_eq!(months.total_count(), 6);
    assert!(
        months.clicks().len() >= 2,
        "40 days reach into another month: {:?}",
        months.clicks()
    );
    for clicks in months.clicks() {
        assert!(
            clicks.since.to_string().ends_with("-01T00:00:00.000Z"),
            "{}",
            clicks.since
        );
    }
    // With one end only, or none, the provider uses its default.
    assert_eq!(ask(Interval::Minute).to(now).await.unwrap().total_count(), 6);
    assert_eq!(
        pod.click_stats(link.hash()).await.unwrap().clicks(),
        months.clicks()
    );
}

#[tokio::test]
async fn a_list_filtered_ordered_and_streamed() {
    let sandbox = Checked::start().await.unwrap();
    let pod = client(&sandbox);
    sandbox.podlink().seed_links(Podlink::TOKEN, 95);
    sandbox.podlink().seed_links(Podlink::OTHER_TOKEN, 5);
    sandbox.advance(Duration::from_secs(60));
    let later = sandbox.now();
    pod.add_link(Content::text("یک جملهٔ تازه"))
        .hash("z1")
        .tags(["ویژه"])
        .await
        .unwrap();

    let calls = [
        (pod.list_links().search("جملهٔ"), 1),
        (pod.list_links().filter_tags(["ویژه"]), 1),
        (pod.list_links().search_tags(["گروه3"]), 10),
        (pod.list_links().hash_method(HashMethod::Custom), 1),
        (pod.list_links().kind(LinkKind::File), 32),
        (pod.list_links().date_from(later), 1),
        (pod.list_links().date_to(later - Duration::from_secs(30)), 95),
        (pod.list_links(), 96),
    ];
    for (call, total) in calls {
        let page = call.clone().await.unwrap();
        assert_eq!(page.total_count(), Some(total), "{call:?}");
        assert_eq!(page.links().len() as u64, total.min(10), "{call:?}");
    }

    let mut in_order = Vec::new();
    let mut links = pod
        .list_links()
        .order_by(OrderBy::Hash)
        .ascending()
        .count(40)
        .stream();
    let before = sandbox.podlink().request_count();
    while let Some(link) = links.next().await {
        in_order.push(link.unwrap().hash().to_owned());
    }
    assert!(in_order.is_sorted() && in_order.len() == 96);
    assert_eq!(sandbox.podlink().request_count() - before, 3);

    // A provider that caps its pages, hides the total, or ignores the offset.
    sandbox.podlink().set_largest_page(7);
    for (shape, total, requests) in [
        (PodlinkShape::new(), 96, 14),
        (PodlinkShape::new().without_total(), 96, 15),
        (PodlinkShape::new().ignore_offset(), 7, 2),
    ] {
        sandbox.podlink().set_shape(shape);
        let before = sandbox.podlink().request_count();
        let mut links = pod.list_links().count(1000).stream();
        let mut seen = std::collections::HashSet::new();
        while let Some(link) = links.next().await {
            assert!(seen.insert(link.unwrap().hash().to_owned()), "none comes twice");
        }
        assert_eq!(
            (seen.len(), sandbox.podlink().request_count() - before),
            (total, requests)
        );
    }
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read() {
    let sandbox = Checked::start().await.unwrap();
    let pod = client(&sandbox);
    let podlink = sandbox.podlink();
    podlink.seed_links(Podlink::TOKEN, 60);
    let first: Vec<String> = podlink
        .links()
        .iter()
        .rev()
        .map(|link| link.hash().to_owned())
        .collect();

    let mut links = pod.list_links().count(10).stream();
    let mut seen: Vec<String> = Vec::new();
    while let Some(link) = links.next().await {
        seen.push(link.unwrap().hash().to_owned());
        match seen.len() {
            // Three links that were read already go; those after them move up.
            15 => first[2..5].iter().for_each(|hash| podlink.remove_link(hash)),
            // New ones come at the head; those after them move down.
            35 => podlink.seed_links(Podlink::TOKEN, 4),
            _ => {}
        }
    }
    assert_eq!(seen, first, "every link once, in its order");
}

#[tokio::test]
async fn refusals_come_from_every_level() {
    let sandbox = Checked::start().await.unwrap();
    let podlink = sandbox.podlink();
    let pod = client(&sandbox);
    let strange_key = builder(&sandbox).api_key("sandbox-no-such-key").build().unwrap();
    pod.add_link(Content::text("taken")).hash("taken").await.unwrap();

    for (level, as_expected) in [
        (RefusedBy::Service, Level::Service),
        (RefusedBy::Gateway, Level::Gateway),
        (RefusedBy::Status, Level::ServiceStatus),
    ] {
        for shape in [
            PodlinkShape::new(),
            PodlinkShape::new().object_result(),
            PodlinkShape::new().direct_result().flags_as_numbers(),
            PodlinkShape::new().pascal_case().escaped(),
        ] {
            podlink.set_shape(shape.clone().refused_by(level));
            let text = || Content::text("x");
            for (error, code, status) in [
                (strange_key.add_link(text()).await.err(), Code::Unauthorized, 401),
                (
                    pod.add_link(Content::link("no address")).await.err(),
                    Code::InvalidParameters,
                    400,
                ),
                (
                    pod.add_link(text()).hash("taken").await.err(),
                    Code::HashTaken,
                    400,
                ),
                (
                    pod.add_link(text()).hash("x".repeat(33)).await.err(),
                    Code::HashTooLong,
                    400,
                ),
                (
                    pod.add_link(Content::text("taken")).await.err(),
                    Code::ContentTaken,
                    400,
                ),
                (pod.visit("none").await.err(), Code::NotFound, 404),
                (strange_key.list_links().await.err(), Code::Unauthorized, 401),
                (
                    pod.list_links()
                        .kind(LinkKind::Other("qr".to_owned()))
                        .await
                        .err(),
                    Code::InvalidParameters,
                    400,
                ),
                (strange_key.activate("taken").await.err(), Code::Unauthorized, 401),
                (pod.deactivate("none").await.err(), Code::NotFound, 404),
                (
                    strange_key.click_stats("taken").await.err(),
                    Code::Unauthorized,
                    401,
                ),
                (pod.click_stats("none").await.err(), Code::NotFound, 404),
            ] {
                let error = error.unwrap();
                let only_reads = error.to_string().starts_with("podlink.list_links")
                    || error.to_string().starts_with("podlink.click_stats");
                let (code, effect) = match level {
                    RefusedBy::Status if only_reads => (Code::ServiceStatus(status), Effect::None),
                    RefusedBy::Status => (Code::ServiceStatus(status), Effect::Unknown),
                    _ => (code, Effect::None),
                };
                assert_eq!(
                    (error.kind(), error.code()),
                    (Kind::Api, Some(&code)),
                    "{shape:?} {error}"
                );
                assert_eq!(error.effect(), effect, "{shape:?} {error}");
                let details = error.details().unwrap();
                assert_eq!(details.level(), Some(as_expected), "{shape:?} {error}");
                assert!(details.support_reference().number().unwrap().starts_with("ref-"));
                assert!(!error.message().unwrap().is_empty());
            }
        }
    }

    podlink.set_shape(PodlinkShape::new().internal_error());
    let error = pod
        .add_link(Content::text("made, though nobody was told"))
        .hash("made")
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::ServerFailure), Effect::Unknown)
    );
    assert!(podlink.link("made").is_some(), "an unknown effect may be one");
    let error = pod.list_links().await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some(&Code::ServerFailure), 3));

    podlink.set_shape(PodlinkShape::new().status_change_false());
    let error = pod.deactivate("taken").await.unwrap_err();
    assert_eq!(
        (error.code(), error.details().unwrap().level()),
        (Some(&Code::NotChanged), Some(Level::Result))
    );

    podlink.set_shape(PodlinkShape::new().uneven_intervals());
    let error = pod.click_stats("taken").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.json_path()),
        (Kind::Decode, Some("$.result.result.result.clickIntervals"))
    );
}

#[tokio::test]
async fn every_shape_of_a_success() {
    let sandbox = Checked::start().await.unwrap();
    let podlink = sandbox.podlink();
    let pods = [
        client(&sandbox),
        builder(&sandbox)
            .parameter_style(ParameterStyle::JsonBody)
            .build()
            .unwrap(),
    ];
    let shapes = [
        PodlinkShape::new(),
        PodlinkShape::new().object_result().visit_in_envelope(),
        PodlinkShape::new().direct_result().visit_in_envelope(),
        PodlinkShape::new().escaped().visit_in_envelope(),
        PodlinkShape::new().pascal_case().flags_as_numbers(),
        PodlinkShape::new()
            .without_expire_time()
            .null_tags()
            .without_total(),
    ];
    for (number, (pod, shape)) in pods
        .iter()
        .flat_map(|pod| shapes.iter().map(move |shape| (pod, shape)))
        .enumerate()
    {
        podlink.set_shape(shape.clone());
        let target = format!("https://example.com/{number}");
        let hash = format!("لینک{number}");
        let link = pod
            .add_link(Content::link(&target))
            .hash(&hash)
            .tags(["الف"])
            .await
            .unwrap();
        assert_eq!(link.hash(), hash, "{shape:?}");
        assert_eq!(
            pod.visit(&hash).await.unwrap(),
            Visit::Redirect(target),
            "{shape:?}"
        );
        let text = pod
            .add_link(Content::text(format!("متن {number}")))
            .await
            .unwrap();
        assert_eq!(
            pod.visit(text.hash()).await.unwrap(),
            Visit::Content(format!("متن {number}")),
            "{shape:?}"
        );
        let page = pod.list_links().count(1).kind(LinkKind::Link).await.unwrap();
        assert_eq!(hashes(page.links()), [&hash], "{shape:?}");
        pod.deactivate(&hash).await.unwrap();
        assert!(!podlink.link(&hash).unwrap().is_active());
        pod.activate(&hash).await.unwrap();
        let stats = pod.click_stats(&hash).await.unwrap();
        assert_eq!((stats.total_count(), stats.clicks().len()), (1, 1), "{shape:?}");
    }
}

#[tokio::test]
async fn keys_by_product() {
    let sandbox = Checked::start().await.unwrap();
    let podlink = sandbox.podlink();
    podlink.add_account("sandbox-t", "sandbox-k");
    podlink.set_api_key(
        "sandbox-t",
        Service::ListLinks.documented_product_id(),
        "sandbox-list-key",
    );
    let pod = Client::builder("sandbox-t")
        .api_key("sandbox-k")
        .api_key_for(Service::ListLinks, "sandbox-list-key")
        .base_url(sandbox.url())
        .build()
        .unwrap();
    let link = pod.add_link(Content::text("x")).await.unwrap();
    assert_eq!(pod.list_links().await.unwrap().total_count(), Some(1));
    assert_eq!(podlink.link(link.hash()).unwrap().owner(), "sandbox-t");
}

#[tokio::test]
async fn a_lost_answer_is_never_asked_for_twice_where_it_would_count_twice() {
    let sandbox = Checked::start().await.unwrap();
    let podlink = sandbox.podlink();
    let pod = client(&sandbox);

    podlink.fail_next(Fault::close().after_processing());
    let error = pod.add_link(Content::text("x")).hash("x").await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert_eq!((podlink.links().len(), podlink.request_count()), (1, 1));
    let again = pod.add_link(Content::text("x")).hash("x").await.unwrap_err();
    assert_eq!(again.code(), Some(&Code::HashTaken), "so it had been added");

    podlink.fail_next(Fault::close().after_processing());
    let error = pod.visit("x").await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert_eq!(podlink.link("x").unwrap().clicks().len(), 1);

    podlink.fail_next_n(2, Fault::close().after_processing());
    pod.deactivate("x").await.unwrap();
    assert!(!podlink.link("x").unwrap().is_active());
    podlink.fail_next_n(2, Fault::answer(503, "later"));
    assert_eq!(pod.list_links().await.unwrap().total_count(), Some(1));
    podlink.fail_next(Fault::reset());
    assert_eq!(pod.click_stats("x").await.unwrap().total_count(), 1);
}
