use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _};

use clap::{Args, ValueEnum};
use console::Term;
use http_core::Secret;
use serde_json::json;

use crate::clients;
use crate::context::Context;
use crate::env_file;
use crate::failure::{Exit, Failure};
use crate::settings::{self, Settings, Variables};
use crate::words::Words;

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

/// A part of an account.
struct Part {
    variable: &'static str,
    english: &'static str,
    persian: &'static str,
    is_secret: bool,
    is_optional: bool,
}

impl Part {
    const fn secret(variable: &'static str, english: &'static str, persian: &'static str) -> Self {
        Self {
            is_secret: true,
            ..Self::plain(variable, english, persian)
        }
    }

    const fn plain(variable: &'static str, english: &'static str, persian: &'static str) -> Self {
        Self {
            variable,
            english,
            persian,
            is_secret: false,
            is_optional: false,
        }
    }

    const fn or_none(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }
}

impl Provider {
    fn parts(self) -> &'static [Part] {
        match self {
            #[cfg(feature = "aparat")]
            Self::Aparat => const { &[Part::secret("PAYVAND_APARAT_TOKEN", "Token", "توکن")] },
            #[cfg(feature = "podlink")]
            Self::Pod => {
                const {
                    &[
                        Part::secret("PAYVAND_POD_TOKEN", "API token", "توکن کسب‌وکار"),
                        Part::secret("PAYVAND_POD_API_KEY", "API key", "کلید سرویس"),
                    ]
                }
            }
            #[cfg(feature = "sabapayamak")]
            Self::Sabapayamak => {
                const {
                    &[
                        Part::plain("PAYVAND_SABAPAYAMAK_USERNAME", "User name", "نام کاربری"),
                        Part::secret("PAYVAND_SABAPAYAMAK_PASSWORD", "Password", "رمز عبور"),
                        Part::plain("PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER", "Line", "شمارهٔ خط"),
                    ]
                }
            }
            #[cfg(feature = "smsafzar")]
            Self::Smsafzar => {
                const {
                    &[
                        Part::plain("PAYVAND_SMSAFZAR_USERNAME", "User name", "نام کاربری"),
                        Part::secret("PAYVAND_SMSAFZAR_PASSWORD", "Password", "رمز عبور"),
                        Part::plain("PAYVAND_SMSAFZAR_LINE", "Line", "شمارهٔ خط").or_none(),
                        Part::plain("PAYVAND_SMSAFZAR_DOMAIN", "Domain", "دامنه").or_none(),
                    ]
                }
            }
        }
    }

    fn base_url(self) -> &'static str {
        match self {
            #[cfg(feature = "aparat")]
            Self::Aparat => "PAYVAND_APARAT_BASE_URL",
            #[cfg(feature = "podlink")]
            Self::Pod => "PAYVAND_POD_BASE_URL",
            #[cfg(feature = "sabapayamak")]
            Self::Sabapayamak => "PAYVAND_SABAPAYAMAK_BASE_URL",
            #[cfg(feature = "smsafzar")]
            Self::Smsafzar => "PAYVAND_SMSAFZAR_BASE_URL",
        }
    }
}

pub(crate) async fn run(login: Login, context: &Context) -> Result<Exit, Failure> {
    if context.sandbox.is_some() {
        return Err(Failure::usage(Words::new(
            "the sandbox has accounts of its own; there is nothing to log in to",
            "سندباکس حساب‌های خودش را دارد و ورود نمی‌خواهد",
        )));
    }
    let profile = context.profile.as_deref().unwrap_or(settings::DEFAULT);
    let path = settings::profile_file(profile)?;
    let mut variables = account(login.provider, context)?;
    if let Some(url) = login.base_url {
        variables.push((login.provider.base_url(), Secret::from(url)));
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
        let kept = context
            .screen
            .say("The account is kept in", "حساب نگه داشته شد در");
        format!("{kept} {path}")
    })?;
    Ok(Exit::Done)
}

/// From the terminal, or a line for each part.
fn account(provider: Provider, context: &Context) -> Result<Vec<(&'static str, Secret)>, Failure> {
    let is_terminal = io::stdin().is_terminal();
    let mut variables = Vec::new();
    for part in provider.parts() {
        let name = context.screen.say(part.english, part.persian);
        let value = if is_terminal { ask(name, part) } else { line() };
        let value = value.map_err(|error| Failure::failed(Words::untranslated(error)))?;
        if value.expose().is_empty() && !part.is_optional {
            let english = format!("{}: nothing was entered", part.english);
            return Err(Failure::usage(Words::new(
                english,
                format!("{}: چیزی وارد نشد", part.persian),
            )));
        }
        if value.expose().contains(char::is_control) {
            let english = format!("{}: it has a control character", part.english);
            let persian = format!("{}: نویسهٔ کنترلی دارد", part.persian);
            return Err(Failure::usage(Words::new(english, persian)));
        }
        variables.push((part.variable, value));
    }
    Ok(variables)
}

fn ask(name: &str, part: &Part) -> io::Result<Secret> {
    let terminal = Term::stderr();
    terminal.write_str(&format!("{name}: "))?;
    let text = if part.is_secret {
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
async fn check(provider: Provider, context: &Context) -> Result<(), Failure> {
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
