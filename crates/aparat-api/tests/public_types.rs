//! Every type of a public signature has a name in this crate: what has none does not compile.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

use aparat_api::testing::{ScriptedTransport, Seen, Step};
use aparat_api::{
    Account, AccountCall, Call, CallFuture, CallOptions, Client, ClientBuilder, Code, Effect, Error, Kind,
    Language, Operation, Order, OrderCall, OrderIntent, OrderKind, OrderObserver, OrderOutcome, OrderState,
    OrderStatus, OrderStatusCall, RateLimit, Reason, RetryPolicy, Secret, Semantics, Transport,
    TransportError, UnknownWord, bytes::Bytes, http,
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

    fn calls(client: &Client) -> (AccountCall, OrderCall, OrderStatusCall) {
        (
            client.account(),
            client.order(OrderKind::Like, "", 50),
            client.order_status(""),
        )
    }

    fn answers(
        account: AccountCall,
        order: OrderCall,
        status: OrderStatusCall,
    ) -> (
        CallFuture<Account, Error>,
        CallFuture<Order, Error>,
        CallFuture<OrderStatus, Error>,
    ) {
        (account.send(), order.send(), status.send())
    }

    fn by_hand<C: Call<Code = Code>>(
        call: &C,
        response: &http::Response<Bytes>,
    ) -> (Result<http::Request<Bytes>, Error>, Result<C::Output, Error>) {
        (call.request(), call.read(response))
    }

    fn all_are_calls() {
        fn is_call<C: Call<Code = Code>>() {}
        is_call::<AccountCall>();
        is_call::<OrderCall>();
        is_call::<OrderStatusCall>();
    }

    fn operation(call: &OrderCall) -> (&'static Operation, Semantics) {
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

    fn observed(observer: &impl OrderObserver, intent: &OrderIntent, outcome: &OrderOutcome) {
        observer.outcome(intent, outcome);
    }

    fn state(status: &OrderStatus) -> Option<&OrderState> {
        status.state()
    }

    fn word(text: &str) -> Result<OrderKind, UnknownWord> {
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
    is_stored::<Account>();
    is_stored::<Order>();
    is_stored::<OrderStatus>();
    is_stored::<OrderIntent>();
    is_stored::<OrderOutcome>();
    is_read_back::<OrderKind>();
    is_read_back::<OrderState>();
}
