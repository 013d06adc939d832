mod example;
mod judge;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_core::Semantics::{Idempotent, NonIdempotent, Safe};
use http_core::Transport;
use serde_json::Value;
use smsafzar_api::{Sent, StatusQuery};
use smsafzar_auth::{Client, Credentials};

#[cfg(feature = "transport")]
use crate::FromEnv;
use crate::example::MadeFuture;
use crate::message::{MessageCalls, RECIPIENT, text};
use crate::token::{self, TokenCalls};
use crate::{
    Account, Answered, Arguments, Call, CallFuture, Calls, ClientOptions, Key, ProviderHarness, Success,
    call, debug_texts, send, with_options, with_some,
};

const TOKEN: &str = "cG1.xS4-nP7_lR0~dT5.jH2";
const PATHS: [&str; 2] = ["messages/send", "account/balance"];
const LINE: &str = "10001234";
/// A template of the sandbox.
const TEMPLATE: &str = "TydSt1skQE";

#[derive(Debug)]
pub(crate) enum Smsafzar {
    Login,
    Messages,
}

/// A batch that is sent waits for its time, so that it can be cancelled.
const MESSAGES: [Call; 7] = [
    call("send", NonIdempotent, Some(Key::Marker), false),
    call("send_template", NonIdempotent, Some(Key::Marker), false),
    call("status", Safe, None, true),
    call("send_bulk", NonIdempotent, Some(Key::Marker), false),
    call("cancel", Idempotent, None, true),
    call("received", Safe, None, false),
    call("balance", Safe, None, false),
];

impl ProviderHarness for Smsafzar {
    fn name(&self) -> &'static str {
        match self {
            Self::Login => "smsafzar-auth",
            Self::Messages => "smsafzar-api",
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
            prefix: "SMSAFZAR",
            path: "/auth/token",
            ask: || {
                Box::pin(async {
                    FromEnv::told(
                        async {
                            let credentials = Credentials::from_env()?;
                            Client::from_env()?.authenticate(&credentials).await
                        }
                        .await,
                    )
                })
            },
        })
    }

    fn account(&self) -> Account {
        let password = ("the password", "vF6%tB2&rM9\\ 'wD3' ?zK8&گذر");
        let token = ("the token", TOKEN);
        Account::new("afzar-user", &[password], Some(token))
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = with_options!(Client::builder(), options);
        let parts = Credentials::builder().username(account.user.as_str());
        let parts = parts.password(account.secret(0));
        let mut texts = debug_texts("the builder", &builder);
        texts.extend(debug_texts("parts of the credentials", &parts));
        let client = builder.build().expect("a client");
        let credentials = parts.build().expect("credentials");
        let login = client.authenticate(&credentials);
        let rest = (&client, &credentials, &login);
        texts.extend(debug_texts("client, credentials, login", &rest));
        let tokens = client.token_source(credentials);
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
                client: smsafzar_api::Client::new(tokens),
                call: make,
                texts,
            }),
        }
    }

    fn login(&self, token: &str) -> Option<String> {
        Some(format!(r#"{{"token":"{token}"}}"#))
    }

    fn judge(&self, answered: &Answered<'_>) {
        match self {
            Self::Login => judge::judge(answered, TOKEN),
            Self::Messages => judge::judge_message(answered, TOKEN),
        }
    }

    #[cfg(feature = "transport")]
    fn probe(&self) -> Option<crate::Probe> {
        use crate::Input::{Secret, User};
        let probe = crate::Probe {
            name: "smsafzar",
            variables: &[
                ("PAYVAND_SMSAFZAR_USERNAME", User),
                ("PAYVAND_SMSAFZAR_PASSWORD", Secret(0)),
            ],
            address: "PAYVAND_SMSAFZAR_BASE_URL",
            logs_in: true,
            requests: &["POST /auth/token", "GET /account/balance"],
            calls: || {
                let (client, credentials) = (Client::from_env().ok()?, Credentials::from_env().ok()?);
                let login = client.authenticate(&credentials);
                let sms = smsafzar_api::Client::new(client.token_source(credentials));
                let login = crate::Asked::login(login, |it| it.token().authorization());
                Some(vec![login, crate::Asked::of(sms.balance())])
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

fn make(client: &smsafzar_api::Client, name: &str, arguments: &Arguments) -> CallFuture {
    let sent = |sent: Sent| Success {
        id: sent.batch_id().map(str::to_owned),
        ..Success::of(sent)
    };
    let text = text(name, arguments);
    let batch = arguments.id.as_deref().unwrap_or("1");
    match name {
        "send" => send!(client.send(LINE, RECIPIENT, text), arguments, sent),
        "send_template" => {
            let template = client.template(TEMPLATE).to(RECIPIENT).set("code", text);
            send!(template, arguments, sent)
        }
        "send_bulk" => {
            let now = arguments.now.unwrap_or_else(SystemTime::now);
            let in_an_hour = now + Duration::from_secs(3600);
            let bulk = client.send_bulk().from(LINE).text(text).at(in_an_hour);
            send!(bulk.to(RECIPIENT).to("+989350000000"), arguments, sent)
        }
        "status" => send!(client.status(StatusQuery::batch(batch)), arguments, Success::of),
        "cancel" => send!(client.cancel(batch), arguments, Success::of),
        "received" => send!(client.received(10), arguments, Success::of),
        "balance" => send!(client.balance(), arguments, Success::of),
        other => unreachable!("no call is named {other}"),
    }
}

#[cfg(feature = "sandbox")]
mod sandbox_side {
    use std::time::Duration;

    use payvand_sandbox::smsafzar::{ReceivedMessage, TokenKind};
    use payvand_sandbox::{Fault, RecordedRequest, Sandbox};

    use super::{Account, LINE, MESSAGES, PATHS, RECIPIENT, Smsafzar};
    use crate::{Effect, SandboxSide, Seen, Shape, message, token};

    const MONEY: u64 = 10_000_000;

    impl SandboxSide for Smsafzar {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            let smsafzar = sandbox.smsafzar();
            let domain = payvand_sandbox::smsafzar::Smsafzar::DOMAIN;
            smsafzar.add_account(account.user.as_str(), account.secret(0), domain);
            smsafzar.set_balance(&account.user, MONEY);
            smsafzar.receive(RECIPIENT, LINE, "سلام");
            // It is one limit for all accounts.
            smsafzar.set_rate_limit(None);
        }

        fn shapes(&self) -> Vec<Shape> {
            vec![("as documented", Box::new(|_| {}))]
        }

        fn effects(&self, sandbox: &Sandbox) -> Vec<Effect> {
            let smsafzar = sandbox.smsafzar();
            match self {
                Self::Login => {
                    token::sandbox_side::effects(smsafzar.messages().iter().map(ReceivedMessage::body))
                }
                Self::Messages => message::sandbox_side::effects(&MESSAGES, &smsafzar.sent_messages()),
            }
        }

        fn spent(&self, sandbox: &Sandbox, account: &Account) -> Option<(u64, u64)> {
            let smsafzar = sandbox.smsafzar();
            let spent = MONEY - smsafzar.balance(&account.user)?;
            let bought = message::sandbox_side::parts(&smsafzar.sent_messages());
            Some((spent, bought * payvand_sandbox::smsafzar::Smsafzar::PRICE))
        }

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            let body = String::from_utf8_lossy(request.body());
            if let Some((call, marker)) = message::sandbox_side::key(&MESSAGES, &body) {
                return Some(Seen::new(call, Some(marker)));
            }
            match request.path() {
                "/messages/status" => Some(Seen::new("status", None)),
                "/messages/received/recent" => Some(Seen::new("received", None)),
                path if path.starts_with("/messages/send/scheduled/") => Some(Seen::new("cancel", None)),
                _ => token::sandbox_side::seen(request, "auth/token", PATHS),
            }
        }

        fn refused_token_beside_an_id(&self) -> Option<Fault> {
            Some(Fault::answer(200, r#"{"errorCode":401,"messageIds":[5,6]}"#))
        }

        fn set_token_kind(&self, sandbox: &Sandbox, kind: TokenKind) {
            sandbox.smsafzar().set_token_kind(kind);
        }

        fn set_token_life(&self, sandbox: &Sandbox, life: Duration) {
            sandbox.smsafzar().set_token_life(life);
        }

        fn revoke_tokens(&self, sandbox: &Sandbox) {
            sandbox.smsafzar().revoke_all();
        }
    }
}
