use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use futures_util::TryStreamExt as _;
use payvand_journal::{Filter, Settled, State};
use serde_json::json;

use crate::bulk::open_journal;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::table::Table;
use crate::words::words;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What a journal has; it ends with 3 if something of it is in doubt.
    List {
        /// The journal's file.
        file: PathBuf,

        /// Only `done`, `not_done`, `in_doubt` or `running`.
        #[arg(long)]
        state: Option<State>,
    },

    /// Ends a doubt, after you have looked at the provider. Where that can be asked, the command that made it does so with --settle.
    Settle {
        /// The journal's file.
        file: PathBuf,
        key: String,
        outcome: Ended,

        /// Does not wait until nothing can be on its way any more.
        #[arg(long)]
        early: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Ended {
    Happened,
    DidNot,
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    let screen = &context.screen;
    let (Command::List { file, .. } | Command::Settle { file, .. }) = &command;
    if !file.exists() && !file.to_string_lossy().contains("://") {
        return Err(Failure::usage(words!("there is no journal {}", file.display())));
    }
    let opened = open_journal(file, context).await?;
    match command {
        Command::List { state, .. } => {
            let filter = state.map_or_else(Filter::default, |it| Filter::default().state(it));
            let mut entries = std::pin::pin!(opened.journal.entries(filter));
            let mut exit = Exit::Done;
            let mut table = Table::new(screen, ["Key", "Call", "State", "Begun", "Answer"], &[]);
            while let Some(entry) = entries.try_next().await? {
                if matches!(entry.state(), State::InDoubt) {
                    exit = Exit::Unknown;
                }
                if screen.is_json {
                    Screen::json(&json!({
                        "key": entry.key(), "operation": entry.operation(), "description": entry.description(),
                        "account": entry.account(), "state": entry.state(), "cost": entry.cost(), "unit": entry.unit(),
                        "begun": http_core::Timestamp::from(entry.begun()).to_string(),
                        "answer": entry.fields().and_then(|it| serde_json::from_str::<serde_json::Value>(it).ok()),
                    }))?;
                    continue;
                }
                let state = match entry.state() {
                    State::Done => screen.say("done"),
                    State::NotDone => screen.say("not done"),
                    State::InDoubt => screen.say("in doubt"),
                    _ => screen.say("running"),
                };
                table.row([
                    entry.key().to_owned(),
                    entry.description().to_owned(),
                    state.to_owned(),
                    screen.moment(entry.begun().into()),
                    entry.fields().unwrap_or_default().to_owned(),
                ]);
            }
            if !screen.is_json {
                screen.print(&table.draw(screen))?;
            }
            Ok(exit)
        }
        Command::Settle {
            key, outcome, early, ..
        } => {
            let settled = match outcome {
                Ended::Happened => Settled::Happened,
                Ended::DidNot => Settled::DidNot,
            };
            if early {
                opened.journal.settle_early(&key, settled).await?;
            } else {
                opened.journal.settle(&key, settled).await?;
            }
            let text = words!("{} is settled.", key);
            screen.show(&json!({ "key": key, "settled": true }), || {
                text.of(screen.language).to_owned()
            })?;
            Ok(Exit::Done)
        }
    }
}
