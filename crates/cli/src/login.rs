use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _};

use clap::{Args, ValueEnum};
use console::Term;
use http_core::Secret;
use serde_json::json;

use crate::clients;
use crate::context::Context;
use crate::env_file;
use crate::env_file::Variables;
use crate::failure::{Exit, Failure};
use crate::settings::{self, Scope, Settings};
use crate::words::{Words, words};

/// Asks for the account of a provider, or reads it from standard input, a line for each part. It tries the account, and
/// keeps it in a file that nobody else may read.
#[derive(Debug, Args)]
pub(crate) struct Login {
    provider: Provider,

    /// The address of the provider, where it is not the real one.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Keeps the account without trying it.
    #[arg(long)]
    no_check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    #[cfg(feature = "aparat")]
    Aparat,
    #[cfg(feature = "podlink")]
    Pod,
    #[cfg(feature = "sabapayamak")]
    Sabapayamak,
    #[cfg(feature = "smsafzar")]
    Smsafzar,
}

/// A part of an account: its variable, its name, and how it is asked for.
type Part = (&'static str, &'static str, How);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Secret,
    Plain,
    /// It may be left out.
    Optional,
}

impl Provider {
    fn parts(self) -> &'static [Part] {
        match self {
            #[cfg(feature = "aparat")]
            Self::Aparat => &[("PAYVAND_APARAT_TOKEN", "Token", How::Secret)],
            #[cfg(feature = "podlink")]
            Self::Pod => &[
                ("PAYVAND_POD_TOKEN", "API token", How::Secret),
                ("PAYVAND_POD_API_KEY", "API key", How::Secret),
            ],
            #[cfg(feature = "sabapayamak")]
            Self::Sabapayamak => &[
                ("PAYVAND_SABAPAYAMAK_USERNAME", "User name", How::Plain),
                ("PAYVAND_SABAPAYAMAK_PASSWORD", "Password", How::Secret),
                ("PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER", "Line", How::Plain),
            ],
            #[cfg(feature = "smsafzar")]
            Self::Smsafzar => &[
                ("PAYVAND_SMSAFZAR_USERNAME", "User name", How::Plain),
                ("PAYVAND_SMSAFZAR_PASSWORD", "Password", How::Secret),
                ("PAYVAND_SMSAFZAR_LINE", "Line", How::Optional),
                ("PAYVAND_SMSAFZAR_DOMAIN", "Domain", How::Optional),
            ],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        self.about().0
    }

    /// Its name, what its variables begin with, and the provider's own address.
    fn about(self) -> (&'static str, &'static str, &'static str) {
        match self {
            #[cfg(feature = "aparat")]
            Self::Aparat => ("aparat", "PAYVAND_APARAT_", aparat_api::BASE_URL),
            #[cfg(feature = "podlink")]
            Self::Pod => ("pod", "PAYVAND_POD_", podlink_api::BASE_URL),
            #[cfg(feature = "sabapayamak")]
            Self::Sabapayamak => ("sabapayamak", "PAYVAND_SABAPAYAMAK_", sabapayamak_api::BASE_URL),
            #[cfg(feature = "smsafzar")]
            Self::Smsafzar => ("smsafzar", "PAYVAND_SMSAFZAR_", smsafzar_api::BASE_URL),
        }
    }

    pub(crate) fn scope(self, context: &Context) -> Scope<'_> {
        let (name, prefix, _) = self.about();
        context.settings.scope(prefix, name)
    }

    /// Where its calls go.
    pub(crate) fn url(self, context: &Context) -> Result<String, Failure> {
        let (_, prefix, own) = self.about();
        let url = self.scope(context).optional(&format!("{prefix}BASE_URL"))?;
        Ok(url.map_or_else(|| own.to_owned(), |it| it.expose().to_owned()))
    }
}

pub(crate) async fn run(login: Login, context: &Context) -> Result<Exit, Failure> {
    if context.sandbox.is_some() {
        return Err(Failure::usage(words!(
            "the sandbox has accounts of its own; there is nothing to log in to"
        )));
    }
    let profile = context.profile.as_deref().unwrap_or(settings::DEFAULT);
    let path = settings::profile_file(profile)?;
    let mut variables = account(login.provider, context)?;
    let base_url = format!("{}BASE_URL", login.provider.about().1);
    if let Some(url) = login.base_url {
        variables.push((&base_url, Secret::from(url)));
    }
    if !login.no_check {
        let tried = variables.iter().filter(|(_, value)| !value.expose().is_empty());
        let tried: Variables = tried
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let context = context.with(Settings::only("what was entered", tried));
        check(login.provider, &context).await?;
    }
    let failed = |error| Failure::file(path.display(), error);
    let old = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        old => Secret::from(old.map_err(failed)?).expose().to_owned(),
    };
    settings::write_private(&path, &env_file::with(&old, &variables)).map_err(failed)?;
    let is_kept = json!({ "profile": profile, "file": path });
    context.screen.show(&is_kept, || {
        let path = path.display();
        let kept = context.screen.say("The account is kept in");
        format!("{kept} {path}")
    })?;
    Ok(Exit::Done)
}

/// From the terminal, or a line for each part.
fn account<'a>(provider: Provider, context: &Context) -> Result<Vec<(&'a str, Secret)>, Failure> {
    let is_terminal = io::stdin().is_terminal();
    let mut variables = Vec::new();
    for (variable, name, how) in provider.parts() {
        let name = context.screen.say(name);
        let value = if is_terminal { ask(name, *how) } else { line() };
        let value = value.map_err(|error| Failure::failed(Words::untranslated(error)))?;
        if value.expose().is_empty() && *how != How::Optional {
            return Err(Failure::usage(words!("{}: nothing was entered", name)));
        }
        if value.expose().contains(char::is_control) {
            return Err(Failure::usage(words!("{}: it has a control character", name)));
        }
        variables.push((*variable, value));
    }
    Ok(variables)
}

fn ask(name: &str, how: How) -> io::Result<Secret> {
    let terminal = Term::stderr();
    terminal.write_str(&format!("{name}: "))?;
    let text = if how == How::Secret {
        terminal.read_secure_line()
    } else {
        terminal.read_line()
    };
    text.map(Secret::from)
}

fn line() -> io::Result<Secret> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(Secret::from(line))
}

/// The call that costs nothing.
pub(crate) async fn check(provider: Provider, context: &Context) -> Result<(), Failure> {
    match provider {
        #[cfg(feature = "aparat")]
        Provider::Aparat => context.ask(clients::aparat(context)?.account()).await.map(drop),
        #[cfg(feature = "podlink")]
        Provider::Pod => {
            let page = clients::podlink(context)?.list_links().count(1);
            context.ask(page).await.map(drop)
        }
        #[cfg(feature = "sabapayamak")]
        Provider::Sabapayamak => context.ask(clients::sabapayamak_tokens(context)?.refresh()).await,
        #[cfg(feature = "smsafzar")]
        Provider::Smsafzar => context.ask(clients::smsafzar_tokens(context)?.refresh()).await,
    }
}
