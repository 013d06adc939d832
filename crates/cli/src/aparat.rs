use std::path::{Path, PathBuf};
use std::time::Duration;

use aparat_api::{OrderCall, OrderKind, OrderState, OrderStatus};
use clap::Subcommand;
use payvand_journal::{Entry, State};
use serde_json::json;

use crate::arguments::{duration, whole};
use crate::bulk::rows::Record;
use crate::bulk::{Bulk, ByJournal, Job, Survey, one_by_one, settle};
use crate::clients;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::table::pairs;
use crate::words::words;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What is left to order with.
    Balance,

    /// Orders once. It spends money.
    Order {
        /// like, view or follow
        kind: OrderKind,
        /// The address of the video or the channel.
        link: String,
        /// How many.
        #[arg(value_parser = whole::<u32>)]
        count: u32,

        /// Your name for this order in the journal; by what is ordered if it is not given. Another one orders the same again.
        #[arg(long, requires = "journal")]
        key: Option<String>,

        #[command(flatten)]
        by: ByJournal,
    },

    /// Orders all rows of a file, with columns kind, link and count, each once. It spends money.
    Run {
        /// CSV or lines of JSON.
        file: PathBuf,

        #[command(flatten)]
        bulk: Bulk,
    },

    /// How far an order is.
    Status {
        /// The order's id.
        id: String,
    },

    /// Waits for the end of an order. It ends with 0 if the order was completed.
    Watch {
        /// The order's id.
        id: String,
        /// How long to wait.
        #[arg(long = "for", value_name = "TIME", default_value = "10m", value_parser = duration)]
        patience: Duration,
    },
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    let screen = &context.screen;
    let aparat = clients::aparat(context)?;
    match command {
        Command::Balance => {
            let account = context.ask(aparat.account()).await?;
            screen.show(&account, || {
                let balance = account.balance().map(|it| screen.number(&it));
                pairs(
                    screen,
                    [
                        ("Balance", balance.or_else(|| Some("?".to_owned()))),
                        ("Message", account.message().map(str::to_owned)),
                    ],
                )
            })?;
        }
        Command::Order {
            kind,
            link,
            count,
            key,
            by,
        } => {
            if by.journal.is_some() {
                let content = [kind.as_str(), &link, &count.to_string()].map(str::to_owned);
                return order_once(aparat.order(kind, link, count), &content, key, &by, context).await;
            }
            let order = context.change(aparat.order(kind, link, count)).await?;
            return context.show_change(&order, || {
                let no_id = screen.say("placed; the answer has no id");
                pairs(
                    screen,
                    [
                        ("Order", Some(order.id().unwrap_or(no_id).to_owned())),
                        ("Message", order.message().map(str::to_owned)),
                    ],
                )
            });
        }
        Command::Run { file, bulk } => return order_all(&file, &bulk, &aparat, context).await,
        Command::Status { id } => show(screen, &context.ask(aparat.order_status(id)).await?)?,
        Command::Watch { id, patience } => {
            let first = context.ask(aparat.order_status(&id)).await?;
            show(screen, &first)?;
            if first.state().is_some_and(OrderState::is_final) {
                return end(&first);
            }
            let last = context.ask(aparat.wait_for(id, patience)).await?;
            show(screen, &last)?;
            return end(&last);
        }
    }
    Ok(Exit::Done)
}

/// By a journal: the same again orders nothing.
async fn order_once(
    call: OrderCall,
    content: &[String],
    key: Option<String>,
    by: &ByJournal,
    context: &Context,
) -> Result<Exit, Failure> {
    let journal = by.open(context).await?.journal;
    let key = key.unwrap_or_else(|| journal.content_key(content.iter().map(String::as_str), 0));
    if by.settle {
        return settle::ask(&journal, &key, &call, context).await;
    }
    let known = journal.entry(&key).await?;
    let is_known = known.is_some_and(|it| it.state() == State::Done);
    let order = match context.change(journal.run(&key, call)).await? {
        Entry::Done(order) => order,
        Entry::NotDone(error) => return Err(error.into()),
        Entry::InDoubt(doubt) => {
            let mut failure = Failure::unknown(words!("{} is in doubt, and is not done again", key));
            failure.cause = doubt.cause().map(str::to_owned);
            return Err(failure.advice(words!("`--settle` asks the provider what became of it.")));
        }
    };
    let screen = &context.screen;
    let object = json!({ "key": key, "done_before": is_known, "id": order.id() });
    context.show_change(&object, || {
        let no_id = screen.say("placed; the answer has no id");
        let name = if is_known { "Done before" } else { "Order" };
        pairs(screen, [(name, Some(order.id().unwrap_or(no_id).to_owned()))])
    })
}

async fn order_all(
    file: &Path,
    bulk: &Bulk,
    aparat: &aparat_api::Client,
    context: &Context,
) -> Result<Exit, Failure> {
    let read = |row: &Record| -> Result<Job<OrderCall>, String> {
        let cell = |name: &str, others| {
            let found = row.cell(name).or_else(|| row.get(others));
            found.ok_or_else(|| format!("there is no column {name:?}"))
        };
        let (kind, link) = (cell("kind", "type,نوع")?, cell("link", "لینک,نشانی")?);
        let count = cell("count", "تعداد")?;
        let number = whole(count).map_err(|why| format!("the count: {why}"))?;
        let known = kind
            .to_lowercase()
            .parse()
            .map_err(|_| format!("no kind of order is {kind:?}"))?;
        let call = aparat.order(known, link, number);
        call.request().map_err(|error| error.to_string())?;
        Ok(Job {
            what: call,
            content: vec![known.to_string(), link.to_owned(), number.to_string()],
            cost: number.into(),
        })
    };
    let survey = Survey::of(file, &read, context)?;
    if bulk.dry_run {
        let balance = context.ask(aparat.account()).await?.balance();
        return survey.show("orders", balance.map(|it| context.screen.number(&it)), context);
    }
    one_by_one::run(file, bulk, &survey, &read, context).await
}

fn show(screen: &Screen, status: &OrderStatus) -> Result<(), Failure> {
    screen.show(status, || {
        let state = status.state().map_or("?", |state| name(screen, state)).to_owned();
        pairs(
            screen,
            [
                ("State", Some(state)),
                ("Message", status.message().map(str::to_owned)),
            ],
        )
    })
}

fn end(status: &OrderStatus) -> Result<Exit, Failure> {
    match status.state() {
        Some(OrderState::Completed) => Ok(Exit::Done),
        Some(state) if state.is_final() => Ok(Exit::Failed),
        _ => Err(Failure::failed(words!(
            "the order has not come to its end in this time; `--for` waits longer"
        ))),
    }
}

fn name<'a>(screen: &Screen, state: &'a OrderState) -> &'a str {
    let persian = match state {
        OrderState::Pending => "در انتظار",
        OrderState::InProgress => "در حال انجام",
        OrderState::Completed => "انجام شد",
        OrderState::Canceled => "لغو شد",
        OrderState::Failed => "ناموفق",
        other => other.as_str(),
    };
    if screen.is_persian() {
        persian
    } else {
        state.as_str()
    }
}
