mod example;
mod judge;

use std::sync::Arc;

use http_core::Semantics::{NonIdempotent, Safe};
use http_core::Transport;
use sabapayamak_api::{Recipient, RecipientOutcome};
use sabapayamak_auth::{Client, Credentials, TokenDays};
use serde_json::Value;

#[cfg(feature = "transport")]
use crate::FromEnv;
use crate::example::MadeFuture;
use crate::message::{MessageCalls, RECIPIENT, text};
use crate::token::{self, TokenCalls};
use crate::{
    Account, Answered, Arguments, Call, CallFuture, Calls, ClientOptions, Key, ProviderHarness, Success,
    call, debug_texts, send, with_options, with_some,
};

const VIRTUAL_NUMBER: &str = "30001234";
const TOKEN: &str = "yN3.kV7-bW0_mZ6~hQ9.fJ5";
const PATHS: [&str; 2] = ["api/v1/message", "api/v1/credit"];
/// Two days between which everything lies.
const SPAN: [&str; 2] = ["1300/01/01", "1499/12/29"];

#[derive(Debug)]
pub(crate) enum Sabapayamak {
    Login,
    Messages,
}

const MESSAGES: [Call; 14] = [
    call("send", NonIdempotent, Some(Key::Marker), false),
    call("messages", Safe, None, false),
    call("message", Safe, None, true),
    call("messages_of_line", Safe, None, false),
    call("deliveries", Safe, None, true),
    call("credit", Safe, None, false),
    call("credits", Safe, None, false),
    call("latest_credits", Safe, None, false),
    call("received", Safe, None, false),
    call("received_by_id", Safe, None, false),
    call("received_on_line", Safe, None, false),
    call("unread_between", NonIdempotent, None, false),
    call("unread", NonIdempotent, None, false),
    call("unread_on_line", NonIdempotent, None, false),
];

impl ProviderHarness for Sabapayamak {
    fn name(&self) -> &'static str {
        match self {
            Self::Login => "sabapayamak-auth",
            Self::Messages => "sabapayamak-api",
        }
    }

    fn calls(&self) -> &'static [Call] {
        match self {
            Self::Login => &token::CALLS,
            Self::Messages => &MESSAGES,
        }
    }

    fn make<'a>(&self, call: &'a str, arguments: &'a Value, transport: Arc<dyn Transport>) -> MadeFuture<'a> {
        match self {
            Self::Login => Box::pin(example::login(call, arguments, transport)),
            Self::Messages => Box::pin(example::messages(call, arguments, transport)),
        }
    }

    #[cfg(feature = "transport")]
    fn client_of_env(&self) -> Option<FromEnv> {
        matches!(self, Self::Login).then_some(FromEnv {
            prefix: "SABAPAYAMAK",
            path: "/api/v1/user/authenticate",
            ask: || {
                Box::pin(async {
                    FromEnv::told(
                        async {
                            let credentials = Credentials::from_env()?;
                            Client::from_env()?
                                .authenticate(&credentials, TokenDays::MIN)
                                .await
                        }
                        .await,
                    )
                })
            },
        })
    }

    fn account(&self) -> Account {
        let password = ("the password", "pL5/dR1+sT8 \"gX4\" =jC2&رمز");
        let token = ("the token", TOKEN);
        Account::new("saba", &[password], Some(token))
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = with_options!(Client::builder(), options);
        let parts = Credentials::builder().username(account.user.as_str());
        let parts = parts.password(account.secret(0));
        let mut texts = debug_texts("the builder", &builder);
        texts.extend(debug_texts("parts of the credentials", &parts));
        let client = builder.build().expect("a client");
        let credentials = parts.virtual_number(VIRTUAL_NUMBER).build().expect("credentials");
        let days = TokenDays::new(15).expect("fifteen days");
        let login = client.authenticate(&credentials, days);
        let rest = (&client, &credentials, &login);
        texts.extend(debug_texts("client, credentials, login", &rest));
        let tokens = client.token_source(credentials, days);
        with_some!(tokens, store, options.token_store.clone());
        match self {
            Self::Login => Box::new(TokenCalls {
                tokens,
                paths: PATHS,
                authenticate: Box::new(move |arguments: &Arguments| {
                    send!(login.clone(), arguments, Success::of)
                }),
                texts,
            }),
            Self::Messages => Box::new(MessageCalls {
                client: sabapayamak_api::Client::new(tokens),
                call: make,
                texts,
            }),
        }
    }

    fn login(&self, token: &str) -> Option<String> {
        Some(format!(
            r#"{{"status":"200","data":{{"Token":"{token}"}},"errors":[]}}"#
        ))
    }

    fn judge(&self, answered: &Answered<'_>) {
        judge::judge(answered, TOKEN);
    }

    #[cfg(feature = "transport")]
    fn probe(&self) -> Option<crate::Probe> {
        use crate::Input::{Secret, Text, User};
        let probe = crate::Probe {
            name: "sabapayamak",
            variables: &[
                ("PAYVAND_SABAPAYAMAK_USERNAME", User),
                ("PAYVAND_SABAPAYAMAK_PASSWORD", Secret(0)),
                ("PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER", Text(VIRTUAL_NUMBER)),
            ],
            address: "PAYVAND_SABAPAYAMAK_BASE_URL",
            logs_in: true,
            requests: &["POST /api/v1/user/authenticate", "GET /api/v1/credit"],
            calls: || {
                let (client, credentials) = (Client::from_env().ok()?, Credentials::from_env().ok()?);
                let days = TokenDays::new(1).ok()?;
                let login = client.authenticate(&credentials, days);
                let sms = sabapayamak_api::Client::new(client.token_source(credentials, days));
                let login = crate::Asked::login(login, |it| it.token().authorization());
                Some(vec![login, crate::Asked::of(sms.credit())])
            },
        };
        matches!(self, Self::Login).then_some(probe)
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_side(&self) -> &'static dyn crate::SandboxSide {
        match self {
            Self::Login => &Self::Login,
            Self::Messages => &Self::Messages,
        }
    }
}

fn make(client: &sabapayamak_api::Client, name: &str, arguments: &Arguments) -> CallFuture {
    let id = arguments.id.as_deref().unwrap_or("1");
    let [first, last] = SPAN;
    match name {
        "send" => send!(
            client.send(text(name, arguments), [RECIPIENT]),
            arguments,
            |sent| {
                let mut outcomes = sent.recipients().iter().map(Recipient::outcome);
                Success {
                    id: sent.id().map(str::to_owned),
                    is_certain: outcomes.all(|it| matches!(it, RecipientOutcome::Sent { .. })),
                    ..Success::of(sent)
                }
            }
        ),
        "messages" => send!(client.messages(first, last), arguments, Success::of),
        "message" => send!(client.message(id), arguments, Success::of),
        "messages_of_line" => send!(client.messages_of_line(VIRTUAL_NUMBER), arguments, Success::of),
        "deliveries" => send!(client.deliveries(id), arguments, Success::of),
        "credit" => send!(client.credit(), arguments, Success::of),
        "credits" => send!(client.credits(first, last), arguments, Success::of),
        "latest_credits" => send!(client.latest_credits(10), arguments, Success::of),
        "received" => send!(client.received(first, last), arguments, Success::of),
        "received_by_id" => send!(client.received_by_id("1"), arguments, Success::of),
        "received_on_line" => send!(client.received_on_line(VIRTUAL_NUMBER), arguments, Success::of),
        "unread_between" => send!(client.unread_between(first, last), arguments, Success::of),
        "unread" => send!(client.unread(), arguments, Success::of),
        "unread_on_line" => send!(client.unread_on_line(VIRTUAL_NUMBER), arguments, Success::of),
        other => unreachable!("no call is named {other}"),
    }
}

#[cfg(feature = "sandbox")]
mod sandbox_side {
    use payvand_sandbox::sabapayamak::{ReceivedMessage, SabapayamakShape, TokenKind};
    use payvand_sandbox::{Fault, RecordedRequest, Sandbox};

    use super::{Account, MESSAGES, PATHS, RECIPIENT, Sabapayamak, VIRTUAL_NUMBER};
    use crate::{Effect, SandboxSide, Seen, Shape, message, token};

    const MONEY: u64 = 10_000_000;

    impl SandboxSide for Sabapayamak {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            let sabapayamak = sandbox.sabapayamak();
            sabapayamak.add_account(account.user.as_str(), account.secret(0), VIRTUAL_NUMBER);
            sabapayamak.set_credit(&account.user, MONEY);
            sabapayamak.receive(RECIPIENT, VIRTUAL_NUMBER, "سلام");
        }

        fn shapes(&self) -> Vec<Shape> {
            let new = SabapayamakShape::new;
            let named = |name, shape: SabapayamakShape| -> Shape {
                (
                    name,
                    Box::new(move |it: &Sandbox| it.sabapayamak().set_shape(shape)),
                )
            };
            let seen = new().camel_case().numbers().notice().http_statuses();
            vec![
                named("as documented", new()),
                named("as seen", seen),
                named("without empty lists", new().no_data()),
            ]
        }

        fn effects(&self, sandbox: &Sandbox) -> Vec<Effect> {
            let sabapayamak = sandbox.sabapayamak();
            match self {
                Self::Login => {
                    token::sandbox_side::effects(sabapayamak.messages().iter().map(ReceivedMessage::body))
                }
                Self::Messages => message::sandbox_side::effects(&MESSAGES, &sabapayamak.sent_messages()),
            }
        }

        fn spent(&self, sandbox: &Sandbox, account: &Account) -> Option<(u64, u64)> {
            let sabapayamak = sandbox.sabapayamak();
            let spent = MONEY - sabapayamak.credit(&account.user)?;
            let bought = message::sandbox_side::parts(&sabapayamak.sent_messages());
            Some((spent, bought * payvand_sandbox::sabapayamak::Sabapayamak::PRICE))
        }

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            let body = String::from_utf8_lossy(request.body());
            if let Some((call, marker)) = message::sandbox_side::key(&MESSAGES, &body) {
                return Some(Seen::new(call, Some(marker)));
            }
            let seen = token::sandbox_side::seen(request, "api/v1/user/authenticate", PATHS);
            seen.or_else(|| {
                let path = request.path().strip_prefix("/api/v1/")?;
                let reads_once = path.ends_with("unread");
                Some(Seen::new(if reads_once { "unread" } else { "messages" }, None))
            })
        }

        fn refused_token_beside_an_id(&self) -> Option<Fault> {
            let body = r#"{"status":"200","data":{"messageId":77},"errors":[{"code":401}]}"#;
            Some(Fault::answer(200, body))
        }

        fn set_token_kind(&self, sandbox: &Sandbox, kind: TokenKind) {
            sandbox.sabapayamak().set_token_kind(kind);
        }

        fn revoke_tokens(&self, sandbox: &Sandbox) {
            sandbox.sabapayamak().revoke_all();
        }
    }
}
