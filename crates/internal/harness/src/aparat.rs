mod judge;

use aparat_api::{Client, OrderKind};
use http_core::Semantics::{NonIdempotent, Safe};

use crate::{
    Account, Answered, Arguments, Call, CallFuture, Calls, ClientOptions, Key, ProviderHarness, Success,
    Texts,
};
use crate::{call, debug_texts, send, with_options};

const LINK: &str = "https://www.aparat.com/v/";

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

    fn account(&self) -> Account {
        Account::new("", &[("the token", "xJ4/wQ8+zK2=vB6&nH9%mD3~fG7\"رمز")], None)
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = with_options!(Client::builder(account.secret(0)), options);
        let mut texts = debug_texts("the builder", &builder);
        let client = builder.build().expect("a client");
        let order = client.order(OrderKind::Like, LINK, 100);
        texts.extend(debug_texts(
            "client and calls",
            &(&client, client.account(), order),
        ));
        Box::new(AparatCalls { client, texts })
    }

    fn judge(&self, answered: &Answered<'_>) {
        judge::judge(answered);
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_side(&self) -> &'static dyn crate::SandboxSide {
        &Self
    }
}

struct AparatCalls {
    client: Client,
    texts: Texts,
}

impl Calls for AparatCalls {
    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture {
        match name {
            "account" => send!(self.client.account(), arguments, Success::of),
            "order" => {
                let link = format!("{LINK}{}", arguments.marker);
                let order = self.client.order(OrderKind::Like, link, 100);
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
        self.texts.clone()
    }
}

#[cfg(feature = "sandbox")]
mod sandbox_side {
    use payvand_sandbox::aparat::AparatShape;
    use payvand_sandbox::{RecordedRequest, Sandbox};

    use super::{Account, Aparat, LINK};
    use crate::{Effect, SandboxSide, Seen, Shape};

    impl SandboxSide for Aparat {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            sandbox.aparat().add_account(account.secret(0), 10_000_000);
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

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            (request.path() == "/aparat/api.php").then(|| match request.query_value("link") {
                Some(link) => Seen::new("order", link.strip_prefix(LINK)),
                None if request.query_value("uniqid").is_some() => Seen::new("order_status", None),
                None => Seen::new("account", None),
            })
        }
    }
}
