//! Every type of a public signature has a name in this crate: what has none does not compile.

#![allow(dead_code, clippy::type_complexity, reason = "it is to compile, not to run")]

use sabapayamak_api::{
    Bulk, Call, CallFuture, Client, Code, Credentials, Credit, CreditChange, Delivery, Details, Effect,
    Error, ErrorItem, Failover, Kind, Language, Listed, Mobile, NumberError, Operation, Outcome, Reason,
    ReceivedMessage, Recipient, RecipientOutcome, Semantics, SendCall, Sent, SentMessage, TokenCall,
    TokenDays, TokenSource, bytes::Bytes, http, sabapayamak_auth,
};
use serde::Serialize;

fn client(login: &sabapayamak_auth::Client, credentials: Credentials, days: TokenDays) -> Client {
    Client::new(login.token_source(credentials, days))
}

fn tokens(client: &Client) -> &TokenSource {
    client.tokens()
}

fn many(client: &Client, to: Result<Mobile, NumberError>) -> Option<(Bulk, Failover)> {
    let _ = client.send("", [to.ok()?]);
    Some((
        client.bulk(),
        Failover::new([std::sync::Arc::new(client.clone())]),
    ))
}

fn became(row: &payvand_sms::RowOutcome) -> &Outcome {
    row.outcome()
}

fn sends(client: &Client) -> SendCall {
    client.send("", [""])
}

fn messages(client: &Client) -> [TokenCall<Listed<SentMessage>>; 3] {
    [
        client.messages("", ""),
        client.message(""),
        client.messages_of_line(""),
    ]
}

fn deliveries(client: &Client) -> TokenCall<Listed<Delivery>> {
    client.deliveries("")
}

fn inbound(client: &Client) -> [TokenCall<Listed<ReceivedMessage>>; 6] {
    [
        client.received("", ""),
        client.received_by_id(""),
        client.received_on_line(""),
        client.unread(),
        client.unread_between("", ""),
        client.unread_on_line(""),
    ]
}

fn credit(client: &Client) -> (TokenCall<Credit>, [TokenCall<Listed<CreditChange>>; 2]) {
    (
        client.credit(),
        [client.credits("", ""), client.latest_credits(1)],
    )
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

fn recipients(sent: &Sent) -> (&[Recipient], Option<&RecipientOutcome>) {
    (
        sent.recipients(),
        sent.recipients().first().map(Recipient::outcome),
    )
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

fn items(details: &Details) -> (&[ErrorItem], String) {
    (
        details.errors(),
        Code::NoData.describe(Language::Persian).into_owned(),
    )
}

/// The words of every answer can be stored.
fn stored() -> impl Fn(
    &Sent,
    &Listed<SentMessage>,
    &Listed<Delivery>,
    &Listed<ReceivedMessage>,
    &Listed<CreditChange>,
    &Credit,
) {
    fn is(_: &impl Serialize) {}
    |sent, messages, deliveries, received, changes, credit| {
        is(sent);
        is(messages);
        is(deliveries);
        is(received);
        is(changes);
        is(credit);
    }
}
