//! Every type of a public signature has a name in this crate: what has none does not compile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity
)]

use podlink_api::testing::{ScriptedTransport, Seen, Step};
use podlink_api::{
    AddLinkCall, AddedLink, Call, CallFuture, CallOptions, ClickStats, ClickStatsCall, Clicks, Client,
    ClientBuilder, Code, Content, Country, Details, Effect, Error, HashMethod, Interval, Kind, Language,
    Level, Link, LinkKind, LinkPage, LinkStream, ListLinksCall, Operation, OrderBy, ParameterStyle,
    RateLimit, Reason, RetryPolicy, Secret, Semantics, Service, SetStatusCall, Share, SupportReference,
    Timestamp, Transport, TransportError, UnknownWord, Visit, VisitCall, bytes::Bytes, http,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[allow(dead_code, clippy::type_complexity, reason = "it is to compile, not to run")]
mod signatures {
    use super::*;

    fn builder(
        token: Secret,
        limit: RateLimit,
        policy: RetryPolicy,
        transport: ScriptedTransport,
    ) -> ClientBuilder {
        let builder = Client::builder(token).rate_limit(limit).retry(policy);
        builder.transport(transport)
    }

    fn built(builder: ClientBuilder) -> Result<Client, Error> {
        builder.build()
    }

    fn settings(
        builder: ClientBuilder,
        service: Service,
        key: Secret,
        style: ParameterStyle,
    ) -> ClientBuilder {
        builder.api_key_for(service, key).parameter_style(style)
    }

    fn calls(
        client: &Client,
        content: Content,
    ) -> (
        AddLinkCall,
        VisitCall,
        ListLinksCall,
        [SetStatusCall; 2],
        ClickStatsCall,
    ) {
        (
            client.add_link(content),
            client.visit(""),
            client.list_links(),
            [client.activate(""), client.deactivate("")],
            client.click_stats(""),
        )
    }

    fn answers(
        add: AddLinkCall,
        visit: VisitCall,
        list: ListLinksCall,
        set: SetStatusCall,
        stats: ClickStatsCall,
    ) -> (
        CallFuture<AddedLink, Error>,
        CallFuture<Visit, Error>,
        CallFuture<LinkPage, Error>,
        CallFuture<(), Error>,
        CallFuture<ClickStats, Error>,
    ) {
        (add.send(), visit.send(), list.send(), set.send(), stats.send())
    }

    fn list(
        list: ListLinksCall,
        by: OrderBy,
        method: HashMethod,
        kind: LinkKind,
        from: Timestamp,
    ) -> LinkStream {
        list.order_by(by)
            .hash_method(method)
            .kind(kind)
            .date_from(from)
            .stream()
    }

    fn link(page: &LinkPage) -> (&[Link], &SupportReference) {
        (page.links(), page.support_reference())
    }

    fn clicks(call: ClickStatsCall, interval: Interval) -> ClickStatsCall {
        call.interval(interval)
    }

    fn stats(stats: &ClickStats) -> (&[Clicks], &[Country], &[Share]) {
        (stats.clicks(), stats.countries(), stats.referers())
    }

    fn level(details: &Details) -> Option<Level> {
        details.level()
    }

    fn by_hand<C: Call<Code = Code>>(
        call: &C,
        response: &http::Response<Bytes>,
    ) -> (Result<http::Request<Bytes>, Error>, Result<C::Output, Error>) {
        (call.request(), call.read(response))
    }

    fn all_are_calls() {
        fn is_call<C: Call<Code = Code>>() {}
        is_call::<AddLinkCall>();
        is_call::<VisitCall>();
        is_call::<ListLinksCall>();
        is_call::<SetStatusCall>();
        is_call::<ClickStatsCall>();
    }

    fn operation(call: &VisitCall) -> (&'static Operation, Semantics) {
        let operation = Call::operation(call);
        (operation, operation.semantics)
    }

    fn error(error: &Error, language: Language) -> (Kind, Effect, Option<&Code>, String) {
        let described = error.describe(language).into_owned();
        (error.kind(), error.effect(), error.code(), described)
    }

    fn reason(kind: Kind) -> Option<Reason> {
        match kind {
            Kind::InvalidInput { reason, .. } => Some(reason),
            _ => None,
        }
    }

    fn word(text: &str) -> Result<Service, UnknownWord> {
        text.parse()
    }

    async fn sent(
        transport: &dyn Transport,
        request: http::Request<Bytes>,
        options: CallOptions,
    ) -> Result<http::Response<Bytes>, TransportError> {
        transport.send(request, &options).await
    }

    fn seen(step: Step) -> Vec<Seen> {
        ScriptedTransport::new([step]).seen()
    }
}

#[test]
fn what_users_store_serialises() {
    fn is_stored<T: Serialize>() {}
    fn is_read_back<T: Serialize + DeserializeOwned>() {}
    is_stored::<AddedLink>();
    is_stored::<Visit>();
    is_stored::<LinkPage>();
    is_stored::<Link>();
    is_stored::<ClickStats>();
    is_stored::<Details>();
    is_read_back::<Service>();
    is_read_back::<OrderBy>();
    is_read_back::<Interval>();
    is_read_back::<LinkKind>();
    is_read_back::<HashMethod>();
    is_read_back::<ParameterStyle>();
}
