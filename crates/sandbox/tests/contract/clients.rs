//! The calls of each contract, made by its client with the arguments of an example.

use std::fmt::Debug;

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::{CallOptions, OrderKind, RetryPolicy, Transport, TransportError, async_trait};
use podlink_api::{Content, Interval, OrderBy};
use sabapayamak_auth::TokenDays;
use serde_json::Value;
use smsafzar_api::{SendBulkCall, SendCall, SendTemplateCall, StatusQuery, Timestamp};

/// Contracts that have a client here.
pub(crate) const CLIENTS: [&str; 6] = [
    "aparat",
    "podlink",
    "sabapayamak",
    "sabapayamak-api",
    "smsafzar",
    "smsafzar-api",
];

/// What a client made of an answer.
pub(crate) struct Outcome {
    /// The name of the code, if it failed.
    pub(crate) code: Option<String>,
    /// The calls that the code says it belongs to.
    pub(crate) calls: &'static [&'static str],
    pub(crate) printed: String,
}

macro_rules! outcome {
    ($result:expr) => {
        match $result {
            Ok(answer) => Outcome {
                code: None,
                calls: &[],
                printed: format!("{answer:?}"),
            },
            Err(error) => Outcome {
                code: error.code().map(name_of),
                calls: error.code().map_or(&[], |code| code.calls()),
                printed: format!("{error:?}"),
            },
        }
    };
}

/// The name of an enum's variant, without what it carries.
fn name_of(variant: &impl Debug) -> String {
    let printed = format!("{variant:?}");
    let end = printed
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(printed.len());
    printed[..end].to_owned()
}

/// Makes a call with the arguments of a request's example.
pub(crate) async fn make(
    provider: &str,
    call: &str,
    arguments: &Value,
    transport: impl Transport + 'static,
) -> Outcome {
    match provider {
        "aparat" => aparat(call, arguments, transport).await,
        "podlink" => podlink(call, arguments, transport).await,
        "sabapayamak" => sabapayamak(call, arguments, transport).await,
        "sabapayamak-api" => sabapayamak_messages(call, arguments, transport).await,
        "smsafzar" => smsafzar(call, arguments, transport).await,
        "smsafzar-api" => smsafzar_messages(call, arguments, transport).await,
        other => panic!("no client for {other}"),
    }
}

async fn aparat(call: &str, arguments: &Value, transport: impl Transport + 'static) -> Outcome {
    let client = aparat_api::Client::builder("not-a-real-token");
    let client = client
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    match call {
        "account" => outcome!(client.account().await),
        "order" => {
            let kinds = [OrderKind::Like, OrderKind::View, OrderKind::Follow];
            let kind = kinds
                .into_iter()
                .find(|kind| kind.as_str() == text("type"))
                .unwrap();
            let count = arguments["count"].as_u64().unwrap().try_into().unwrap();
            outcome!(client.order(kind, text("link"), count).await)
        }
        "order_status" => outcome!(client.order_status(text("uniqid")).await),
        other => panic!("no call {other}"),
    }
}

async fn podlink(call: &str, arguments: &Value, transport: impl Transport + 'static) -> Outcome {
    let client = podlink_api::Client::builder("not-a-real-token").api_key("not-a-real-key");
    let client = client
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    let number = |name: &str| arguments[name].as_u64().unwrap();
    match call {
        "add_link" => {
            let content = match text("shortenObjectKind") {
                "link" => Content::link(text("urlOrContent")),
                "file" => Content::file(text("urlOrContent")),
                _ => Content::text(text("urlOrContent")),
            };
            let call = client.add_link(content).hash(text("hash"));
            outcome!(call.tags(text("tags").split('،')).await)
        }
        "visit" => outcome!(client.visit(text("hash")).await),
        "list_links" => {
            let orders = [
                OrderBy::Hash,
                OrderBy::CreateTime,
                OrderBy::ExpireTime,
                OrderBy::VisitCount,
            ];
            let order = orders
                .into_iter()
                .find(|it| it.as_str() == text("order_by"))
                .unwrap();
            let call = client
                .list_links()
                .offset(number("offset"))
                .count(number("count"));
            outcome!(call.order_by(order).descending().await)
        }
        "set_status" if text("setStatus") == "active" => outcome!(client.activate(text("hash")).await),
        "set_status" => outcome!(client.deactivate(text("hash")).await),
        "click_stats" => {
            let kinds = [Interval::Minute, Interval::Hour, Interval::Day, Interval::Month];
            let kind = kinds.into_iter().find(|it| it.as_str() == text("kind")).unwrap();
            outcome!(client.click_stats(text("hash")).interval(kind).await)
        }
        other => panic!("no call {other}"),
    }
}

async fn sabapayamak(call: &str, arguments: &Value, transport: impl Transport + 'static) -> Outcome {
    assert_eq!(call, "authenticate");
    let client = sabapayamak_auth::Client::builder().transport(transport);
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    let credentials = sabapayamak_auth::Credentials::builder()
        .username(text("Username"))
        .password(text("Password"))
        .virtual_number(text("VirtualNumber"))
        .build()
        .unwrap();
    let days = arguments["TokenValidDay"].as_u64().unwrap().try_into().unwrap();
    outcome!(
        client
            .authenticate(&credentials, TokenDays::new(days).unwrap())
            .await
    )
}

async fn smsafzar(call: &str, arguments: &Value, transport: impl Transport + 'static) -> Outcome {
    assert_eq!(call, "authenticate");
    let client = smsafzar_auth::Client::builder().transport(transport);
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let text = |name: &str| arguments[name].as_str().unwrap();
    let credentials = smsafzar_auth::Credentials::builder()
        .username(text("userName"))
        .password(text("password"))
        .domain(text("domain"))
        .build()
        .unwrap();
    outcome!(client.authenticate(&credentials).await)
}

/// Logs in by itself, so that what its transport is asked is the call.
struct LoggedIn<T>(T);

#[async_trait]
impl<T: Transport> Transport for LoggedIn<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        match request.uri().path() {
            "/auth/token" => Ok(Response::new(Bytes::from(r#"{"token":"not-a-real-token"}"#))),
            "/api/v1/user/authenticate" => {
                let session = r#"{"status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#;
                Ok(Response::new(Bytes::from(session)))
            }
            _ => self.0.send(request, options).await,
        }
    }
}

async fn smsafzar_messages(call: &str, arguments: &Value, transport: impl Transport + 'static) -> Outcome {
    let login = smsafzar_auth::Client::builder().transport(LoggedIn(transport));
    let login = login.retry(RetryPolicy::never()).build().unwrap();
    let credentials = smsafzar_auth::Credentials::builder()
        .username("username")
        .password("password");
    let sms = smsafzar_api::Client::new(login.token_source(credentials.build().unwrap()));
    let text = |name: &str| arguments[name].as_str().unwrap();
    let at = arguments["sendTimestamp"]
        .as_i64()
        .map(|seconds| Timestamp::from_millis(seconds * 1000));
    let list = |name: &str| {
        let list = arguments[name].as_array().unwrap().iter();
        list.map(|it| it.as_str().unwrap())
    };
    match call {
        "send" => {
            let call = sms.send(text("senderNumber"), text("recipientNumber"), text("content"));
            outcome!(at.into_iter().fold(call, SendCall::at).await)
        }
        "send_bulk" => {
            let call = list("senderNumbers").fold(sms.send_bulk(), SendBulkCall::from);
            let call = list("recipientNumbers").fold(call, SendBulkCall::to);
            let call = list("contents").fold(call, SendBulkCall::text);
            outcome!(at.into_iter().fold(call, SendBulkCall::at).await)
        }
        "send_template" => {
            let call = sms.template(text("templateId")).to(text("recipientNumber"));
            let from = arguments["senderNumber"].as_str();
            let call = from.into_iter().fold(call, SendTemplateCall::from);
            let values = arguments["parameters"].as_array().unwrap().iter();
            let call = values.fold(call, |call, it| {
                call.set(it["name"].as_str().unwrap(), it["value"].as_str().unwrap())
            });
            outcome!(at.into_iter().fold(call, SendTemplateCall::at).await)
        }
        "cancel" => outcome!(sms.cancel(text("batchId")).await),
        "status" if arguments.get("batchId").is_some() => {
            outcome!(sms.status(StatusQuery::batch(text("batchId"))).await)
        }
        "status" => outcome!(sms.status(list("sentMessageIdes")).await),
        "received" => outcome!(
            sms.received(arguments["count"].as_u64().unwrap().try_into().unwrap())
                .await
        ),
        "balance" => outcome!(sms.balance().await),
        other => panic!("no call {other}"),
    }
}

async fn sabapayamak_messages(call: &str, arguments: &Value, transport: impl Transport + 'static) -> Outcome {
    let login = sabapayamak_auth::Client::builder().transport(LoggedIn(transport));
    let login = login.retry(RetryPolicy::never()).build().unwrap();
    let credentials = sabapayamak_auth::Credentials::builder()
        .username("username")
        .password("password")
        .virtual_number("30000000");
    let tokens = login.token_source(credentials.build().unwrap(), TokenDays::new(1).unwrap());
    let sms = sabapayamak_api::Client::new(tokens);
    let text = |name: &str| arguments[name].as_str().unwrap();
    let span = || (text("StartDate"), text("EndDate"));
    match call {
        "send" => {
            let numbers = arguments["Numbers"].as_array().unwrap().iter();
            outcome!(
                sms.send(text("Text"), numbers.map(|it| it.as_str().unwrap()))
                    .await
            )
        }
        "messages" => outcome!(sms.messages(span().0, span().1).await),
        "message" => outcome!(sms.message(text("id")).await),
        "messages_of_line" => outcome!(sms.messages_of_line(text("number")).await),
        "deliveries" => outcome!(sms.deliveries(text("messageId")).await),
        "credit" => outcome!(sms.credit().await),
        "credits" => outcome!(sms.credits(span().0, span().1).await),
        "latest_credits" => outcome!(sms.latest_credits(text("count").parse().unwrap()).await),
        "received" => outcome!(sms.received(span().0, span().1).await),
        "unread_between" => outcome!(sms.unread_between(span().0, span().1).await),
        "unread" => outcome!(sms.unread().await),
        "received_by_id" => outcome!(sms.received_by_id(text("id")).await),
        "received_on_line" => outcome!(sms.received_on_line(text("number")).await),
        "unread_on_line" => outcome!(sms.unread_on_line(text("number")).await),
        other => panic!("no call {other}"),
    }
}
