//! Every type of a public signature has a name in this crate: what has none does not compile.

#![allow(dead_code, clippy::type_complexity, reason = "it is to compile, not to run")]

use serde::Serialize;
use smsafzar_api::{
    Balance, Bulk, Call, CallFuture, Cancelled, Client, Code, Credentials, Details, Effect, Error, Failover,
    Kind, Language, LineSender, Listed, MessageStatus, Mobile, NumberError, Operation, RateLimit, Reason,
    ReceivedMessage, Semantics, SendBulkCall, SendCall, SendTemplateCall, Sent, StatusCall, StatusQuery,
    Timestamp, TokenCall, TokenSource, ValidationError, bytes::Bytes, http, smsafzar_auth,
};

fn client(login: &smsafzar_auth::Client, credentials: Credentials) -> Client {
    Client::new(login.token_source(credentials))
}

fn tokens(client: &Client) -> &TokenSource {
    client.tokens()
}

fn sends(client: &Client, at: Timestamp) -> (SendCall, SendBulkCall, SendTemplateCall) {
    let send = client.send("", "", "").at(at);
    (send, client.send_bulk().at(at), client.template("").at(at))
}

fn many(client: &Client, to: Result<Mobile, NumberError>) -> Option<(Bulk, Failover)> {
    let sender: LineSender = client.sender("").template("");
    let failover = Failover::new([std::sync::Arc::new(sender)]);
    let _ = client.send("", to.ok()?, "");
    Some((client.bulk(""), failover))
}

fn reads(client: &Client, query: StatusQuery) -> (StatusCall, TokenCall<Cancelled>, TokenCall<Balance>) {
    (client.status(query), client.cancel(""), client.balance())
}

fn inbox(client: &Client) -> TokenCall<Listed<ReceivedMessage>> {
    client.received(1)
}

fn sent(call: SendCall) -> CallFuture<Sent, Error> {
    call.send()
}

fn by_hand(
    call: &impl Call<Code = Code, Output = Sent>,
    response: &http::Response<Bytes>,
) -> (Result<http::Request<Bytes>, Error>, Result<Sent, Error>) {
    (call.request(), call.read(response))
}

fn operation(call: &SendCall) -> (&'static Operation, Semantics) {
    let operation = Call::operation(call);
    (operation, operation.semantics)
}

fn lists<'a>(
    statuses: &'a Listed<MessageStatus>,
    received: &'a Listed<ReceivedMessage>,
) -> (&'a [MessageStatus], &'a [ReceivedMessage]) {
    (statuses.items(), received.items())
}

fn failed(error: &Error) -> (Kind, Effect, Option<&Code>, Option<&Details>) {
    (error.kind(), error.effect(), error.code(), error.details())
}

fn why(kind: Kind) -> Option<Reason> {
    match kind {
        Kind::InvalidInput { reason, .. } => Some(reason),
        _ => None,
    }
}

fn fields(details: &Details) -> (&[ValidationError], String) {
    (
        details.validation_errors(),
        Code::NoSuchBatch.describe(Language::Persian).into_owned(),
    )
}

const LIMIT: RateLimit = smsafzar_api::RATE_LIMIT;

/// The words of every answer can be stored.
fn stored() -> impl Fn(&Sent, &Cancelled, &Listed<MessageStatus>, &Listed<ReceivedMessage>, &Balance) {
    fn is(_: &impl Serialize) {}
    |sent, cancelled, statuses, received, balance| {
        is(sent);
        is(cancelled);
        is(statuses);
        is(received);
        is(balance);
    }
}
