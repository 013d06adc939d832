//! Every public type of this crate at work, without a network: the settings, a transport of one's own, each call and its
//! answer, and what an error tells.
//!
//! `cargo run -p podlink-api --example podlink_every_type`

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use podlink_api::bytes::Bytes;
use podlink_api::http::{Request, Response};
use podlink_api::testing::{ScriptedTransport, Seen, Step};
use podlink_api::{
    AddLinkCall, AddedLink, BASE_URL, BlockingIter, Call, CallFuture, CallOptions, ClickStats,
    ClickStatsCall, Clicks, Client, ClientBuilder, Code, Content, Country, Details, Effect, Error,
    HashMethod, Instant, Interval, Kind, Language, Level, Link, LinkKind, LinkPage, LinkStream,
    ListLinksCall, Operation, OrderBy, ParameterStyle, RateLimit, Reason, RetryPolicy, SHORT_DOMAIN, Secret,
    Semantics, Service, SetStatusCall, Share, SupportReference, Timestamp, Transport, TransportError,
    UnknownWord, Visit, VisitCall, async_trait,
};

/// Leaves the sending to another transport, while there is time.
struct InTime<T>(T);

#[async_trait]
impl<T: Transport> Transport for InTime<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        if options.deadline <= Instant::now() {
            return Err(TransportError::connect_timeout());
        }
        println!(
            "{} on a connection idle for at most {:?}",
            options.operation, options.max_idle_time
        );
        self.0.send(request, options).await
    }
}

fn settings(token: Secret, key: Secret, transport: impl Transport) -> ClientBuilder {
    let mut builder = Client::builder(token)
        .base_url(BASE_URL)
        .short_domain(SHORT_DOMAIN)
        .timeout(Duration::from_secs(20))
        .retry(RetryPolicy::never())
        .fresh_connections(true)
        .rate_limit(RateLimit::new(100, Duration::from_secs(60)))
        .parameter_style(ParameterStyle::Form)
        .api_key(key.clone())
        .transport(transport);
    for service in Service::ALL {
        // POD's own sandbox has other ids.
        builder = builder.product_id(*service, service.documented_product_id());
    }
    builder.api_key_for(Service::ClickStats, key)
}

/// What a log wants to know of an error, and what a visitor may read.
fn report(error: &Error) {
    match error.kind() {
        Kind::InvalidInput {
            argument: "span",
            reason: Reason::SpanTooLong { most },
        } => println!("ask for at most {most:?}"),
        Kind::InvalidInput { argument, reason } => println!("{argument} {reason}"),
        Kind::Api => match error.code() {
            Some(Code::HashTaken | Code::ContentTaken) => println!("taken"),
            Some(code) => println!("{code:?} {:?} of {:?}", code.number(), code.calls()),
            None => println!("{error}"),
        },
        _ => println!("{error}"),
    }
    let details: Option<&Details> = error.details();
    if let Some(details) = details {
        let level: Option<Level> = details.level();
        let reference: &SupportReference = details.support_reference();
        println!(
            "tell the support: {:?} {:?}",
            reference.number(),
            reference.message_id()
        );
        println!(
            "{level:?} {:?} {:?}",
            details.service_status(),
            details.developer_message()
        );
    }
    if error.effect() == Effect::Unknown {
        println!("look at the list first");
    }
    println!("{}", error.describe(Language::Persian));
}

fn is_repeatable<C: Call>(call: &C) -> bool {
    let operation: &Operation = call.operation();
    operation.semantics != Semantics::NonIdempotent
}

fn print(link: &Link) {
    let kind = match link.kind() {
        Some(LinkKind::Link | LinkKind::File) => "an address",
        Some(LinkKind::Content) => "a text",
        Some(LinkKind::Other(word)) => word,
        _ => "unknown",
    };
    let is_own = link.hash_method() == Some(&HashMethod::Custom);
    println!(
        "{}: {kind}, own hash: {is_own}, {:?}",
        link.short_url(),
        link.content()
    );
    println!("{:?} visits since {:?}", link.visit_count(), link.create_time());
    println!("until {:?}, deleted: {:?}", link.expire_time(), link.is_deleted());
    println!("{:?} {:?}", link.tags().collect::<Vec<_>>(), link.hash_url());
}

fn print_stats(stats: &ClickStats) {
    println!(
        "{} of {:?} since {:?}",
        stats.total_count(),
        stats.content(),
        stats.create_time()
    );
    println!("{:?} {:?}", stats.is_url(), stats.hash_url());
    for Clicks { since, count, .. } in stats.clicks() {
        println!("since {since}: {count}");
    }
    for Country {
        name, count, cities, ..
    } in stats.countries()
    {
        println!("{name}: {count}, {} cities", cities.len());
    }
    for Share { name, count, .. } in [stats.referers(), stats.browsers(), stats.oses()].concat() {
        println!("{name}: {count}");
    }
}

fn answer(result: &str) -> Step {
    let service = format!(r#"{{"error":false,"code":200,"result":{result}}}"#);
    Step::answer(
        200,
        format!(
            r#"{{"hasError":false,"errorCode":0,"referenceNumber":"1402-77","result":{{"result":{service},"statusCode":200}}}}"#
        ),
    )
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main(flavor = "current_thread"))]
async fn main() -> Result<(), Box<dyn StdError>> {
    let page =
        r#"{"totalCount":1,"linkVos":[{"hash":"sample20","shortenObjectKind":"link","visitCount":3}]}"#;
    let script = ScriptedTransport::new([
        answer(r#"{"hash":"sample20","urlOrContent":"https://example.com/long"}"#),
        answer(r#""this is sample content""#),
        answer(page),
        answer(page),
        answer("true"),
        answer(r#"{"totalCount":7,"clickIntervals":{"intervals":[1551398400000],"clicksCount":[7]}}"#),
        Step::answer(
            200,
            r#"{"hasError":true,"errorCode":21,"message":"token is missing"}"#,
        ),
    ]);
    let transport = InTime(script.clone());
    let pod = settings("not-a-real-token".into(), "not-a-real-key".into(), transport).build()?;

    let call: AddLinkCall = pod.add_link(Content::link("https://example.com/long"));
    assert!(!is_repeatable(&call));
    let sent: CallFuture<AddedLink, Error> = call.hash("sample20").tags(["news"]).send();
    let added: AddedLink = sent.await?;
    assert_eq!(added.short_url(), pod.short_url("sample20"));
    println!(
        "{:?} {:?} {:?}",
        added.content(),
        added.kind(),
        added.visit_count()
    );
    println!(
        "{:?} {:?}",
        added.support_reference().number(),
        added.unknown_fields()
    );
    let _other_contents = [Content::text("سلام"), Content::file("https://example.com/a.pdf")];

    let call: VisitCall = pod.visit(added.hash()).timeout(Duration::from_secs(5));
    match call.await? {
        Visit::Redirect(address) => println!("leads to {address}"),
        Visit::Content(text) => println!("{text}"),
        other => println!("{other:?}"),
    }

    let by: OrderBy = "visitCount".parse()?;
    let unknown: Result<OrderBy, UnknownWord> = "visits".parse();
    println!("{by} {unknown:?}");
    let since: Timestamp = Timestamp::from(SystemTime::UNIX_EPOCH);
    let call: ListLinksCall = pod.list_links().offset(0).count(100).order_by(by).descending();
    let call = call
        .date_from(since)
        .date_to(Timestamp::from_millis(1_893_456_000_000));
    let call = call.kind(LinkKind::Link).hash_method(HashMethod::Custom);
    let call = call.search("sample").filter_tags(["news"]).search_tags(["new"]);
    let page: LinkPage = call.clone().ascending().await?;
    println!("{:?} in all, {:?}", page.total_count(), page.support_reference());
    print(page.links().first().ok_or("a link")?);
    println!("{} links", page.into_links().len());

    let waited: BlockingIter<LinkStream> = call.clone().stream().wait()?;
    println!("{waited:?}");
    let mut links: LinkStream = call.stream();
    if let Some(link) = links.next().await {
        print(&link?);
        println!("the next one is number {}", links.offset());
    }

    let call: SetStatusCall = pod.deactivate("sample20");
    call.await?;

    let call: ClickStatsCall = pod.click_stats("sample20").interval(Interval::Day).from(since);
    print_stats(&call.to(Timestamp::from_millis(86_400_000)).await?);

    let failed = pod.activate("sample20").await;
    report(&failed.err().ok_or("it fails")?);
    let too_long = Timestamp::from_millis(86_400_000);
    let call = pod.click_stats("sample20").interval(Interval::Minute);
    assert!(Interval::Minute.longest_span() < Duration::from_secs(86_400));
    let failed = call.from(since).to(too_long).await;
    report(&failed.err().ok_or("it fails")?);

    let seen: Vec<Seen> = script.seen();
    println!("{} requests, the first {:?}", seen.len(), seen.first());
    Ok(())
}
