#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(all(
        feature = "aparat",
        feature = "podlink",
        feature = "sabapayamak",
        feature = "smsafzar"
    )),
    allow(
        dead_code,
        unused,
        clippy::unused_async,
        reason = "what some of the providers need"
    )
)]
#![allow(clippy::similar_names, reason = "a content and a context")]

#[cfg(feature = "aparat")]
mod aparat;
mod arguments;
mod bulk;
#[cfg(feature = "podlink")]
mod chart;
mod clients;
mod context;
mod days;
mod doctor;
mod env_file;
mod failure;
mod interrupts;
mod journal;
#[cfg(feature = "podlink")]
mod link;
mod local_sandbox;
mod login;
mod screen;
mod settings;
mod shared;
#[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
mod sms;
#[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
mod sms_provider;
mod table;
#[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
mod token;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use payvand_sandbox::program as sandbox;

use crate::arguments::{Arguments, Command};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::words::Words;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error),
    };
    let global = &arguments.global;
    let screen = Screen::new(global.lang.map(Into::into), global.json, global.quiet);
    let result = match arguments.command {
        Command::Sandbox(flags) => serve(*flags),
        Command::Completions { shell } => completions(shell),
        Command::Man { folder } => man(&folder),
        command => on_runtime(async {
            // A login may make its profile.
            let is_login = matches!(command, Command::Login(_));
            let profile = global.profile.as_deref().filter(|_| !is_login);
            let context = Context::new(screen, global, profile).await?;
            run(command, &context).await
        }),
    };
    let exit = result.unwrap_or_else(|failure| {
        screen.fail(&failure);
        failure.exit
    });
    exit.into()
}

async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        #[cfg(feature = "aparat")]
        Command::Aparat(command) => aparat::run(command, context).await,
        #[cfg(feature = "podlink")]
        Command::Link(command) => link::run(command, context).await,
        #[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
        Command::Sms(command) => sms::run(command, context).await,
        Command::Doctor(doctor) => doctor::run(doctor, context).await,
        Command::Journal(command) => journal::run(command, context).await,
        Command::Login(login) => login::run(login, context).await,
        #[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
        Command::Token(command) => token::run(command, context).await,
        Command::Sandbox(_) | Command::Completions { .. } | Command::Man { .. } => Ok(Exit::Done),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "payvand", &mut script);
    std::io::Write::write_all(&mut std::io::stdout(), &script).map_err(|error| Failure::of_output(&error))?;
    Ok(Exit::Done)
}

/// A page for the program, and one for each command.
fn man(folder: &std::path::Path) -> Result<Exit, Failure> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Arguments::command().disable_help_subcommand(true), folder))
        .map_err(|error| Failure::file(folder.display(), error))?;
    Ok(Exit::Done)
}

fn on_runtime(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed(Words::untranslated(error)))?;
    let result = runtime.block_on(work);
    // A name that is still being looked up holds nobody up.
    runtime.shutdown_background();
    result
}

/// `payvand sandbox`: the same as the program `payvand-sandbox`, and others find it by its port file.
fn serve(mut flags: sandbox::Flags) -> Result<Exit, Failure> {
    if let Ok(home) = settings::home()
        && std::fs::create_dir_all(&home).is_ok()
    {
        flags.default_port_file(home.join(local_sandbox::PORT_FILE));
    }
    let builder = flags
        .sandbox()
        .map_err(|error| Failure::usage(Words::untranslated(error)))?;
    let result = sandbox::run(flags, builder);
    result.map_err(|error| Failure::failed(Words::untranslated(error)))?;
    Ok(Exit::Done)
}

/// What clap has to say: help, or what is wrong with the arguments.
fn misused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Done.into();
    }
    if std::env::args_os().any(|it| it == "--json") {
        let text = error.to_string();
        let line = text.lines().next().unwrap_or_default();
        let line = line.strip_prefix("error: ").unwrap_or(line).to_owned();
        Screen::new(None, true, true).fail(&Failure::usage(Words::untranslated(line)));
    } else {
        let _ = error.print();
    }
    Exit::Usage.into()
}
