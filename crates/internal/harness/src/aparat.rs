mod example;
mod judge;

use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};

use aparat_api::{Client, OrderIntent, OrderKind, OrderObserver, OrderOutcome};
use http_core::Semantics::{NonIdempotent, Safe};
use http_core::{Transport, async_trait};
use serde_json::Value;

#[cfg(feature = "transport")]
use crate::FromEnv;
use crate::example::MadeFuture;
use crate::{
    Account, Answered, Arguments, Call, CallFuture, Calls, ClientOptions, Heard, Journal, Key,
    ProviderHarness, Success, Texts,
};
use crate::{call, debug_texts, send, with_options, with_some};

const LINK: &str = "https://www.aparat.com/v/";
const COUNT: u32 = 100;

#[derive(Debug)]
pub(crate) struct Aparat;

impl ProviderHarness for Aparat {
    fn name(&self) -> &'static str {
        "aparat-api"
    }

    fn calls(&self) -> &'static [Call] {
        const CALLS: [Call; 3] = [
            call("account", Safe, None, false),
            call("order", NonIdempotent, Some(Key::Marker), false),
            call("order_status", Safe, None, true),
        ];
        &CALLS
    }

    fn make<'a>(&self, call: &'a str, arguments: &'a Value, transport: Arc<dyn Transport>) -> MadeFuture<'a> {
        Box::pin(example::example(call, arguments, transport))
    }

    #[cfg(feature = "transport")]
    fn client_of_env(&self) -> Option<FromEnv> {
        Some(FromEnv {
            prefix: "APARAT",
            path: "/aparat/api.php",
            ask: || Box::pin(async { FromEnv::told(async { Client::from_env()?.account().await }.await) }),
        })
    }

    fn account(&self) -> Account {
        Account::new("", &[("the token", "xJ4/wQ8+zK2=vB6&nH9%mD3~fG7\"رمز")], None)
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = with_options!(Client::builder(account.secret(0)), options);
        let texts = debug_texts("the builder", &builder);
        let observer = options.budget.map(|_| Observer::default());
        with_some!(builder, budget, options.budget);
        with_some!(builder, observer, observer.clone());
        let client = builder.build().expect("a client");
        Box::new(AparatCalls {
            client,
            texts,
            observer,
        })
    }

    fn judge(&self, answered: &Answered<'_>) {
        judge::judge(answered);
    }

    #[cfg(feature = "transport")]
    fn probe(&self) -> Option<crate::Probe> {
        Some(crate::Probe {
            name: "aparat",
            variables: &[("PAYVAND_APARAT_TOKEN", crate::Input::Secret(0))],
            address: "PAYVAND_APARAT_BASE_URL",
            logs_in: false,
            requests: &["GET /aparat/api.php"],
            calls: || Some(vec![crate::Asked::of(Client::from_env().ok()?.account())]),
        })
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_side(&self) -> &'static dyn crate::SandboxSide {
        &Self
    }
}

struct AparatCalls {
    client: Client,
    texts: Texts,
    observer: Option<Observer>,
}

#[derive(Clone, Default)]
struct Observer(Arc<Mutex<Journal>>);

impl Calls for AparatCalls {
    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture {
        match name {
            "account" => send!(self.client.account(), arguments, Success::of),
            "order" => {
                let link = format!("{LINK}{}", arguments.marker);
                let order = self.client.order(OrderKind::Like, link, COUNT);
                send!(order, arguments, |order| {
                    let id = order.id().map(str::to_owned);
                    Success {
                        id,
                        ..Success::of(order)
                    }
                })
            }
            "order_status" => {
                let id = arguments.id.as_deref().unwrap_or("5f0000000001g");
                send!(self.client.order_status(id), arguments, Success::of)
            }
            other => unreachable!("no call is named {other}"),
        }
    }

    fn texts(&self) -> Texts {
        let mut texts = self.texts.clone();
        let order = self.client.order(OrderKind::Like, LINK, COUNT);
        let all = (&self.client, self.client.account(), order);
        texts.extend(debug_texts("client and calls", &all));
        texts
    }

    fn journal(&self) -> Option<Journal> {
        let journal = &self.observer.as_ref()?.0;
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner).clone();
        journal.budget_left = self.client.budget_left().unwrap_or_default();
        Some(journal)
    }
}

#[async_trait]
impl OrderObserver for Observer {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn StdError + Send + Sync>> {
        // Writing takes its time.
        tokio::task::yield_now().await;
        let mut journal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        journal.heard.insert(marker(order), Heard::Intent);
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let heard = match outcome {
            OrderOutcome::Placed { .. } => Heard::Placed,
            OrderOutcome::NotPlaced { .. } => Heard::NotPlaced,
            _ => Heard::Unknown,
        };
        let mut journal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match journal.heard.get_mut(&marker(order)) {
            Some(before @ Heard::Intent) => *before = heard,
            // Dropped while its intent was being written.
            None if heard == Heard::NotPlaced => {}
            _ => journal.contradictions += 1,
        }
    }
}

fn marker(order: &OrderIntent) -> String {
    order.link().trim_start_matches(LINK).to_owned()
}

#[cfg(feature = "sandbox")]
mod sandbox_side {
    use payvand_sandbox::aparat::AparatShape;
    use payvand_sandbox::{RecordedRequest, Sandbox};

    use super::{Account, Aparat, COUNT, LINK};
    use crate::{Effect, SandboxSide, Seen, Shape};

    const MONEY: u64 = 10_000_000;

    impl SandboxSide for Aparat {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            sandbox.aparat().add_account(account.secret(0), MONEY);
            sandbox.aparat().set_count_range(1..=7000);
        }

        fn shapes(&self) -> Vec<Shape> {
            let new = AparatShape::new;
            let named = |name, shape: AparatShape| -> Shape {
                (
                    name,
                    Box::new(move |it: &Sandbox| it.aparat().set_shape(shape.clone())),
                )
            };
            let in_texts = new().bare_text_errors().status_text("true", "false");
            vec![
                named("an echo", new().echo()),
                named("plain", new()),
                named("escaped", new().echo().escaped().junk(AparatShape::PHP_WARNING)),
                named(
                    "numbers as text",
                    new().numbers_as_text().numeric_ids().status_number(),
                ),
                named("texts", in_texts.arabic_letters().junk(AparatShape::BOM)),
            ]
        }

        fn effects(&self, sandbox: &Sandbox) -> Vec<Effect> {
            let mut effects = Vec::new();
            for order in sandbox.aparat().orders() {
                let key = order.link().strip_prefix(LINK).unwrap_or_default();
                effects.push(Effect::new("order", key, Some(order.id())));
            }
            effects
        }

        fn spent(&self, sandbox: &Sandbox, account: &Account) -> Option<(u64, u64)> {
            let left = sandbox.aparat().balance(account.secret(0))?;
            let orders = sandbox.aparat().orders().len() as u64;
            Some((MONEY - left, orders * u64::from(COUNT)))
        }

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            (request.path() == "/aparat/api.php").then(|| match request.query_value("link") {
                Some(link) => Seen::new("order", link.strip_prefix(LINK)),
                None if request.query_value("uniqid").is_some() => Seen::new("order_status", None),
                None => Seen::new("account", None),
            })
        }
    }
}
