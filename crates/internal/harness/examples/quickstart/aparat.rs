//! Aparat: the balance, an order and its progress, a refused order, and one whose effect is unknown.

use std::error::Error;
use std::time::Duration;

use aparat_api::{
    Client, Effect, Language, OrderIntent, OrderKind, OrderObserver, OrderOutcome, OrderState, async_trait,
};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Fault, Sandbox};
use tokio::time::{Instant, sleep};

use crate::{Arguments, Outcome, show};

const SOURCE: &str = include_str!("aparat.rs");
const VIDEO: &str = "https://www.aparat.com/v/abcd";

/// How long to follow an order, and how often to look.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);

pub(crate) async fn run(sandbox: &Sandbox, arguments: &Arguments) -> Outcome {
    if std::env::var_os("PAYVAND_APARAT_TOKEN").is_some() {
        return live(arguments).await;
    }
    show::title("Aparat", &format!("sandbox at {}", sandbox.url()));
    sandbox.aparat().set_order_duration(Duration::from_secs(2));
    let aparat = Client::builder(Aparat::TOKEN)
        .base_url(sandbox.url())
        .observer(Journal)
        .budget(10_000)
        .build()?;

    account(&aparat).await?;
    order_and_follow(&aparat, VIDEO).await?;
    refused(&aparat, sandbox).await?;
    unknown(&aparat, sandbox).await
}

async fn live(arguments: &Arguments) -> Outcome {
    show::title("Aparat", "live service");
    let aparat = Client::builder_from_env()?.observer(Journal).budget(50).build()?;
    account(&aparat).await?;
    match &arguments.aparat_link {
        Some(link) if arguments.live_write => order_and_follow(&aparat, link).await,
        _ => {
            show::note("An order spends money: it is placed only with --live-write --aparat-link URL.");
            Ok(())
        }
    }
}

async fn account(aparat: &Client) -> Outcome {
    show::code(SOURCE, "account", "What is left on the account?");
    // [account]
    let account = aparat.account().await?;
    // [end]
    show::result(format!(
        "balance {:?}, message {:?}",
        account.balance(),
        account.message()
    ));
    show::note(format!(
        "everything that the provider sent: {}",
        serde_json::Value::from(account.fields().clone())
    ));
    Ok(())
}

async fn order_and_follow(aparat: &Client, link: &str) -> Outcome {
    show::code(
        SOURCE,
        "order",
        "An order of 50 views, on a task of its own, so that nothing can drop it half-way:",
    );
    // [order]
    let order = aparat.order(OrderKind::View, link, 50).reference("invoice-17");
    let order = tokio::spawn(order.send()).await??;
    // [end]
    show::result(format!(
        "placed, id {:?}, message {:?}",
        order.id(),
        order.message()
    ));

    let Some(id) = order.id() else {
        show::note("The answer has no id that is known here, so the order cannot be followed.");
        return Ok(());
    };
    show::code(
        SOURCE,
        "follow",
        "How far is it? A state that is not known here is no end, so the deadline is our own:",
    );
    // [follow]
    let deadline = Instant::now() + PATIENCE;
    let mut last = None;
    while Instant::now() < deadline {
        let status = aparat.order_status(id).await?;
        if status.state() != last.as_ref() {
            last = status.state().cloned();
            show::result(last.as_ref().map_or("no word for it", OrderState::as_str));
        }
        if last.as_ref().is_some_and(OrderState::is_final) {
            break;
        }
        sleep(PAUSE).await;
    }
    // [end]
    if !last.as_ref().is_some_and(OrderState::is_final) {
        show::note(format!(
            "not at its end within {} s; ask again later",
            PATIENCE.as_secs()
        ));
    }
    Ok(())
}

async fn refused(aparat: &Client, sandbox: &Sandbox) -> Outcome {
    show::code(
        SOURCE,
        "refused",
        "An order that the account cannot pay is refused, with a typed error:",
    );
    let poor = Client::builder(Aparat::POOR_TOKEN)
        .base_url(sandbox.url())
        .build()?;
    // [refused]
    let Err(error) = poor.order(OrderKind::Like, VIDEO, 500).await else {
        return Err("an account with 60 left should not get 500 likes".into());
    };
    let (code, effect) = (error.code(), error.effect());
    // [end]
    show::result(format!("{error}"));
    show::note(format!("code {code:?}, effect {effect:?}: nothing was ordered"));
    show::note(format!("for an end user: {}", error.describe(Language::Persian)));

    let before = sandbox.request_count();
    let Err(error) = aparat.order(OrderKind::Like, VIDEO, 10).await else {
        return Err("10 likes are fewer than one order may have".into());
    };
    show::result(format!("{error}"));
    show::note(format!(
        "{} requests were sent for it",
        sandbox.request_count() - before
    ));
    Ok(())
}

async fn unknown(aparat: &Client, sandbox: &Sandbox) -> Outcome {
    show::code(
        SOURCE,
        "before",
        "The worst case is an order whose answer is lost. Whoever is careful looks at the balance first:",
    );
    // [before]
    let before = aparat.account().await?.balance();
    // [end]
    show::result(format!("{before:?}"));

    show::code(
        SOURCE,
        "unknown",
        "Now the order arrives, and the connection breaks before its answer:",
    );
    sandbox.aparat().fail_next(Fault::close().after_processing());
    // [unknown]
    let outcome = aparat
        .order(OrderKind::Follow, "https://www.aparat.com/someone", 100)
        .await;
    match outcome {
        Ok(order) => show::result(format!("placed: {:?}", order.id())),
        Err(error) if error.effect() == Effect::None => show::result(format!("nothing was ordered: {error}")),
        Err(error) => {
            // Never order again blindly. With one order in flight, the balance tells what happened.
            let after = aparat.account().await?.balance();
            show::result(format!("{error}"));
            match (before, after) {
                (Some(before), Some(after)) if after == before - 100 => {
                    show::result("it was placed: the balance fell by 100");
                }
                (Some(before), Some(after)) if after == before => {
                    show::result("it was not placed: the balance is as it was");
                }
                _ => show::result("the balance does not tell: ask the provider's support"),
            }
        }
    }
    // [end]
    let follows = sandbox
        .aparat()
        .orders()
        .iter()
        .filter(|order| order.kind() == "follow")
        .count();
    show::note(format!(
        "the sandbox's own record: the order arrived {follows} time(s); it was never sent again"
    ));
    show::note(format!(
        "left of the client's own budget of 10000: {:?}",
        aparat.budget_left()
    ));
    Ok(())
}

/// Keep yours in a database: each order before it is sent, and its outcome.
struct Journal;

#[async_trait]
impl OrderObserver for Journal {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn Error + Send + Sync>> {
        println!(
            "  ✎ order {}: about to order {} {}s",
            order.sequence(),
            order.count(),
            order.kind()
        );
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let text = match outcome {
            OrderOutcome::Placed { id } => format!("placed, id {id:?}"),
            OrderOutcome::NotPlaced { .. } => "not placed".to_owned(),
            _ => "unknown".to_owned(),
        };
        println!("  ✎ order {}: {text}", order.sequence());
    }
}
