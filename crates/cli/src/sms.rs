use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use payvand_persian::Text;
use payvand_sms::{Failover, FailoverError, Listed, Sender, Taken};
use serde_json::{Value, json};

use crate::arguments::whole;
use crate::bulk::template::Template;
use crate::bulk::{Bulk, messages};
use crate::clients;
use crate::context::Context;
use crate::days::Days;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::sms_provider::SmsProvider;
use crate::table::{Table, pairs};
use crate::words::{Words, words};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sends a text to one number. It costs money.
    Send {
        /// The mobile number, as people write it.
        to: String,

        /// The text; `-` is standard input.
        text: String,

        #[command(flatten)]
        how: How,
    },

    /// Sends a template of SMSAfzar's panel to one number, such as a one-time code. It costs money.
    Template {
        /// The template's id.
        id: String,

        /// The mobile number, as people write it.
        to: String,

        /// A value of the template; without `=VALUE` it is a line of standard input. Can be repeated.
        #[arg(long, value_name = "NAME=VALUE")]
        set: Vec<String>,

        /// The text for a provider without templates.
        #[arg(long)]
        text: Option<String>,

        #[command(flatten)]
        how: How,
    },

    /// Sends a text to every row of a file, each once. It costs money.
    Bulk {
        /// CSV or lines of JSON, with a column mobile (موبایل), and text (متن) if there is no --text.
        file: PathBuf,

        /// The text, with names of columns: `سلام {name}`.
        #[arg(long)]
        text: Option<Template>,

        /// The provider.
        #[arg(long, value_name = "PROVIDER")]
        via: Option<SmsProvider>,

        /// The line to send from (SMSAfzar), in place of `PAYVAND_SMSAFZAR_LINE`.
        #[arg(long)]
        line: Option<String>,

        #[command(flatten)]
        bulk: Bulk,
    },

    /// What became of messages.
    Status {
        /// Ids of messages, as `send` printed them.
        #[arg(required = true)]
        ids: Vec<String>,

        /// The id is that of a batch (SMSAfzar).
        #[arg(long)]
        batch: bool,

        #[arg(long, value_name = "PROVIDER")]
        via: Option<SmsProvider>,
    },

    /// Messages that came in.
    Inbox {
        /// How many at most (SMSAfzar, 1 to 100).
        #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = whole::<u8>)]
        count: u8,

        /// From when (Sabapayamak); today if nothing is said.
        #[command(flatten)]
        days: Days,

        #[arg(long, value_name = "PROVIDER")]
        via: Option<SmsProvider>,
    },

    /// What is left to send with.
    Balance {
        /// One or several providers, all that have an account if none is named.
        #[arg(long, value_name = "PROVIDERS", value_delimiter = ',')]
        via: Vec<SmsProvider>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct How {
    /// The provider; of several, the next is tried only where the one before certainly sent nothing.
    #[arg(long, value_name = "PROVIDERS", value_delimiter = ',')]
    via: Vec<SmsProvider>,

    /// The line to send from (SMSAfzar), in place of `PAYVAND_SMSAFZAR_LINE`.
    #[arg(long)]
    line: Option<String>,
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Send { to, text, how } => {
            let text = if text == "-" { standard_input()? } else { text };
            send(&how, None, &to, text, Vec::new(), context).await
        }
        Command::Template {
            id,
            to,
            set,
            text,
            how,
        } => {
            let values = set.into_iter().map(value).collect::<Result<_, _>>()?;
            send(&how, Some(&id), &to, text.unwrap_or_default(), values, context).await
        }
        Command::Bulk {
            file,
            text,
            via,
            line,
            bulk,
        } => {
            let provider = SmsProvider::one_of(via, context)?;
            messages::run(&file, &bulk, text.as_ref(), provider, line.as_deref(), context).await
        }
        Command::Status { ids, batch, via } => status(ids, batch, via, context).await,
        Command::Inbox { count, days, via } => inbox(count, days, via, context).await,
        Command::Balance { via } => balance(&via, context).await,
    }
}

fn standard_input() -> Result<String, Failure> {
    let text = io::read_to_string(io::stdin()).map_err(|error| Failure::file("-", error))?;
    Ok(text
        .strip_suffix('\n')
        .map_or(&*text, |it| it.strip_suffix('\r').unwrap_or(it))
        .to_owned())
}

fn value(set: String) -> Result<(String, String), Failure> {
    if let Some((name, value)) = set.split_once('=') {
        return Ok((name.to_owned(), value.to_owned()));
    }
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .map_err(|error| Failure::file("-", error))?;
    Ok((set, line.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn send(
    how: &How,
    template: Option<&str>,
    to: &str,
    text: String,
    values: Vec<(String, String)>,
    context: &Context,
) -> Result<Exit, Failure> {
    let named = match how.via[..] {
        [] => vec![SmsProvider::one_of(None, context)?],
        _ => how.via.clone(),
    };
    let senders = named.iter().map(|it| sender(*it, how, template, &text, context));
    let failover: Failover = senders.collect::<Result<Vec<_>, _>>()?.into_iter().collect();
    let parts = Text::new(text.clone())
        .ok()
        .filter(|_| template.is_none())
        .map(|it| it.segments());
    let call = values
        .into_iter()
        .fold(failover.template_or_text(text).to(to), |call, (name, value)| {
            call.set(name, value)
        });
    let taken = context.change(call).await?;
    let screen = &context.screen;
    context.show_change(&object(&taken, parts), || {
        let receipt = taken.receipt();
        pairs(
            screen,
            [
                ("Sent by", Some(taken.provider().to_owned())),
                ("Id", receipt.id().map(str::to_owned)),
                ("Batch", receipt.batch_id().map(str::to_owned)),
                ("Parts", parts.map(|it| screen.number(&it))),
            ],
        )
    })
}

fn object(taken: &Taken, parts: Option<usize>) -> Value {
    let before = taken.before().iter().map(
        |it| json!({ "provider": it.provider(), "cause": it.outcome().cause().map(ToString::to_string) }),
    );
    json!({
        "provider": taken.provider(),
        "id": taken.receipt().id(),
        "batch_id": taken.receipt().batch_id(),
        "parts": parts,
        "before": before.collect::<Vec<_>>(),
    })
}

fn sender(
    provider: SmsProvider,
    how: &How,
    template: Option<&str>,
    text: &str,
    context: &Context,
) -> Result<Arc<dyn Sender>, Failure> {
    match provider {
        #[cfg(feature = "sabapayamak")]
        SmsProvider::Sabapayamak if template.is_some() && text.is_empty() => Err(Failure::usage(words!(
            "sabapayamak has no templates: give it a --text"
        ))),
        #[cfg(feature = "sabapayamak")]
        SmsProvider::Sabapayamak => Ok(Arc::new(clients::sabapayamak(context)?)),
        #[cfg(feature = "smsafzar")]
        SmsProvider::Smsafzar => {
            let sender = clients::smsafzar(context)?.sender(clients::line(how.line.as_deref(), context)?);
            Ok(Arc::new(match template {
                Some(template) => sender.template(template),
                None => sender,
            }))
        }
    }
}

impl From<FailoverError> for Failure {
    fn from(error: FailoverError) -> Self {
        let sentence = |language| error.describe(language).into_owned();
        let words = Words::new(
            sentence(http_core::Language::English),
            sentence(http_core::Language::Persian),
        );
        let last = error.tried().last().and_then(|it| it.outcome().cause()?.error());
        if let ([_], Some(call)) = (error.tried(), last) {
            return of_call(call).unwrap_or_else(|| Self::failed(words));
        }
        let mut failure = match &error {
            FailoverError::InDoubt { .. } => Self::unknown(words),
            FailoverError::Number(_) => Self::usage(words),
            _ => Self::failed(words),
        };
        failure.cause = Some(error.to_string());
        failure
    }
}

/// With the provider's code.
fn of_call(error: &payvand_sms::Error) -> Option<Failure> {
    #[cfg(feature = "smsafzar")]
    if let Some(error) = error.of::<smsafzar_api::Code>() {
        return Some(error.clone().into());
    }
    #[cfg(feature = "sabapayamak")]
    if let Some(error) = error.of::<sabapayamak_api::Code>() {
        return Some(error.clone().into());
    }
    None
}

/// The cells of a row, each with its name for programs.
type Row = [(&'static str, Option<String>); 4];

fn show(
    provider: SmsProvider,
    header: [&'static str; 4],
    rows: &[Row],
    screen: &Screen,
) -> Result<Exit, Failure> {
    if screen.is_json {
        for row in rows {
            let mut object = json!({ "provider": provider.name() });
            for (name, value) in row {
                object[*name] = value.clone().into();
            }
            Screen::json(&object)?;
        }
        return Ok(Exit::Done);
    }
    let mut table = Table::new(screen, header, &[]);
    for row in rows {
        table.row(row.clone().map(|(_, value)| value.unwrap_or_default()));
    }
    screen.print(&table.draw(screen))?;
    Ok(Exit::Done)
}

/// A list that the answer does not have is not an empty one.
fn found<T>(answer: &Listed<T>) -> Result<&[T], Failure> {
    let failure = || Failure::failed(words!("the answer has no list that is known"));
    answer.list().ok_or_else(failure)
}

/// A row for each item of a list: names of cells, and what gives them.
macro_rules! rows {
    ($answer:expr, $($name:literal: $get:ident),+) => {
        found(&$answer)?.iter().map(|it| [$(($name, it.$get().map(str::to_owned))),+])
    };
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

async fn status(
    ids: Vec<String>,
    is_batch: bool,
    via: Option<SmsProvider>,
    context: &Context,
) -> Result<Exit, Failure> {
    let provider = SmsProvider::one_of(via, context)?;
    let mut rows: Vec<Row> = Vec::new();
    match provider {
        #[cfg(feature = "smsafzar")]
        SmsProvider::Smsafzar => {
            use smsafzar_api::StatusQuery;
            let sms = clients::smsafzar(context)?;
            let queries: Vec<_> = if is_batch {
                ids.into_iter().map(StatusQuery::batch).collect()
            } else {
                ids.chunks(smsafzar_api::MOST_IDS)
                    .map(|it| StatusQuery::messages(it.iter().cloned()))
                    .collect()
            };
            for query in queries {
                let answer = context.ask(sms.status(query)).await?;
                rows.extend(rows!(answer, "id": id, "number": recipient, "status": status, "status_text": status_text));
            }
        }
        #[cfg(feature = "sabapayamak")]
        SmsProvider::Sabapayamak => {
            let _ = is_batch;
            let sms = clients::sabapayamak(context)?;
            for id in ids {
                let answer = context.ask(sms.deliveries(id)).await?;
                rows.extend(rows!(answer, "id": record_id, "number": number, "status": flag, "status_text": description));
            }
        }
    }
    let screen = &context.screen;
    let header = ["Id", "Number", "Status", "Meaning"];
    show(provider, header, &rows, screen)
}

async fn inbox(count: u8, days: Days, via: Option<SmsProvider>, context: &Context) -> Result<Exit, Failure> {
    let provider = SmsProvider::one_of(via, context)?;
    let rows: Vec<Row> = match provider {
        #[cfg(feature = "smsafzar")]
        SmsProvider::Smsafzar => {
            let answer = context.ask(clients::smsafzar(context)?.received(count)).await?;
            rows!(answer, "sender": sender, "line": line, "time": time, "text": text).collect()
        }
        #[cfg(feature = "sabapayamak")]
        SmsProvider::Sabapayamak => {
            let _ = count;
            let (first, last) = days.or_last(1)?;
            let answer = context
                .ask(clients::sabapayamak(context)?.received(first, last))
                .await?;
            rows!(answer, "sender": sender, "line": receiver, "time": insert_date, "text": body).collect()
        }
    };
    let screen = &context.screen;
    let header = ["From", "Line", "Time", "Text"];
    show(provider, header, &rows, screen)
}

/// An amount, and its unit where it is known.
pub(crate) async fn amount(
    provider: SmsProvider,
    context: &Context,
) -> Result<(String, Option<String>), Failure> {
    match provider {
        #[cfg(feature = "smsafzar")]
        SmsProvider::Smsafzar => {
            let balance = context.ask(clients::smsafzar(context)?.balance()).await?;
            Ok((balance.amount().unwrap_or("?").to_owned(), owned(balance.unit())))
        }
        #[cfg(feature = "sabapayamak")]
        SmsProvider::Sabapayamak => {
            let credit = context.ask(clients::sabapayamak(context)?.credit()).await?;
            Ok((credit.amount().to_owned(), None))
        }
    }
}

async fn balance(via: &[SmsProvider], context: &Context) -> Result<Exit, Failure> {
    let providers = SmsProvider::all_of(via, context);
    if providers.is_empty() {
        SmsProvider::one_of(None, context)?;
    }
    let screen = &context.screen;
    let header = ["Provider", "Amount", "Unit"];
    let mut table = Table::new(screen, header, &[1]);
    for provider in providers {
        let (amount, unit) = amount(provider, context).await?;
        if screen.is_json {
            Screen::json(&json!({ "provider": provider.name(), "amount": amount, "unit": unit }))?;
        }
        table.row([
            provider.name().to_owned(),
            screen.number(&amount),
            unit.unwrap_or_default(),
        ]);
    }
    if !screen.is_json {
        screen.print(&table.draw(screen))?;
    }
    Ok(Exit::Done)
}
